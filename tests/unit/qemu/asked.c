/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a table of answers as the proxy does. */
#include "unit/qemu/asked.h"

#include "base/own.h"
#include "lib/unit.h"
#include "qemu/pending.h"

struct buf asked(const struct answer_table *table, const char *command)
{
    OWN(qmp_command_free) struct qmp_command c = { 0 };
    const struct answer_row *row;
    struct answer how = { 0 };
    struct sevk_error why = { 0 };
    struct sevk_error err;
    struct buf text = { 0 };
    bool ok;

    assert_int_equal(qmp_command_parse(bytes_of_string(command), &c),
                     QMP_COMMAND);
    row = answer_find(table, c.name);
    ok = row == NULL || row->handle(table->ctx, &c, &how, &why);
    if (ok && how.result == NULL) {
        assert_works(buf_append_string(
                         &text, how.changed ? "CHANGED " : "PASSED\r\n", &err),
                     &err);
        if (how.changed) {
            assert_works(qmp_append_object(&text, c.root, &err), &err);
        }
    } else if (ok) {
        assert_works(qmp_append_return(&text, how.result, NULL, &err), &err);
    } else {
        assert_works(qmp_append_error(&text, why.message, NULL, &err), &err);
    }
    json_object_put(how.result);
    text.n -= 2;
    text.p[text.n] = '\0';
    return text;
}

static void append_line(struct buf *to, const char *before,
                        struct json_object *o)
{
    struct sevk_error err;

    assert_works(buf_append_string(to, before, &err), &err);
    assert_works(qmp_append_object(to, o, &err), &err);
}

/* The reply goes the way that it goes in the proxy. */
static void let_it_answer(struct answer_later **later, const char *returned,
                          struct buf *to)
{
    OWN(pending_free) struct pending pending = { 0 };
    OWN(buf_free) struct buf line = { 0 };
    OWN(buf_free) struct buf reply = { 0 };
    struct json_object *text = json_object_new_string(returned);
    bool as_is = true;
    struct sevk_error err;

    assert_works(pending_add_later(&pending, later, &err), &err);
    assert_null(*later);
    assert_works(qmp_append_return(&line, text, NULL, &err), &err);
    json_object_put(text);
    assert_works(pending_edit(pending_first_passed(&pending), buf_bytes(&line),
                              false, &as_is, &reply, &err),
                 &err);
    assert_false(as_is);
    assert_works(buf_append(to, buf_bytes(&reply), &err), &err);
}

struct buf asked_later(const struct answer_table *table, const char *command,
                       const char *returned)
{
    OWN(qmp_command_free) struct qmp_command c = { 0 };
    OWN(answer_later_free) struct answer_later *later = NULL;
    struct answer how = { 0 };
    struct sevk_error why = { 0 };
    struct buf text = { 0 };

    assert_int_equal(qmp_command_parse(bytes_of_string(command), &c),
                     QMP_COMMAND);
    assert_works(answer_find(table, c.name)->handle(table->ctx, &c, &how, &why),
                 &why);
    assert_null(how.result);
    assert_non_null(how.later);
    later = how.later;
    if (later->before != NULL) {
        append_line(&text, "> ", later->before);
    }
    append_line(&text, "> ", later->ask);
    let_it_answer(&later, returned, &text);
    return text;
}
