/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the monitor's two streams: cutting, parsing, telling apart. */
#include "qemu/qmp_line.h"

#include "fuzz.h"

/* A command that is passed on written anew must be the same command. */
static void parse_again(const struct qmp_command *c)
{
    struct buf text = { 0 };
    struct qmp_command again = { 0 };

    must(qmp_append_object(&text, c->root, NULL));
    must(qmp_command_parse(buf_bytes(&text), &again) == QMP_COMMAND);
    must(!again.lenient);
    must(strcmp(again.name, c->name) == 0);
    must(again.oob == c->oob);
    qmp_command_free(&again);
    buf_free(&text);
}

static void take_message(struct bytes message)
{
    struct qmp_command c = { 0 };
    enum qmp_message kind = qmp_command_parse(message, &c);

    must((kind == QMP_COMMAND || kind == QMP_OBJECT) == (c.root != NULL));
    if (kind == QMP_COMMAND) {
        parse_again(&c);
    }
    qmp_command_free(&c);
}

/* Cuts IN as it comes in pieces of STEP; how many bytes made messages. */
static size_t cut(struct bytes in, size_t step, bool look)
{
    struct qmp_scan scan = { 0 };
    size_t begin = 0;

    for (size_t end = 0; end < in.n;) {
        size_t n;

        end = in.n - end < step ? in.n : end + step;
        while (begin < end &&
               (n = qmp_command_end(
                    &scan, bytes_make(in.p + begin, end - begin))) > 0) {
            must(n <= end - begin);
            if (look) {
                take_message(bytes_make(in.p + begin, n));
            }
            begin += n;
        }
        must(scan.at <= end - begin);
    }
    return begin;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes in = { p, n };
    struct qmp_scan scan = { 0 };
    size_t whole = cut(in, n + 1, true);
    size_t line;

    /* Pieces may only move white space from one message to the next. */
    for (size_t step = 1; step < 4; step++) {
        for (size_t at = cut(in, step, false); at < whole; at++) {
            must(strchr(" \t\r\n", p[at]) != NULL && p[at] != '\0');
        }
    }
    line = qmp_line_end(&scan, in);
    must(line == 0 || p[line - 1] == '\n');
    (void)qmp_line_kind(in);
    return 0;
}
