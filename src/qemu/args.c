/* SPDX-License-Identifier: Apache-2.0 */
/* What a QEMU command line asks for, as far as a launch is concerned. */
#include "qemu/args.h"

#include "base/own.h"
#include "qemu/args_find.h"

/* QEMU's options that have no value; all others take the next argument. */
static const char *const flags[] = {
    "S",
    "alt-grab",
    "ctrl-grab",
    "curses",
    "daemonize",
    "enable-fips",
    "enable-kvm",
    "full-screen",
    "h",
    "help",
    "mem-prealloc",
    "no-acpi",
    "no-fd-bootchk",
    "no-frame",
    "no-hpet",
    "no-quit",
    "no-reboot",
    "no-shutdown",
    "no-user-config",
    "nodefaults",
    "nographic",
    "old-param",
    "only-migratable",
    "portrait",
    "preconfig",
    "s",
    "sdl",
    "semihosting",
    "singlestep",
    "snapshot",
    "usb",
    "version",
    "win2k-hack",
    "xen-attach",
    "xen-domid-restrict",
};

static bool has_value(const char *name)
{
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(name, flags[i]) == 0) {
            return false;
        }
    }
    return true;
}

bool args_next(const char *const *argv, args_at *at, struct args_option *ret)
{
    const char *word = argv[*at] == NULL ? NULL : argv[*at + 1];

    if (word == NULL) {
        return false;
    }
    *ret = (struct args_option){ .at = *at + 1 };
    *at = ret->at;
    if (word[0] != '-' || word[1] == '\0') {
        return true;
    }
    ret->name = word + (word[1] == '-' ? 2 : 1);
    if (has_value(ret->name) && argv[*at + 1] != NULL) {
        ret->value_at = ++*at;
        ret->value = argv[ret->value_at];
    }
    return true;
}

void args_free(struct args *args)
{
    free(args->name);
    free(args->sev.id);
    free(args->sev.dh_cert_file);
    free(args->sev.session_file);
    free(args->firmware);
    free(args->cpu_name);
    free(args->monitor_path);
    free(args->pidfile);
    *args = (struct args){ 0 };
}

static bool is_machine_none(const struct args *a)
{
    OWN(optval_free) struct optval machine = { 0 };

    return args_find_machine(a, NULL, &machine) &&
           (optval_is(&machine, "type", "none"));
}

static enum args_mode find_mode(const struct args *a)
{
    struct args_option option;

    if (a->sev.at != 0) {
        return ARGS_GUEST;
    }
    if (a->monitor_by != ARGS_MONITOR_NONE && is_machine_none(a) &&
        args_find_option(a, "daemonize", &option)) {
        return ARGS_PROBE;
    }
    return ARGS_PLAIN;
}

/* What would run, but not as a measured launch. */
static bool refuse_unfit(const struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval machine = { 0 };
    struct args_option option;

    if (args_find_machine(a, "max-ram-below-4g", &machine)) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: -machine max-ram-below-4g= is not supported "
                         "here");
    }
    if (args_find_option(a, "incoming", &option)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "SEV: Migration is not implemented: a guest with SEV "
                         "can't be started from -incoming");
    }
    if (args_find_option(a, "gdb", &option) ||
        args_find_option(a, "s", &option)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "SEV: a debugger can't read a guest with SEV: start "
                         "it without -gdb and -s");
    }
    if (args_find_option(a, "daemonize", &option)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "a guest with SEV can't be started with -daemonize "
                         "here; let libvirt start it");
    }
    if (a->firmware_by == ARGS_FIRMWARE_NONE) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: no firmware image: a guest with SEV is started "
                         "with OVMF (<loader>, pflash0= or -bios), not with "
                         "QEMU's built-in BIOS");
    }
    return true;
}

static bool read_guest(struct args *a, struct sevk_error *err)
{
    return args_find_firmware(a, err) && args_find_kernel(a, err) &&
           args_find_ram(a, err) && args_find_vcpus(a, err) &&
           args_find_cpu(a, err) && refuse_unfit(a, err);
}

static bool read_probe(struct args *a, struct sevk_error *err)
{
    struct args_option option;

    if (args_find_option(a, "pidfile", &option) && option.value != NULL) {
        a->pidfile = strdup(option.value);
        if (a->pidfile == NULL) {
            return sevk_fail(err, SEVK_HOST, "out of memory for arguments");
        }
    }
    return true;
}

bool args_read(const char *const *argv, struct args *ret,
               struct sevk_error *err)
{
    OWN(args_free) struct args a = { .argv = argv };
    struct args_option option;

    while (argv[a.n] != NULL) {
        a.n++;
    }
    a.paused = args_find_option(&a, "S", &option);
    if (!args_find_name(&a, err) || !args_find_sev(&a, err) ||
        !args_find_monitor(&a, err)) {
        return false;
    }
    a.claims_kvm = args_asks_for_kvm(&a);
    a.mode = find_mode(&a);
    if ((a.mode == ARGS_GUEST && !read_guest(&a, err)) ||
        (a.mode == ARGS_PROBE && !read_probe(&a, err))) {
        return false;
    }
    *ret = a;
    a = (struct args){ 0 };
    return true;
}
