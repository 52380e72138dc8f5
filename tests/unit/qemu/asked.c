/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a table of answers as the proxy does. */
#include "unit/qemu/asked.h"

#include "base/own.h"
#include "lib/unit.h"

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
