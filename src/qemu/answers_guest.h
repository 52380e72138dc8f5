/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor of a guest with SEV answers in QEMU's place. */
#ifndef SEVKIT_QEMU_ANSWERS_GUEST_H
#define SEVKIT_QEMU_ANSWERS_GUEST_H

#include "qemu/answers_memory.h"
#include "vmm/guest.h"

/*
 * The commands of QEMU's target/i386/sev (QMP reference 7.2), "cont", before
 * which the launch is finished, what a guest with SEV can't do: migrate, and
 * with it save and snapshot, in QEMU's words; and what its memory looks like
 * (answers_memory.h).
 */
struct guest_answers {
    struct vmm_guest *guest;
    const char *platform; /* its directory */
    struct host_memory memory;
};

/* CTX must outlive the table. */
struct answer_table guest_answer_table(struct guest_answers *ctx);

/* human-monitor-command is a table of its own: the same for HMP's words. */
bool guest_answer_hmp(struct guest_answers *ctx, const char *line,
                      const struct qmp_command *command, struct answer *ret,
                      struct sevk_error *err);

#define SEV_NO_MIGRATION "SEV: Migration is not implemented"

#endif
