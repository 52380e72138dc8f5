/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting QMP's streams into messages, and telling them apart. */
#include "lib/unit.h"

#include "base/own.h"
#include "qemu/qmp_line.h"

/* The lengths of the messages of TEXT when it comes in pieces of STEP. */
static size_t cut(const char *text, size_t n, size_t step, size_t *lengths)
{
    struct qmp_scan scan = { 0 };
    size_t begin = 0;
    size_t count = 0;

    for (size_t end = 0; end < n;) {
        size_t got;

        end = end + step < n ? end + step : n;
        while (begin < end &&
               (got = qmp_command_end(
                    &scan, bytes_make(text + begin, end - begin))) != 0) {
            lengths[count++] = got;
            begin += got;
        }
    }
    return count;
}

static void messages_end_where_their_braces_do(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        size_t lengths[4];
    } rows[] = {
        { "{}", 1, { 2 } },
        { "{}\r\n", 1, { 4 } },
        { "{}\n{}\n", 2, { 3, 3 } },
        { "{}{}", 2, { 2, 2 } },
        { "{\"a\":{}}{\"b\":[{}]}\n", 2, { 8, 11 } },
        { "{\n\"a\":\n1}\n", 1, { 10 } },
        { "{\"}\":\"\\\"}{\"}\n", 1, { 13 } },
        { "{'}\"':'\\'}'}\n", 1, { 13 } },
        { "rubbish {}\n{}\n", 2, { 11, 3 } },
        { "\n{}\n", 2, { 1, 3 } },
        { "  {} \t\n", 1, { 7 } },
        { "[{}]\n{}", 2, { 5, 2 } },
        { "{\"a\":1", 0, { 0 } },
        { "{\"a\n\n\n", 0, { 0 } },
        { "rubbish", 0, { 0 } },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        size_t lengths[16];
        size_t n = strlen(rows[i].text);

        assert_int_equal(cut(rows[i].text, n, n, lengths), rows[i].n);
        for (size_t k = 0; k < rows[i].n; k++) {
            assert_int_equal(lengths[k], rows[i].lengths[k]);
        }
    }
}

/* White space that comes later is a message of its own; nothing else may
 * depend on how a stream comes in pieces. */
static void pieces_of_any_size_give_the_same_messages(void **state)
{
    const char text[] = "{\"execute\":\"a\",\"arguments\":{\"x\":\"}\\\\\"}}"
                        "{'execute':'b'}{\"c\":[[]]}\nrubbish}\n{\"d\":0}\n";
    size_t n = sizeof text - 1;
    size_t whole[16];
    size_t count = cut(text, n, n, whole);

    (void)state;
    assert_int_equal(count, 5);
    for (size_t step = 1; step < n; step++) {
        size_t lengths[16];
        size_t got = cut(text, n, step, lengths);
        size_t at = 0;
        size_t expected = 0;
        size_t next = 0;

        for (size_t i = 0; i < got; i++) {
            if (at == expected) {
                expected += whole[next++];
            }
            at += lengths[i];
            if (at > expected) {
                fail_msg("pieces of %zu: a message goes on too long", step);
            }
        }
        assert_int_equal(at, n);
        assert_int_equal(next, count);
    }
}

static void a_nul_is_a_byte_like_others(void **state)
{
    const char in_string[] = "{\"a\":\"x\0y\"}\n";
    const char outside[] = "\0\0\n{}\n";
    struct qmp_scan scan = { 0 };
    struct qmp_command c = { 0 };

    (void)state;
    assert_int_equal(qmp_command_end(&scan, bytes_make(in_string, 12)), 12);
    assert_int_equal(qmp_command_parse(bytes_make(in_string, 12), &c),
                     QMP_MALFORMED);
    assert_int_equal(qmp_command_end(&scan, bytes_make(outside, 6)), 3);
    assert_int_equal(qmp_command_parse(bytes_make(outside, 3), &c),
                     QMP_MALFORMED);
}

static void lines_end_at_their_newline(void **state)
{
    const char text[] = "{\"return\": {}}\r\n{\"event\"";
    struct qmp_scan scan = { 0 };

    (void)state;
    for (size_t n = 1; n < 16; n++) {
        assert_int_equal(qmp_line_end(&scan, bytes_make(text, n)), 0);
    }
    assert_int_equal(qmp_line_end(&scan, bytes_make(text, 16)), 16);
    assert_int_equal(qmp_line_end(&scan, bytes_make(text + 16, 8)), 0);
}

static enum qmp_message parse(const char *text, struct qmp_command *c)
{
    return qmp_command_parse(bytes_of_string(text), c);
}

static void commands_are_taken_apart(void **state)
{
    OWN(qmp_command_free) struct qmp_command c = { 0 };
    OWN(qmp_command_free) struct qmp_command bare = { 0 };
    OWN(qmp_command_free) struct qmp_command oob = { 0 };
    OWN(qmp_command_free) struct qmp_command quoted = { 0 };

    (void)state;
    assert_int_equal(parse("  {\"execute\":\"x\",\"arguments\":{\"a\":1},"
                           "\"id\":[7]} \r\n",
                           &c),
                     QMP_COMMAND);
    assert_string_equal(c.name, "x");
    assert_non_null(json_object_object_get(c.arguments, "a"));
    assert_string_equal(json_object_get_string(c.id), "[ 7 ]");
    assert_false(c.oob);
    assert_false(c.lenient);
    assert_int_equal(parse("{\"execute\":\"x\"}", &bare), QMP_COMMAND);
    assert_null(bare.arguments);
    assert_null(bare.id);
    assert_int_equal(parse("{\"exec-oob\":\"x\"}", &oob), QMP_COMMAND);
    assert_true(oob.oob);
    assert_int_equal(parse("{'execute':'x'}", &quoted), QMP_COMMAND);
    assert_true(quoted.lenient);
}

static void what_is_no_command_is_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum qmp_message kind;
    } rows[] = {
        { "", QMP_BLANK },
        { " \r\n\t", QMP_BLANK },
        { "x", QMP_MALFORMED },
        { "[]", QMP_MALFORMED },
        { "null", QMP_MALFORMED },
        { "{\"a\":1}}", QMP_MALFORMED },
        { "{\"a\":1} {}", QMP_MALFORMED },
        { "{\"a\" 1}", QMP_MALFORMED },
        { "{]", QMP_MALFORMED },
        { "{}", QMP_OBJECT },
        { "{\"execute\":7}", QMP_OBJECT },
        { "{\"execute\":null}", QMP_OBJECT },
        { "{\"arguments\":{}}", QMP_OBJECT },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(qmp_command_free) struct qmp_command c = { 0 };

        if (parse(rows[i].text, &c) != rows[i].kind) {
            fail_msg("'%s'", rows[i].text);
        }
    }
}

static void nesting_without_end_is_malformed(void **state)
{
    char text[4000];
    struct qmp_command c = { 0 };

    (void)state;
    memset(text, '[', sizeof text);
    memcpy(text, "{\"a\":", 5);
    assert_int_equal(qmp_command_parse(BYTES_OF(text), &c), QMP_MALFORMED);
}

static void replies_are_known_by_their_keys(void **state)
{
    static const struct {
        const char *text;
        enum qmp_kind kind;
    } rows[] = {
        { "{\"return\": {}, \"id\": \"libvirt-1\"}", QMP_RETURN },
        { "{\"id\": 1, \"error\": {\"class\": \"x\"}}", QMP_ERROR },
        { "{\"id\": \"return\", \"error\": {}}", QMP_ERROR },
        { "{\"id\": {\"return\": 1}, \"error\": {}}", QMP_ERROR },
        { "{\"timestamp\": {\"seconds\": 1}, \"event\": \"STOP\"}", QMP_OTHER },
        { "{\"event\": \"X\", \"data\": {\"return\": 1}}", QMP_OTHER },
        { "{\"data\": {\"return\": 1}, \"event\": \"X\"}", QMP_OTHER },
        { "{\"QMP\": {\"version\": {}}}", QMP_OTHER },
        { "{\"id\": \"\\\"return\\\": \", \"error\": {}}", QMP_ERROR },
        { "{\"ret", QMP_OTHER },
        { "{\"id\": \"\\", QMP_OTHER },
        { "\"return\":", QMP_OTHER },
        { "}}}}{\"return\":1}", QMP_RETURN },
        { "", QMP_OTHER },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        if (qmp_line_kind(bytes_of_string(rows[i].text)) != rows[i].kind) {
            fail_msg("'%s'", rows[i].text);
        }
    }
}

static void replies_of_ours_look_like_qemus(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct json_object *empty = json_object_new_object();
    struct json_object *id = json_object_new_string("libvirt-7");
    struct sevk_error err;

    (void)state;
    assert_works(qmp_append_return(&text, empty, id, &err), &err);
    assert_works(qmp_append_error(&text, "it's \"no\" /\n", NULL, &err), &err);
    assert_string_equal(buf_string(&text),
                        "{\"return\":{},\"id\":\"libvirt-7\"}\r\n"
                        "{\"error\":{\"class\":\"GenericError\",\"desc\":"
                        "\"it's \\\"no\\\" /\\n\"}}\r\n");
    json_object_put(empty);
    json_object_put(id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_end_where_their_braces_do),
        cmocka_unit_test(pieces_of_any_size_give_the_same_messages),
        cmocka_unit_test(a_nul_is_a_byte_like_others),
        cmocka_unit_test(lines_end_at_their_newline),
        cmocka_unit_test(commands_are_taken_apart),
        cmocka_unit_test(what_is_no_command_is_told_apart),
        cmocka_unit_test(nesting_without_end_is_malformed),
        cmocka_unit_test(replies_are_known_by_their_keys),
        cmocka_unit_test(replies_of_ours_look_like_qemus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
