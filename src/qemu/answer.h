/* SPDX-License-Identifier: Apache-2.0 */
/* What the proxy does with a command of QMP: a row for each that it knows. */
#ifndef SEVKIT_QEMU_ANSWER_H
#define SEVKIT_QEMU_ANSWER_H

#include "qemu/qmp_line.h"

/*
 * A handler answers a command in QEMU's place, or lets it pass:
 *
 *   false                  the reply is an error with err's message
 *   true, ret->result set  the reply is "return" with it; the caller owns it
 *   true, ret->later set   QEMU is asked something first, then "later" answers
 *   true, neither          QEMU carries the command out
 *
 * A command that passes may be changed: the handler changes "arguments" (or
 * adds it to "root") and sets ret->changed. It may also name a function that
 * changes QEMU's reply.
 */
struct answer {
    struct json_object *result;
    bool changed;
    void (*edit_reply)(struct json_object *reply);
    struct answer_later *later;
};

/*
 * An answer that needs QEMU's reply to another command, which the client never
 * sees. QEMU may be given a command before that, too, whose reply is for
 * nobody. The client's next commands are answered behind this one, as ever.
 *
 * "run" gets what QEMU returned and gives the result, which the caller owns,
 * and perhaps an event to follow the reply; when it fails, the reply is an
 * error with err's message. When QEMU's own answer is an error, that is the
 * reply.
 */
struct answer_later {
    struct json_object *before; /* NULL: nothing */
    struct json_object *ask;    /* an object with "execute" */
    bool (*run)(void *state, struct json_object *returned,
                struct json_object **ret_result, struct json_object **ret_event,
                struct sevk_error *err);
    void *state;
    void (*free_state)(void *state);
};

void answer_later_free(struct answer_later **later); /* also for OWN() */

struct answer_row {
    const char *name; /* of the command */
    bool (*handle)(void *ctx, const struct qmp_command *command,
                   struct answer *ret, struct sevk_error *err);
};

struct answer_table {
    const struct answer_row *rows;
    size_t n;
    void *ctx; /* of the handlers */
};

/* NULL: QEMU carries the command out. */
const struct answer_row *answer_find(const struct answer_table *table,
                                     const char *name);

/*
 * The argument KEY of COMMAND, a string. Fails with QEMU's words: "Parameter
 * 'secret' is missing", "Invalid parameter type for 'secret', expected:
 * string".
 */
SEVK_MUST_CHECK bool answer_string(const struct qmp_command *command,
                                   const char *key, const char **ret,
                                   struct sevk_error *err);

/* {"execute": NAME, "arguments": ARGUMENTS}, which takes ARGUMENTS over; NULL
 * when memory is short. */
struct json_object *answer_command(const char *name,
                                   struct json_object *arguments);

#endif
