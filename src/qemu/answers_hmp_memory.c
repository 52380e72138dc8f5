/* SPDX-License-Identifier: Apache-2.0 */
/* What HMP shows of the memory of a guest with SEV: ciphertext. */
#include <stdlib.h>

#include "base/error.h"
#include "base/number.h"
#include "base/own.h"
#include "qemu/answers_memory.h"
#include "qemu/memory_task.h"

/* One command; LINE is what stands behind its name. */
struct line {
    struct host_memory *memory;
    const char *rest;
    struct json_object *cpu; /* "cpu-index" of the human-monitor-command */
};

static bool text(struct answer *ret, const char *what, struct sevk_error *err)
{
    ret->result = json_object_new_string(what);
    return ret->result != NULL ||
           sevk_fail(err, SEVK_HOST, "out of memory for a reply");
}

static bool refuse(struct answer *ret, const char *why, struct sevk_error *err)
{
    OWN(buf_free) struct buf line = { 0 };

    return buf_printf(&line, err, "Error: %s\r\n", why) &&
           text(ret, buf_string(&line), err);
}

static bool refuse_reading(const struct line *l, struct answer *ret,
                           struct sevk_error *err)
{
    (void)l;
    return refuse(ret, SEV_NO_READING, err);
}

/* Without SEV-ES registers are open, and QEMU shows them. */
static bool registers(const struct line *l, struct answer *ret,
                      struct sevk_error *err)
{
    return !l->memory->es || refuse(ret, SEV_NO_REGISTERS, err);
}

/* An expression with a register in it, that is. */
static bool print(const struct line *l, struct answer *ret,
                  struct sevk_error *err)
{
    return strchr(l->rest, '$') == NULL || registers(l, ret, err);
}

static bool show(const struct line *l, enum memory_task_kind kind,
                 struct answer *ret, struct sevk_error *err)
{
    struct memory_task task = { .kind = kind,
                                .human = true,
                                .memory = l->memory };
    struct sevk_error why = { 0 };

    if (!memory_request_parse(l->rest, &task.show, &why)) {
        return refuse(ret, why.message, err);
    }
    if (kind == MEMORY_SHOW &&
        host_memory_is_devices(l->memory, task.show.address,
                               (uint64_t)task.show.count * task.show.size)) {
        return true;
    }
    return memory_task_begin(&task, l->cpu, ret, err);
}

static bool show_physical(const struct line *l, struct answer *ret,
                          struct sevk_error *err)
{
    return show(l, MEMORY_SHOW, ret, err);
}

static bool show_virtual(const struct line *l, struct answer *ret,
                         struct sevk_error *err)
{
    return show(l, MEMORY_SHOW_VM, ret, err);
}

/* The first word of *REST, without its quotes if it has some. */
static bool take_word(const char **rest, char **ret, struct sevk_error *err)
{
    size_t n;

    *rest += strspn(*rest, " ");
    n = strcspn(*rest, " ");
    *ret = **rest == '"' && n >= 2 && (*rest)[n - 1] == '"'
               ? strndup(*rest + 1, n - 2)
               : strndup(*rest, n);
    *rest += n;
    return *ret != NULL ||
           sevk_fail(err, SEVK_HOST, "out of memory for a command");
}

/* "ADDRESS SIZE FILE" */
static bool parse_save(const char *rest, struct memory_task *t,
                       struct sevk_error *err)
{
    OWN(own_free) char *at = NULL;
    OWN(own_free) char *n = NULL;

    return take_word(&rest, &at, err) && take_word(&rest, &n, err) &&
           take_word(&rest, &t->where, err) &&
           number_parse(at, 0, UINT64_MAX, "the address", &t->at, err) &&
           number_parse(n, 0, UINT32_MAX, "the size", &t->n, err) &&
           ((t->where[0] != '\0' && rest[strspn(rest, " ")] == '\0') ||
            sevk_fail(err, SEVK_INPUT, "an address, a size and a file"));
}

static bool save(const struct line *l, enum memory_task_kind kind,
                 struct answer *ret, struct sevk_error *err)
{
    struct memory_task task = { .kind = kind,
                                .human = true,
                                .memory = l->memory };
    struct sevk_error why = { 0 };
    bool ok = parse_save(l->rest, &task, &why)
                  ? memory_task_begin(&task, l->cpu, ret, err)
                  : refuse(ret, why.message, err);

    free(task.where);
    return ok;
}

static bool save_physical(const struct line *l, struct answer *ret,
                          struct sevk_error *err)
{
    return save(l, MEMORY_SAVE, ret, err);
}

static bool save_virtual(const struct line *l, struct answer *ret,
                         struct sevk_error *err)
{
    return save(l, MEMORY_SAVE_VM, ret, err);
}

/* "FILE"; with options it is another format, or a part of the memory. */
static bool dump(const struct line *l, struct answer *ret,
                 struct sevk_error *err)
{
    struct memory_task task = { .kind = MEMORY_DUMP,
                                .human = true,
                                .memory = l->memory };
    OWN(own_free) char *file = NULL;
    OWN(buf_free) struct buf protocol = { 0 };
    const char *rest = l->rest;

    if (!take_word(&rest, &file, err)) {
        return false;
    }
    if (file[0] == '\0' || file[0] == '-' || rest[strspn(rest, " ")] != '\0') {
        return refuse(ret, SEV_NO_READING ": write 'dump-guest-memory FILE'",
                      err);
    }
    if (!buf_printf(&protocol, err, "file:%s", file)) {
        return false;
    }
    task.where = (char *)protocol.p;
    return memory_task_begin(&task, NULL, ret, err);
}

static const struct {
    const char *words; /* the command, up to a blank, a slash or its end */
    bool (*handle)(const struct line *l, struct answer *ret,
                   struct sevk_error *err);
} rows[] = {
    { "x", show_virtual },
    { "xp", show_physical },
    { "memsave", save_virtual },
    { "pmemsave", save_physical },
    { "dump-guest-memory", dump },
    { "info registers", registers },
    { "print", print },
    { "p", print },
    /* These read page tables or code, log what the guest does, or stop it. */
    { "info tlb", refuse_reading },
    { "info mem", refuse_reading },
    { "gva2gpa", refuse_reading },
    { "sum", refuse_reading },
    { "log", refuse_reading },
    { "gdbserver", refuse_reading },
};

bool answer_memory_hmp(struct host_memory *memory, const char *line,
                       const struct qmp_command *command, struct answer *ret,
                       bool *ret_known, struct sevk_error *err)
{
    *ret_known = false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].words);
        const struct line l = { memory, line + n,
                                json_object_object_get(command->arguments,
                                                       "cpu-index") };

        if (strncmp(line, rows[i].words, n) == 0 &&
            (line[n] == '\0' || line[n] == ' ' || line[n] == '/')) {
            *ret_known = true;
            return rows[i].handle(&l, ret, err);
        }
    }
    return true;
}
