/* SPDX-License-Identifier: Apache-2.0 */
/* What QMP shows of the memory of a guest with SEV: ciphertext. */
#include "qemu/answers_memory.h"

#include "base/error.h"
#include "qemu/memory_task.h"
#include "qemu/qmp_stream.h"

bool answer_getfd(void *ctx, const struct qmp_command *command,
                  struct answer *ret, struct sevk_error *err)
{
    const char *name = NULL;

    (void)ret;
    /* QEMU complains of what is wrong with it. */
    return command->fds == NULL || command->fds->n != 1 ||
           !answer_string(command, "fdname", &name, NULL) ||
           host_memory_hold(ctx, name, command->fds->fd[0], err);
}

bool answer_closefd(void *ctx, const struct qmp_command *command,
                    struct answer *ret, struct sevk_error *err)
{
    const char *name = NULL;

    (void)ret;
    (void)err;
    if (answer_string(command, "fdname", &name, NULL)) {
        host_memory_let_go(ctx, name);
    }
    return true;
}

static bool take_integer(const struct qmp_command *command, const char *key,
                         uint64_t *ret, struct sevk_error *err)
{
    struct json_object *value = NULL;

    if (!json_object_object_get_ex(command->arguments, key, &value)) {
        return sevk_fail(err, SEVK_INPUT, "Parameter '%s' is missing", key);
    }
    if (!json_object_is_type(value, json_type_int) ||
        json_object_get_int64(value) < 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "Invalid parameter type for '%s', expected: integer",
                         key);
    }
    *ret = json_object_get_uint64(value);
    return true;
}

/* Nothing but what is here is understood: a part of the memory, say, would be
 * taken for the whole. */
static bool check_dump(const struct qmp_command *command,
                       struct sevk_error *err)
{
    json_object_object_foreach(command->arguments, key, value)
    {
        if (strcmp(key, "paging") == 0 && json_object_get_boolean(value)) {
            return sevk_fail(err, SEVK_REFUSED,
                             SEV_NO_READING ": paging can't be followed");
        }
        if (strcmp(key, "format") == 0 &&
            strcmp(json_object_get_string(value), "elf") != 0) {
            return sevk_fail(err, SEVK_REFUSED,
                             SEV_NO_READING ": the only format is 'elf'");
        }
        if (strcmp(key, "begin") == 0 || strcmp(key, "length") == 0) {
            return sevk_fail(err, SEVK_REFUSED,
                             "SEV: a part of the memory can't be dumped; "
                             "'pmemsave' writes one");
        }
    }
    return true;
}

bool answer_dump(void *ctx, const struct qmp_command *command,
                 struct answer *ret, struct sevk_error *err)
{
    struct memory_task task = { .kind = MEMORY_DUMP, .memory = ctx };
    const char *protocol = NULL;

    if (!answer_string(command, "protocol", &protocol, err) ||
        !check_dump(command, err)) {
        return false;
    }
    if (strncmp(protocol, "fd:", 3) == 0 &&
        !host_memory_holds(ctx, protocol + 3)) {
        return sevk_fail(err, SEVK_INPUT,
                         "File descriptor named '%s' has not been found",
                         protocol + 3);
    }
    task.where = (char *)(uintptr_t)protocol;
    return memory_task_begin(&task, NULL, ret, err);
}

bool answer_dump_formats(void *ctx, const struct qmp_command *command,
                         struct answer *ret, struct sevk_error *err)
{
    struct json_object *formats = json_object_new_array();

    (void)ctx;
    (void)command;
    (void)err;
    json_object_array_add(formats, json_object_new_string("elf"));
    ret->result = json_object_new_object();
    json_object_object_add(ret->result, "formats", formats);
    return true;
}

bool answer_query_dump(void *ctx, const struct qmp_command *command,
                       struct answer *ret, struct sevk_error *err)
{
    const struct host_memory *m = ctx;

    (void)command;
    (void)err;
    if (m->dumped > 0) { /* QEMU's answer is "none" */
        ret->result = memory_task_completed(m->dumped);
    }
    return true;
}

static bool begin_save(void *ctx, const struct qmp_command *command,
                       enum memory_task_kind kind, struct answer *ret,
                       struct sevk_error *err)
{
    struct memory_task task = { .kind = kind, .memory = ctx };
    const char *path = NULL;

    if (!take_integer(command, "val", &task.at, err) ||
        !take_integer(command, "size", &task.n, err) ||
        !answer_string(command, "filename", &path, err)) {
        return false;
    }
    if (kind == MEMORY_SAVE && host_memory_is_devices(ctx, task.at, task.n)) {
        return true;
    }
    task.where = (char *)(uintptr_t)path;
    return memory_task_begin(
        &task, json_object_object_get(command->arguments, "cpu-index"), ret,
        err);
}

bool answer_pmemsave(void *ctx, const struct qmp_command *command,
                     struct answer *ret, struct sevk_error *err)
{
    return begin_save(ctx, command, MEMORY_SAVE, ret, err);
}

bool answer_memsave(void *ctx, const struct qmp_command *command,
                    struct answer *ret, struct sevk_error *err)
{
    return begin_save(ctx, command, MEMORY_SAVE_VM, ret, err);
}
