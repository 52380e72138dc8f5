/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments for a QEMU that has no SEV, and perhaps no KVM. */
#include "qemu/rewrite.h"

#include <inttypes.h>

#include "base/own.h"
#include "qemu/optval.h"
#include "wire/policy.h"

#define MONITOR_ID "sevkit-monitor"
#define RAM_ID     "sevkit-ram"

void argv_free(struct argv *argv)
{
    for (size_t i = 0; i < argv->n; i++) {
        free(argv->v[i]);
    }
    free(argv->v);
    *argv = (struct argv){ 0 };
}

/* One rewriting under way. */
struct work {
    const struct args *a;
    const struct rewrite *with;
    struct argv out;
    bool named_accel; /* an accelerator was named */
};

static void free_work(struct work *w)
{
    argv_free(&w->out);
}

static bool add(struct work *w, const char *word, struct sevk_error *err)
{
    char **v = realloc(w->out.v, (w->out.n + 2) * sizeof *v);

    if (v != NULL) {
        w->out.v = v;
        v[w->out.n] = strdup(word);
        v[w->out.n + 1] = NULL;
    }
    if (v == NULL || v[w->out.n] == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for arguments");
    }
    w->out.n++;
    return true;
}

static bool add_option(struct work *w, const char *name, const char *value,
                       struct sevk_error *err)
{
    OWN(buf_free) struct buf dashed = { 0 };

    return buf_printf(&dashed, err, "-%s", name) &&
           add(w, buf_string(&dashed), err) &&
           (value == NULL || add(w, value, err));
}

static bool add_optval(struct work *w, const char *name, const char *before,
                       const struct optval *v, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return buf_append_string(&text, before, err) &&
           optval_format(v, &text, err) &&
           add_option(w, name, buf_string(&text), err);
}

#define FD_PATH_LEN 32
static void fd_path(int fd, char path[static FD_PATH_LEN])
{
    snprintf(path, FD_PATH_LEN, "/proc/self/fd/%d", fd);
}

static bool without_kvm(const struct work *w)
{
    return w->a->mode != ARGS_PLAIN || !w->with->keep_kvm;
}

/* "kvm:tcg" becomes "tcg", and so does "kvm" alone. */
static bool drop_kvm(struct optval *v, const char *key, struct sevk_error *err)
{
    OWN(buf_free) struct buf kept = { 0 };
    const char *list = optval_string(v, key);

    while (list != NULL && *list != '\0') {
        size_t n = strcspn(list, ":");

        if (!(n == 3 && memcmp(list, "kvm", 3) == 0) &&
            (!buf_append_string(&kept, kept.n > 0 ? ":" : "", err) ||
             !buf_append(&kept, bytes_make(list, n), err))) {
            return false;
        }
        list += n + (list[n] == ':');
    }
    return optval_set_string(v, key, kept.n > 0 ? buf_string(&kept) : "tcg",
                             err);
}

static bool rewrite_machine(struct work *w, const struct args_option *o,
                            struct optval *v, struct sevk_error *err)
{
    if (without_kvm(w)) {
        optval_remove(v, "kernel_irqchip");
        optval_remove(v, "kernel-irqchip");
        if (optval_has(v, "accel")) {
            w->named_accel = true;
            if (!drop_kvm(v, "accel", err)) {
                return false;
            }
        }
    }
    if (w->a->mode == ARGS_GUEST) {
        optval_remove(v, "confidential-guest-support");
        optval_remove(v, "memory-encryption");
    }
    return optval_is_empty(v) || add_optval(w, o->name, "", v, err);
}

static bool rewrite_accel(struct work *w, const struct args_option *o,
                          struct optval *v, struct sevk_error *err)
{
    w->named_accel = true;
    if (without_kvm(w) && optval_is(v, "accel", "kvm")) {
        return add_option(w, o->name, "tcg", err);
    }
    return add_option(w, o->name, o->value, err);
}

static bool rewrite_cpu(struct work *w, const struct args_option *o,
                        struct optval *v, struct sevk_error *err)
{
    if (!without_kvm(w) || !optval_is(v, "name", "host")) {
        return add_option(w, o->name, o->value, err);
    }
    optval_remove(v, "migratable"); /* a property of "host" and "max" alone */
    optval_remove(v, "host-phys-bits");
    return optval_set_string(v, "name", w->with->host_cpu, err) &&
           add_optval(w, o->name, "", v, err);
}

/* -1: it is none of the guest's RAM. */
static int ram_index(const struct work *w, args_at at)
{
    for (size_t i = 0; i < w->a->n_ram; i++) {
        if (w->a->ram[i].at == at && at != 0) {
            return (int)i;
        }
    }
    return -1;
}

static bool rewrite_ram(struct work *w, const struct args_option *o,
                        struct optval *v, int fd, struct sevk_error *err)
{
    static const char *const gone[] = {
        "hugetlb",  "hugetlbsize",  "seal",     "align", "pmem",
        "readonly", "discard-data", "mem-path", "share"
    };
    char path[FD_PATH_LEN];

    fd_path(fd, path);
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        optval_remove(v, gone[i]);
    }
    return optval_set_string(v, "qom-type", "memory-backend-file", err) &&
           optval_set_string(v, "mem-path", path, err) &&
           optval_set_true(v, "share", err) &&
           add_optval(w, o->name, "", v, err);
}

static bool rewrite_object(struct work *w, const struct args_option *o,
                           struct optval *v, struct sevk_error *err)
{
    int ram = ram_index(w, o->value_at);

    if (w->a->mode == ARGS_GUEST && o->value_at == w->a->sev.at) {
        return true;
    }
    if (ram >= 0) {
        return rewrite_ram(w, o, v, w->with->ram[ram], err);
    }
    return add_option(w, o->name, o->value, err);
}

/* -blockdev and -drive: the file's name becomes the copy's. */
static bool rewrite_firmware(struct work *w, const struct args_option *o,
                             struct optval *v, struct sevk_error *err)
{
    char path[FD_PATH_LEN];

    if (w->a->mode != ARGS_GUEST || o->value_at != w->a->firmware_at) {
        return add_option(w, o->name, o->value, err);
    }
    fd_path(w->with->firmware, path);
    return optval_set_string(
               v,
               w->a->firmware_by == ARGS_FIRMWARE_DRIVE ? "file" : "filename",
               path, err) &&
           add_optval(w, o->name, "", v, err);
}

static bool rewrite_overcommit(struct work *w, const struct args_option *o,
                               struct optval *v, struct sevk_error *err)
{
    if (w->a->mode == ARGS_GUEST) {
        optval_remove(v, "mem-lock");
    }
    return optval_is_empty(v) || add_optval(w, o->name, "", v, err);
}

static bool rewrite_chardev(struct work *w, const struct args_option *o,
                            struct optval *v, struct sevk_error *err)
{
    char number[16];

    if (w->a->mode == ARGS_PLAIN || o->value_at != w->a->monitor_at) {
        return add_option(w, o->name, o->value, err);
    }
    snprintf(number, sizeof number, "%d", w->with->monitor);
    optval_remove(v, "path");
    return optval_set_string(v, "fd", number, err) &&
           add_optval(w, o->name, "", v, err);
}

/* The options that are looked into, and what their first word means. */
static const struct {
    const char *name;
    const char *implied;
    bool (*rewrite)(struct work *w, const struct args_option *o,
                    struct optval *v, struct sevk_error *err);
} rules[] = {
    { "machine", "type", rewrite_machine },
    { "M", "type", rewrite_machine },
    { "accel", "accel", rewrite_accel },
    { "cpu", "name", rewrite_cpu },
    { "object", "qom-type", rewrite_object },
    { "blockdev", "driver", rewrite_firmware },
    { "drive", "file", rewrite_firmware },
    { "overcommit", NULL, rewrite_overcommit },
    { "chardev", "backend", rewrite_chardev },
};

/* An option whose value is nothing but the name of a file that was copied. */
static int copy_of(const struct work *w, const struct args_option *o)
{
    const struct args *a = w->a;

    if (a->mode != ARGS_GUEST || o->value == NULL) {
        return -1;
    }
    if (a->firmware_by == ARGS_FIRMWARE_BIOS && o->value_at == a->firmware_at) {
        return w->with->firmware;
    }
    return o->value_at == a->kernel_at   ? w->with->kernel
           : o->value_at == a->initrd_at ? w->with->initrd
                                         : -1;
}

/* Options that QEMU is not to see. */
static bool is_dropped(struct work *w, const struct args_option *o)
{
    if (strcmp(o->name, "enable-kvm") == 0) {
        return without_kvm(w);
    }
    if (w->a->mode == ARGS_PLAIN) {
        return false;
    }
    return (strcmp(o->name, "qmp") == 0 && o->value_at == w->a->monitor_at) ||
           (w->a->mode == ARGS_PROBE && (strcmp(o->name, "daemonize") == 0 ||
                                         strcmp(o->name, "pidfile") == 0));
}

static bool add_verbatim(struct work *w, const struct args_option *o,
                         struct sevk_error *err)
{
    return add(w, w->a->argv[o->at], err) &&
           (o->value == NULL || add(w, o->value, err));
}

static bool rewrite_option(struct work *w, const struct args_option *o,
                           struct sevk_error *err)
{
    int copy = copy_of(w, o);
    char path[FD_PATH_LEN];

    if (w->a->mode == ARGS_PLAIN && w->with->keep_kvm) {
        return add_verbatim(w, o, err);
    }
    if (is_dropped(w, o)) {
        return true;
    }
    if (copy >= 0) {
        fd_path(copy, path);
        return add_option(w, o->name, path, err);
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        OWN(optval_free) struct optval v = { 0 };

        if (o->value != NULL && strcmp(o->name, rules[i].name) == 0 &&
            optval_parse(o->value, rules[i].implied, &v)) {
            return rules[i].rewrite(w, o, &v, err);
        }
    }
    return add_verbatim(w, o, err);
}

/* A monitor that was named in short (-qmp) gets QEMU's long form. */
static bool add_monitor(struct work *w, struct sevk_error *err)
{
    OWN(buf_free) struct buf chardev = { 0 };

    return buf_printf(&chardev, err,
                      "socket,id=" MONITOR_ID ",fd=%d,server=on,wait=off",
                      w->with->monitor) &&
           add_option(w, "chardev", buf_string(&chardev), err) &&
           add_option(w, "mon", "chardev=" MONITOR_ID ",mode=control", err);
}

static bool add_ram(struct work *w, struct sevk_error *err)
{
    OWN(buf_free) struct buf object = { 0 };

    return buf_printf(&object, err,
                      "memory-backend-file,id=" RAM_ID ",size=%" PRIu64
                      ",mem-path=/proc/self/fd/%d,share=on",
                      w->a->ram[0].size, w->with->ram[0]) &&
           add_option(w, "object", buf_string(&object), err) &&
           add_option(w, "machine", "memory-backend=" RAM_ID, err);
}

static bool add_boot_kernel(struct work *w, struct sevk_error *err)
{
    OWN(buf_free) struct buf item = { 0 };

    return buf_printf(&item, err, "name=etc/boot/kernel,file=/proc/self/fd/%d",
                      w->with->kernel) &&
           add_option(w, "fw_cfg", buf_string(&item), err);
}

static bool add_guest_options(struct work *w, struct sevk_error *err)
{
    const struct args *a = w->a;

    if (a->ram[0].at == 0 && !add_ram(w, err)) {
        return false;
    }
    if (a->kernel_at != 0 && a->sev.kernel_hashes && !add_boot_kernel(w, err)) {
        return false;
    }
    return (a->sev.policy & POLICY_ES) == 0 ||
           add_option(w, "no-reboot", NULL, err);
}

static bool was_short_monitor(const struct args *a)
{
    return a->mode != ARGS_PLAIN && a->monitor_at != 0 &&
           strstr(a->argv[a->monitor_at - 1], "qmp") != NULL;
}

bool args_rewrite(const struct args *args, const struct rewrite *with,
                  struct argv *ret, struct sevk_error *err)
{
    OWN(free_work) struct work w = { .a = args, .with = with };
    struct args_option o;

    if (!add(&w, with->program, err)) {
        return false;
    }
    for (args_at at = 0; args_next(args->argv, &at, &o);) {
        if (!(o.name == NULL ? add(&w, args->argv[o.at], err)
                             : rewrite_option(&w, &o, err))) {
            return false;
        }
    }
    if ((was_short_monitor(args) && !add_monitor(&w, err)) ||
        (args->mode == ARGS_GUEST && !add_guest_options(&w, err)) ||
        (without_kvm(&w) && args->claims_kvm && !w.named_accel &&
         !add_option(&w, "accel", "tcg", err))) {
        return false;
    }
    *ret = w.out;
    w.out = (struct argv){ 0 };
    return true;
}
