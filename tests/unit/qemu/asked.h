/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a table of answers as the proxy does. */
#ifndef SEVKIT_TESTS_ASKED_H
#define SEVKIT_TESTS_ASKED_H

#include "base/buf.h"
#include "qemu/answer.h"

/*
 * The reply's line without its end; "PASSED" for a command that QEMU gets as
 * it is, "CHANGED " and the command for one that it gets changed. The caller
 * frees it.
 */
struct buf asked(const struct answer_table *table, const char *command);

/*
 * For a command that asks QEMU first (answer_later): what QEMU got, each in a
 * line with "> " in front, and what the client gets when QEMU returned the
 * string RETURNED for the last of them.
 */
struct buf asked_later(const struct answer_table *table, const char *command,
                       const char *returned);

/* The same with an error's or a result's text compared. */
#define assert_answers(table, command, text)                                   \
    do {                                                                       \
        OWN(buf_free) struct buf said_ = asked((table), (command));            \
                                                                               \
        assert_string_equal(buf_string(&said_), (text));                       \
    } while (0)

#define assert_answer_has(table, command, part)                                \
    do {                                                                       \
        OWN(buf_free) struct buf said_ = asked((table), (command));            \
                                                                               \
        if (strstr(buf_string(&said_), (part)) == NULL) {                      \
            fail_msg("%s", buf_string(&said_));                                \
        }                                                                      \
    } while (0)

#define assert_later_has(table, command, returned, part)                       \
    do {                                                                       \
        OWN(buf_free)                                                          \
        struct buf said_ = asked_later((table), (command), (returned));        \
                                                                               \
        if (strstr(buf_string(&said_), (part)) == NULL) {                      \
            fail_msg("%s", buf_string(&said_));                                \
        }                                                                      \
    } while (0)

#endif
