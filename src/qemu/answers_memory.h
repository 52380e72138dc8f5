/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor shows of the memory of a guest with SEV: ciphertext. */
#ifndef SEVKIT_QEMU_ANSWERS_MEMORY_H
#define SEVKIT_QEMU_ANSWERS_MEMORY_H

#include "qemu/answer.h"
#include "qemu/host_memory.h"

/*
 * Handlers of QMP's commands, whose ctx is a struct host_memory. What lies in
 * RAM or flash is shown as a host with SEV reads it (host_memory.h). Virtual
 * addresses are physical ones as long as the guest has not enabled paging;
 * from then on there is nothing to see, because its page tables are encrypted.
 *
 * A dump is an ELF core file ("elf"). Other formats, "paging" and a part of the
 * memory ("begin") are refused: what would read the guest's memory to make them
 * finds ciphertext.
 */
bool answer_getfd(void *ctx, const struct qmp_command *command,
                  struct answer *ret, struct sevk_error *err);
bool answer_closefd(void *ctx, const struct qmp_command *command,
                    struct answer *ret, struct sevk_error *err);
bool answer_dump(void *ctx, const struct qmp_command *command,
                 struct answer *ret, struct sevk_error *err);
bool answer_dump_formats(void *ctx, const struct qmp_command *command,
                         struct answer *ret, struct sevk_error *err);
bool answer_query_dump(void *ctx, const struct qmp_command *command,
                       struct answer *ret, struct sevk_error *err);
bool answer_pmemsave(void *ctx, const struct qmp_command *command,
                     struct answer *ret, struct sevk_error *err);
bool answer_memsave(void *ctx, const struct qmp_command *command,
                    struct answer *ret, struct sevk_error *err);

/*
 * The same for HMP. LINE has single spaces between its words and none in front;
 * COMMAND is the human-monitor-command. False: it is none of these, and passes.
 * A refusal is text that begins with "Error: ", as with QEMU.
 */
bool answer_memory_hmp(struct host_memory *memory, const char *line,
                       const struct qmp_command *command, struct answer *ret,
                       bool *ret_known, struct sevk_error *err);

#define SEV_NO_READING                                                         \
    "SEV: the guest's memory is encrypted and can't be read from outside"
#define SEV_NO_REGISTERS                                                       \
    "SEV-ES: the guest's registers are encrypted and can't be read from "      \
    "outside"

#endif
