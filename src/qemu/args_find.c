/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the pieces of a QEMU command line, each by its own rules. */
#include "qemu/args_find.h"

#include "base/number.h"
#include "base/own.h"

/* NULL stays NULL. */
static bool copy_string(const char *from, char **ret, struct sevk_error *err)
{
    if (from == NULL) {
        return true;
    }
    *ret = strdup(from);
    return *ret != NULL ||
           sevk_fail(err, SEVK_HOST, "out of memory for arguments");
}

bool args_find_option(const struct args *a, const char *name,
                      struct args_option *ret)
{
    struct args_option option;
    bool found = false;

    for (args_at at = 0; args_next(a->argv, &at, &option);) {
        if (option.name != NULL && strcmp(option.name, name) == 0) {
            *ret = option;
            found = true;
        }
    }
    return found;
}

static bool is_machine(const struct args_option *option)
{
    return option->value != NULL && (strcmp(option->name, "machine") == 0 ||
                                     strcmp(option->name, "M") == 0);
}

bool args_find_machine(const struct args *a, const char *key,
                       struct optval *ret)
{
    struct args_option option;
    bool found = false;

    for (args_at at = 0; args_next(a->argv, &at, &option);) {
        struct optval v = { 0 };

        if (!is_machine(&option) || !optval_parse(option.value, "type", &v)) {
            continue;
        }
        if (key != NULL && !optval_has(&v, key)) {
            optval_free(&v);
            continue;
        }
        optval_free(ret);
        *ret = v;
        found = true;
    }
    return found;
}

bool args_find_value(const struct args *a, const char *name,
                     const char *implied, const char *key, const char *value,
                     struct args_option *ret_option, struct optval *ret)
{
    struct args_option option;

    for (args_at at = 0; args_next(a->argv, &at, &option);) {
        struct optval v = { 0 };

        if (option.value == NULL || strcmp(option.name, name) != 0 ||
            !optval_parse(option.value, implied, &v)) {
            continue;
        }
        if (optval_is(&v, key, value)) {
            optval_free(ret);
            *ret = v;
            *ret_option = option;
            return true;
        }
        optval_free(&v);
    }
    return false;
}

static bool names_kvm(const char *accelerators)
{
    return accelerators != NULL && strstr(accelerators, "kvm") != NULL;
}

bool args_asks_for_kvm(const struct args *a)
{
    OWN(optval_free) struct optval machine = { 0 };
    struct args_option option;

    return args_find_option(a, "enable-kvm", &option) ||
           (args_find_option(a, "accel", &option) && names_kvm(option.value)) ||
           (args_find_machine(a, "accel", &machine) &&
            names_kvm(optval_string(&machine, "accel")));
}

bool args_find_name(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    struct args_option option;

    if (!args_find_option(a, "name", &option) || option.value == NULL ||
        !optval_parse(option.value, "guest", &v)) {
        return true;
    }
    return copy_string(optval_string(&v, "guest"), &a->name, err);
}

/* The id of the object that the machine's memory is protected by. */
static bool find_protection(const struct args *a, struct optval *ret_machine,
                            const char **ret_id)
{
    static const char *const keys[] = { "confidential-guest-support",
                                        "memory-encryption" };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (args_find_machine(a, keys[i], ret_machine)) {
            *ret_id = optval_string(ret_machine, keys[i]);
            return *ret_id != NULL;
        }
    }
    return false;
}

static bool read_sev(const struct optval *v, struct args *a,
                     struct sevk_error *err)
{
    uint64_t cbitpos = 0;
    uint64_t reduced = 0;
    uint64_t policy = 1; /* QEMU's default */
    uint64_t handle = 0;

    if (!optval_number(v, "cbitpos", "sev-guest", UINT32_MAX, &cbitpos, err) ||
        !optval_number(v, "reduced-phys-bits", "sev-guest", UINT32_MAX,
                       &reduced, err) ||
        !optval_number(v, "policy", "sev-guest", UINT32_MAX, &policy, err) ||
        !optval_number(v, "handle", "sev-guest", UINT32_MAX, &handle, err)) {
        return false;
    }
    if (handle != 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "sev-guest: handle=%u: a key shared with another "
                         "guest is not supported here",
                         (unsigned int)handle);
    }
    a->sev.cbitpos = (uint32_t)cbitpos;
    a->sev.reduced_phys_bits = (uint32_t)reduced;
    a->sev.policy = (uint32_t)policy;
    a->sev.kernel_hashes = optval_true(v, "kernel-hashes");
    return copy_string(optval_string(v, "dh-cert-file"), &a->sev.dh_cert_file,
                       err) &&
           copy_string(optval_string(v, "session-file"), &a->sev.session_file,
                       err);
}

bool args_find_sev(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval machine = { 0 };
    OWN(optval_free) struct optval object = { 0 };
    struct args_option option;
    const char *id = NULL;

    if (!find_protection(a, &machine, &id) ||
        !args_find_value(a, "object", "qom-type", "id", id, &option, &object) ||
        !optval_is(&object, "qom-type", "sev-guest")) {
        return true;
    }
    a->sev.at = option.value_at;
    return copy_string(id, &a->sev.id, err) && read_sev(&object, a, err);
}

/* A socket that QEMU is to listen on, by descriptor or by path. */
static bool read_monitor(const struct optval *socket, struct args *a,
                         args_at at, struct sevk_error *err)
{
    const char *path = optval_string(socket, "path");
    uint64_t fd = 0;

    if (optval_has(socket, "fd")) {
        if (!optval_number(socket, "fd", "monitor", INT32_MAX, &fd, err)) {
            return false;
        }
        a->monitor_by = ARGS_MONITOR_FD;
        a->monitor_fd = (int)fd;
    } else if (path != NULL) {
        a->monitor_by = ARGS_MONITOR_PATH;
    } else {
        return true; /* TCP, say: not ours */
    }
    a->monitor_at = at;
    return copy_string(path, &a->monitor_path, err);
}

static bool is_server(const struct optval *socket)
{
    return optval_true(socket, "server") ||
           (optval_has(socket, "server") &&
            optval_string(socket, "server") == NULL);
}

/* -qmp unix:PATH,server=on,wait=off */
static bool find_qmp(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    struct args_option option;

    if (!args_find_option(a, "qmp", &option) || option.value == NULL ||
        strncmp(option.value, "unix:", 5) != 0 ||
        !optval_parse(option.value + 5, "path", &v) || !is_server(&v)) {
        return true;
    }
    return read_monitor(&v, a, option.value_at, err);
}

/* The first -mon with mode=control whose -chardev is a listening socket. */
bool args_find_monitor(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval mon = { 0 };
    OWN(optval_free) struct optval chardev = { 0 };
    struct args_option option;
    const char *id;

    if (!args_find_value(a, "mon", "chardev", "mode", "control", &option,
                         &mon)) {
        return find_qmp(a, err);
    }
    id = optval_string(&mon, "chardev");
    if (id == NULL ||
        !args_find_value(a, "chardev", "backend", "id", id, &option,
                         &chardev) ||
        !optval_is(&chardev, "backend", "socket") || !is_server(&chardev)) {
        return true;
    }
    return read_monitor(&chardev, a, option.value_at, err);
}

/* Follows NODE through -blockdev to the file that its bytes are in. */
static bool follow_blockdev(struct args *a, const char *node,
                            struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    OWN(own_free) char *name = strdup(node);
    struct args_option option;

    for (int depth = 0; depth < 4 && name != NULL; depth++) {
        char *next = NULL;

        if (!args_find_value(a, "blockdev", "driver", "node-name", name,
                             &option, &v)) {
            break;
        }
        if (optval_is(&v, "driver", "file") &&
            optval_string(&v, "filename") != NULL) {
            a->firmware_by = ARGS_FIRMWARE_BLOCKDEV;
            a->firmware_at = option.value_at;
            return copy_string(optval_string(&v, "filename"), &a->firmware,
                               err);
        }
        if (!optval_is(&v, "driver", "raw") || optval_has(&v, "offset") ||
            optval_has(&v, "size") || optval_string(&v, "file") == NULL) {
            break;
        }
        if (!copy_string(optval_string(&v, "file"), &next, err)) {
            return false;
        }
        free(name);
        name = next;
    }
    return sevk_fail(err, SEVK_INPUT,
                     "SEV: pflash0=%s does not lead to a raw image in a file; "
                     "only such a firmware can be measured",
                     node);
}

static bool find_firmware_drive(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval v = { 0 };
    struct args_option option;

    if (!args_find_value(a, "drive", "file", "if", "pflash", &option, &v) ||
        optval_string(&v, "file") == NULL) {
        return true;
    }
    if (!optval_is(&v, "format", "raw")) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: -drive if=pflash needs format=raw");
    }
    a->firmware_by = ARGS_FIRMWARE_DRIVE;
    a->firmware_at = option.value_at;
    return copy_string(optval_string(&v, "file"), &a->firmware, err);
}

bool args_find_firmware(struct args *a, struct sevk_error *err)
{
    OWN(optval_free) struct optval machine = { 0 };
    struct args_option option;

    if (args_find_machine(a, "pflash0", &machine) &&
        optval_string(&machine, "pflash0") != NULL) {
        return follow_blockdev(a, optval_string(&machine, "pflash0"), err);
    }
    if (!find_firmware_drive(a, err)) {
        return false;
    }
    if (a->firmware_by == ARGS_FIRMWARE_NONE &&
        args_find_option(a, "bios", &option) && option.value != NULL) {
        a->firmware_by = ARGS_FIRMWARE_BIOS;
        a->firmware_at = option.value_at;
        return copy_string(option.value, &a->firmware, err);
    }
    return true;
}

static args_at value_of(const struct args *a, const char *name)
{
    struct args_option option;

    return args_find_option(a, name, &option) ? option.value_at : 0;
}

bool args_find_kernel(struct args *a, struct sevk_error *err)
{
    (void)err;
    a->kernel_at = value_of(a, "kernel");
    a->initrd_at = value_of(a, "initrd");
    a->append_at = value_of(a, "append");
    return true;
}
