/* SPDX-License-Identifier: Apache-2.0 */
/* A reading of memory that is asked for by QMP or HMP, and its outcome. */
#include "qemu/memory_task.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "base/own.h"

static bool no_memory(struct sevk_error *err)
{
    return sevk_fail(err, SEVK_HOST, "out of memory for a reply");
}

static void free_task(void *state)
{
    struct memory_task *t = state;

    if (t != NULL) {
        free(t->where);
        free(t);
    }
}

static void drop_task(struct memory_task **t)
{
    free_task(*t);
    *t = NULL;
}

/* In paged memory nothing is found: the page tables are ciphertext, too. */
static bool uses_paging(const char *registers)
{
    struct registers r;

    return !registers_read(registers, 0, &r) || (r.cr0 & REGISTERS_CR0_PG) != 0;
}

static bool save_virtual(const struct memory_task *t, const char *registers,
                         struct sevk_error *err)
{
    if (uses_paging(registers)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "Invalid addr 0x%016" PRIx64 "/size %" PRIu64
                         " specified",
                         t->at, t->n);
    }
    return host_memory_save(t->memory, t->at, t->n, t->where, err);
}

static bool show_virtual(const struct memory_task *t, const char *registers,
                         struct buf *ret, struct sevk_error *err)
{
    if (uses_paging(registers)) {
        return buf_printf(ret, err, "%016" PRIx64 ": Cannot access memory\r\n",
                          t->show.address);
    }
    return host_memory_show(t->memory, &t->show, ret, err);
}

/* TEXT is what HMP prints. */
static bool carry_out(const struct memory_task *t, const char *registers,
                      struct buf *text, struct sevk_error *err)
{
    switch (t->kind) {
    case MEMORY_DUMP:
        return host_memory_dump(t->memory, t->where, registers, err);
    case MEMORY_SAVE:
        return host_memory_save(t->memory, t->at, t->n, t->where, err);
    case MEMORY_SAVE_VM:
        return save_virtual(t, registers, err);
    case MEMORY_SHOW:
        return host_memory_show(t->memory, &t->show, text, err);
    case MEMORY_SHOW_VM:
        break;
    }
    return show_virtual(t, registers, text, err);
}

static bool answer_with(const struct memory_task *t, const char *registers,
                        struct json_object **ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error why = { 0 };

    if (!carry_out(t, registers, &text, t->human ? &why : err)) {
        text.n = 0;
        if (!t->human ||
            !buf_printf(&text, err, "Error: %s\r\n", why.message)) {
            return false;
        }
    }
    *ret = t->human ? json_object_new_string(buf_string(&text))
                    : json_object_new_object();
    return *ret != NULL || no_memory(err);
}

struct json_object *memory_task_completed(uint64_t n)
{
    struct json_object *o = json_object_new_object();

    json_object_object_add(o, "total", json_object_new_uint64(n));
    json_object_object_add(o, "status", json_object_new_string("completed"));
    json_object_object_add(o, "completed", json_object_new_uint64(n));
    return o;
}

static struct json_object *dump_completed(uint64_t n)
{
    struct json_object *event = json_object_new_object();
    struct json_object *time = json_object_new_object();
    struct json_object *data = json_object_new_object();
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    json_object_object_add(time, "seconds", json_object_new_int64(now.tv_sec));
    json_object_object_add(time, "microseconds",
                           json_object_new_int64(now.tv_nsec / 1000));
    json_object_object_add(data, "result", memory_task_completed(n));
    json_object_object_add(event, "timestamp", time);
    json_object_object_add(event, "event",
                           json_object_new_string("DUMP_COMPLETED"));
    json_object_object_add(event, "data", data);
    return event;
}

static bool run(void *state, struct json_object *returned,
                struct json_object **ret_result, struct json_object **ret_event,
                struct sevk_error *err)
{
    const struct memory_task *t = state;
    const char *text = json_object_get_string(returned);

    if (!answer_with(t, text == NULL ? "" : text, ret_result, err)) {
        return false;
    }
    if (t->kind == MEMORY_DUMP && !t->human) {
        *ret_event = dump_completed(t->memory->dumped);
    }
    return true;
}

/* {"fdname": …}: QEMU has a copy that would keep a pipe from its end. */
static struct json_object *close_fd(const char *protocol)
{
    struct json_object *arguments;

    if (strncmp(protocol, "fd:", 3) != 0) {
        return NULL;
    }
    arguments = json_object_new_object();
    json_object_object_add(arguments, "fdname",
                           json_object_new_string(protocol + 3));
    return answer_command("closefd", arguments);
}

static struct json_object *ask_registers(bool all, struct json_object *cpu)
{
    struct json_object *arguments = json_object_new_object();

    json_object_object_add(
        arguments, "command-line",
        json_object_new_string(all ? "info registers -a" : "info registers"));
    if (cpu != NULL) {
        json_object_object_add(arguments, "cpu-index", json_object_get(cpu));
    }
    return answer_command("human-monitor-command", arguments);
}

bool memory_task_begin(const struct memory_task *task, struct json_object *cpu,
                       struct answer *ret, struct sevk_error *err)
{
    OWN(answer_later_free) struct answer_later *later = NULL;
    OWN(drop_task) struct memory_task *t = NULL;

    if (task->kind == MEMORY_SAVE || task->kind == MEMORY_SHOW) {
        return answer_with(task, "", &ret->result, err);
    }
    later = calloc(1, sizeof *later);
    t = calloc(1, sizeof *t);
    if (later == NULL || t == NULL) {
        return no_memory(err);
    }
    *t = *task;
    t->where = task->where == NULL ? NULL : strdup(task->where);
    if (task->where != NULL && t->where == NULL) {
        return no_memory(err);
    }
    if (t->kind == MEMORY_DUMP) {
        later->before = close_fd(t->where);
    }
    later->ask = ask_registers(t->kind == MEMORY_DUMP, cpu);
    later->run = run;
    later->state = TAKE(t);
    later->free_state = free_task;
    ret->later = TAKE(later);
    return true;
}
