/* SPDX-License-Identifier: Apache-2.0 */
/* The lab: a private libvirt whose QEMU has a virtual SEV platform. */
#ifndef SEVKIT_LAB_LAB_H
#define SEVKIT_LAB_LAB_H

#include <sys/types.h>

#include <sevkit/error.h>

/*
 * A lab is one directory, and under one supervisor the real libvirtd, which
 * finds sevkit-qemu where it looks for QEMU. Everything that libvirt would
 * write elsewhere is led into the directory, so the machine's own libvirt, its
 * sockets and /etc are never touched:
 *
 *   root           a system instance (qemu:///system) in a mount namespace, in
 *                  which directories of the lab lie over /etc/libvirt,
 *                  /var/{lib,cache,log}/libvirt and /run/libvirt
 *   ordinary user  a session instance (qemu:///session) with XDG directories
 *                  and a HOME of its own
 *
 *   DIR/lab        the record: who runs here (lab/record.h)
 *   DIR/lock       locked by the supervisor as long as it lives
 *   DIR/bin        qemu-system-x86_64 (a copy of sevkit-qemu) and
 *                  sevkit-qemu.conf, which it reads
 *   DIR/tools      sevkit, for commands in the lab
 *   DIR/platform   the virtual platform, unless one was named
 *   DIR/run        what lives only while the platform is up
 *   DIR/log        of libvirtd, the supervisor and sevkit-qemu
 *   DIR/…          libvirt's own directories
 *
 * The supervisor is a child subreaper: all that libvirtd starts stays below
 * it. It starts libvirtd again when that dies, and ends everything when it is
 * told to. When the supervisor itself was killed, what is left is found by the
 * record (process id and start time, so a recycled id is never taken for ours)
 * and by the programs whose PATH begins with DIR/bin or whose name is
 * DIR/bin/qemu-system-x86_64.
 *
 * Several labs live side by side in directories of their own. Errors: SEVK_
 * HOST when a program is missing or fails, SEVK_USAGE for a directory that
 * can't serve, SEVK_REFUSED when a lab runs there already, or none does.
 */

/* What the lab's host looks like to libvirt; zeros mean the default. */
struct lab_host {
    uint32_t cbitpos;           /* default 51 */
    uint32_t reduced_phys_bits; /* default 1 */
    uint32_t max_asid;          /* default 509 */
    uint32_t min_sev_asid;      /* lowest ASID without ES; default 100 */
    uint32_t cpu_signature;     /* CPUID leaf 1 EAX; default 00A00F11h, Milan */
};

struct lab_options {
    const char *dir;      /* NULL: lab_default_dir() */
    const char *platform; /* NULL: DIR/platform, made when it is not there */
    const char *qemu;     /* the real QEMU; NULL: qemu-system-x86_64 in PATH */
    const char *wrapper;  /* NULL: the sevkit-qemu beside this program */
    const char *preload;  /* NULL: the module beside this program */
    struct lab_host host;
    unsigned timeout_s; /* for libvirtd to answer; 0: 60 */

    /* Makes a virtual platform in DIR, which does not exist yet. */
    bool (*make_platform)(void *ctx, const char *dir, struct sevk_error *err);
    /* Says what takes time ("making a virtual platform…"); may be NULL. */
    void (*say)(void *ctx, const char *line);
    void *ctx; /* for both */
};

enum lab_state {
    LAB_STOPPED = 0, /* nothing runs and no files of a run are left */
    LAB_RUNNING,
    LAB_BROKEN, /* its supervisor is gone, files or processes are left */
};

#define LAB_PATH_LEN        108 /* like sun_path: no path here is longer */
#define LAB_URI_LEN         160
#define LAB_DOMAIN_NAME_LEN 256
#define LAB_DOMAINS_MAX     256

struct lab_domain {
    char name[LAB_DOMAIN_NAME_LEN];
    pid_t pid; /* of its QEMU */
};

/* Plain values: nothing to free but the domains, by lab_status_clear(). */
struct lab_status {
    enum lab_state state;
    bool system; /* qemu:///system rather than a session */
    char dir[LAB_PATH_LEN];
    char platform[LAB_PATH_LEN];
    char uri[LAB_URI_LEN]; /* for virConnectOpen() and virsh --connect */
    char socket[LAB_PATH_LEN];
    pid_t supervisor; /* 0 when it does not run */
    pid_t libvirtd;   /* 0 when it does not run */
    struct lab_domain *domains;
    size_t n_domains;
};

void lab_status_clear(struct lab_status *status); /* also for OWN() */

/*
 * /run/sevkit-lab for root, $XDG_RUNTIME_DIR/sevkit-lab for a user who has
 * such a directory, else /tmp/sevkit-lab-UID.
 */
SEVK_MUST_CHECK bool lab_default_dir(char ret_dir[static LAB_PATH_LEN],
                                     struct sevk_error *err);

/*
 * Starts a lab and returns when its libvirtd answers. What a crashed lab left
 * in DIR is cleaned up first; a platform that is there is used. On failure no
 * process is left, and no file but a platform that was there before.
 */
SEVK_MUST_CHECK bool lab_start(const struct lab_options *options,
                               struct lab_status *ret_status,
                               struct sevk_error *err);

/*
 * Ends the lab in DIR (NULL: the default one) with all its domains, and
 * removes its files: all of them, or all but the platform. Also after a crash.
 * A lab that is not there is no error: *ret_was_there tells.
 */
SEVK_MUST_CHECK bool lab_stop(const char *dir, bool keep_platform,
                              bool *ret_was_there, struct sevk_error *err);

/* What there is in DIR (NULL: the default one). */
SEVK_MUST_CHECK bool lab_status_read(const char *dir,
                                     struct lab_status *ret_status,
                                     struct sevk_error *err);

/* The variables by which clients find the lab. */
#define LAB_VARIABLES 5
struct lab_environment {
    struct {
        const char *name;
        char *value;
    } variables[LAB_VARIABLES];
};

void lab_environment_clear(struct lab_environment *e); /* also for OWN() */

/*
 * What a command needs: LIBVIRT_DEFAULT_URI and VIRSH_DEFAULT_CONNECT_URI,
 * SEVKIT_LAB (the directory), SEVKIT_PLATFORM, and PATH. There, DIR/tools comes
 * first, where "sevkit" is the program that started the lab; the directory of
 * this program comes last, so that its drop-in names are found but do not stand
 * before the original programs. The host name stays this machine's: to the
 * lab's host, a command is "another machine". Refused when the lab does not
 * run.
 */
SEVK_MUST_CHECK bool lab_environment_make(const struct lab_status *status,
                                          struct lab_environment *ret,
                                          struct sevk_error *err);

/*
 * Becomes the command ARGV (NULL-terminated; looked up in PATH) with that
 * environment: its exit status, signals and terminal are simply its own.
 * Returns only on failure.
 *
 * INSIDE is for programs that share files with libvirt by their paths, as
 * virt-install does: they see the machine as the lab's libvirtd sees it, with
 * the lab's directories over /var/lib/libvirt and the others. In an ordinary
 * user's lab nothing lies over anything, and INSIDE changes nothing.
 */
bool lab_run(const struct lab_status *status, bool inside, char *const argv[],
             struct sevk_error *err);

#endif
