/* SPDX-License-Identifier: Apache-2.0 */
/* What a QEMU command line asks for, as far as a launch is concerned. */
#ifndef SEVKIT_QEMU_ARGS_H
#define SEVKIT_QEMU_ARGS_H

#include <sevkit/error.h>

#include "vmm/cpu_model.h"
#include "vmm/memory.h"

/*
 * libvirt starts QEMU in three ways that matter here: to ask what it can do
 * (the probe), with a sev-guest object that the machine refers to, and in all
 * other ways. Reading the arguments changes nothing; args_rewrite() makes the
 * ones for a QEMU that has no SEV.
 *
 * Arguments that are not known here, or malformed, are passed on as they are:
 * QEMU knows better what is wrong with them.
 */
enum args_mode {
    ARGS_PLAIN, /* run QEMU, nothing else */
    ARGS_PROBE, /* -machine none, a monitor, -daemonize */
    ARGS_GUEST, /* a guest with SEV */
};

/* Where something stands in argv; 0: nowhere (argv[0] is the program). */
typedef size_t args_at;

enum args_firmware {
    ARGS_FIRMWARE_NONE,
    ARGS_FIRMWARE_BLOCKDEV, /* -machine pflash0=NODE, -blockdev */
    ARGS_FIRMWARE_DRIVE,    /* -drive if=pflash,file=… */
    ARGS_FIRMWARE_BIOS,     /* -bios FILE */
};

enum args_monitor {
    ARGS_MONITOR_NONE,
    ARGS_MONITOR_FD,   /* a socket that listens already */
    ARGS_MONITOR_PATH, /* the path of a socket to be made */
};

#define ARGS_RAM_MAX 16

struct args {
    const char *const *argv; /* a view of main()'s; NULL at its end */
    size_t n;
    enum args_mode mode;
    char *name;      /* of the guest; for messages */
    bool paused;     /* -S */
    bool claims_kvm; /* KVM is among the accelerators asked for */

    struct {
        args_at at; /* the value of -object */
        char *id;
        uint32_t cbitpos;
        uint32_t reduced_phys_bits;
        uint32_t policy;
        char *dh_cert_file;
        char *session_file;
        bool kernel_hashes;
    } sev;

    enum args_firmware firmware_by;
    args_at firmware_at; /* the option's value that names the file */
    char *firmware;

    args_at kernel_at; /* values of -kernel, -initrd, -append */
    args_at initrd_at;
    args_at append_at;

    enum vmm_machine machine;
    uint64_t ram_size;
    size_t n_ram; /* backends of the RAM, in the order of addresses; or 0 */
    struct {
        args_at at; /* the value of -object; 0: QEMU would make its own */
        uint64_t size;
    } ram[ARGS_RAM_MAX];

    uint32_t vcpus;
    bool cpu_is_host; /* -cpu host: what that is, the platform says */
    char *cpu_name;   /* the model's, "qemu64" by default */
    bool has_cpu;     /* false: the model is not known here */
    struct vmm_cpu cpu;

    enum args_monitor monitor_by;
    args_at monitor_at; /* the value of -chardev or -qmp */
    int monitor_fd;
    char *monitor_path;

    char *pidfile; /* of a probe */
};

/* Fails with one sentence when a guest with SEV is asked for in a way that
 * can't be carried out. ARGV must outlive RET. */
SEVK_MUST_CHECK bool args_read(const char *const *argv, struct args *ret,
                               struct sevk_error *err);
void args_free(struct args *args); /* also for OWN() */

/*
 * Walks the options: *AT begins at 0 and then is that of the option's name.
 * The value (the following argument) is NULL for options that have none, and
 * for arguments that are no options, whose name is NULL, too.
 */
struct args_option {
    args_at at;
    const char *name; /* without its dashes: "machine" */
    const char *value;
    args_at value_at;
};
bool args_next(const char *const *argv, args_at *at, struct args_option *ret);

#endif
