/* SPDX-License-Identifier: Apache-2.0 */
/* A reading of memory that is asked for by QMP or HMP, and its outcome. */
#ifndef SEVKIT_QEMU_MEMORY_TASK_H
#define SEVKIT_QEMU_MEMORY_TASK_H

#include "qemu/answer.h"
#include "qemu/host_memory.h"

/*
 * Some need the registers first, for which QEMU is asked: a dump for its
 * notes; "x" and "memsave" to know whether the guest uses paging.
 */
enum memory_task_kind {
    MEMORY_DUMP,    /* where: the protocol */
    MEMORY_SAVE,    /* at, n, where: the file; physical */
    MEMORY_SAVE_VM, /* the same, virtual */
    MEMORY_SHOW,    /* show; physical */
    MEMORY_SHOW_VM, /* the same, virtual */
};

struct memory_task {
    enum memory_task_kind kind;
    bool human; /* HMP: the result is text, and so are refusals */
    struct host_memory *memory;
    char *where;
    uint64_t at;
    uint64_t n;
    struct memory_request show;
};

/*
 * Answers with TASK's outcome, at once or later. WHERE is copied. CPU is the
 * "cpu-index" to ask for, an integer object, or NULL for the default.
 */
SEVK_MUST_CHECK bool memory_task_begin(const struct memory_task *task,
                                       struct json_object *cpu,
                                       struct answer *ret,
                                       struct sevk_error *err);

/* What "query-dump" says of a dump of N bytes that is done. */
struct json_object *memory_task_completed(uint64_t n);

#endif
