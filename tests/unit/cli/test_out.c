/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of values: the same content as JSON and as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/own.h"
#include "cli/out.h"
#include "cli/out_text.h"

static char *text_of(struct out *out, const char *plain, bool colour)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);

    assert_non_null(to);
    out_text_print(out->tree, plain, colour, to);
    fclose(to);
    return text;
}

static void fill(struct out *out)
{
    static const uint8_t bytes[] = { 0xde, 0xad, 0xbe, 0xef };
    struct json_object *list;
    struct json_object *inner;

    out_begin(out, "sevkit.test.fill/1");
    out_text(out, out->tree, "verdict", "yes");
    out_bits(out, out->tree, "policy", 7);
    out_number(out, out->tree, "guests", 18446744073709551615u);
    out_flag(out, out->tree, "es", true);
    out_base64(out, out->tree, "blob", BYTES_OF(bytes));
    out_hex(out, out->tree, "id_hex", BYTES_OF(bytes));
    out_time(out, out->tree, "made_at", 0);
    out_list(out, out->tree, "reasons");
    list = out_list(out, out->tree, "covered");
    out_text(out, list, NULL, "firmware");
    inner = out_object(out, list, NULL);
    out_text(out, inner, "name", "kernel");
    assert_false(out->short_of_memory);
}

static void test_json_holds_schema_first_and_typed_values(void **state)
{
    struct out out = { 0 };

    (void)state;
    fill(&out);
    assert_string_equal(
        json_object_to_json_string_ext(
            out.tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
        "{\"schema\":\"sevkit.test.fill/"
        "1\",\"verdict\":\"yes\",\"policy\":\"0x07\","
        "\"guests\":18446744073709551615,\"es\":true,\"blob\":\"3q2+7w==\","
        "\"id_hex\":\"deadbeef\",\"made_at\":\"1970-01-01T00:00:00Z\","
        "\"reasons\":[],\"covered\":[\"firmware\",{\"name\":\"kernel\"}]}");
    out_end(&out);
}

static void test_text_holds_the_same_for_people(void **state)
{
    struct out out = { 0 };
    OWN(own_free) char *text = NULL;

    (void)state;
    fill(&out);
    text = text_of(&out, NULL, false);
    assert_string_equal(text, "verdict: yes\n"
                              "policy:  0x07\n"
                              "guests:  18446744073709551615\n"
                              "es:      yes\n"
                              "blob:    3q2+7w==\n"
                              "id:      deadbeef\n"
                              "made at: 1970-01-01T00:00:00Z\n"
                              "reasons: none\n"
                              "covered:\n"
                              "  - firmware\n"
                              "  - name: kernel\n");
    out_end(&out);
}

static void test_numbers_keep_their_sign(void **state)
{
    struct json_object *from = json_tokener_parse(
        "{\"a\":-5,\"b\":0,\"c\":9223372036854775807,\"d\":null}");
    struct out out = { 0 };
    OWN(own_free) char *text = NULL;

    (void)state;
    out_begin(&out, "x/1");
    out_merge(&out, from);
    json_object_put(from);
    text = text_of(&out, NULL, false);
    assert_string_equal(text, "a: -5\nb: 0\nc: 9223372036854775807\nd: none\n");
    out_end(&out);
}

static void test_one_member_can_stand_for_the_whole(void **state)
{
    struct out out = { 0 };
    OWN(own_free) char *text = NULL;

    (void)state;
    fill(&out);
    text = text_of(&out, "policy", false);
    assert_string_equal(text, "0x07\n");
    out_end(&out);
}

static void test_only_a_verdict_has_colour(void **state)
{
    struct out out = { 0 };
    OWN(own_free) char *text = NULL;

    (void)state;
    fill(&out);
    text = text_of(&out, NULL, true);
    assert_non_null(strstr(text, "verdict: \x1b[1;32myes\x1b[0m\n"));
    assert_ptr_equal(strrchr(text, '\x1b'), strstr(text, "\x1b[0m"));
    out_end(&out);
}

static void test_hostile_text_reaches_neither_json_nor_terminal(void **state)
{
    struct out out = { 0 };
    OWN(own_free) char *text = NULL;

    (void)state;
    out_begin(&out, "x/1");
    out_text(&out, out.tree, "name", "a\x1b[2J\nverdict: yes\xff");
    text = text_of(&out, NULL, false);
    assert_string_equal(text, "name: a?[2J?verdict: yes\xef\xbf\xbd\n");
    assert_non_null(strstr(json_object_to_json_string(out.tree),
                           "a\\u001b[2J\\nverdict: yes\xef\xbf\xbd"));
    out_end(&out);
}

static void test_an_error_replaces_what_was_there(void **state)
{
    struct out out = { .json = true };
    struct sevk_error err = { 0 };

    (void)state;
    fill(&out);
    sevk_fail_fw(&err, 0x0b, "no");
    out_replace_by_error(&out, "sevkit.a.b/1", &err);
    assert_string_equal(
        json_object_to_json_string_ext(
            out.tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
        "{\"schema\":\"sevkit.a.b/1\",\"error\":{\"category\":\"host\","
        "\"status\":4,\"message\":\"no\",\"firmware_status\":11}}");
    out_end(&out);
}

static void test_a_tree_that_lacks_a_part_is_not_printed(void **state)
{
    struct out out = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    out_begin(&out, "x/1");
    out_text(&out, NULL, "lost", "x");
    assert_true(out.short_of_memory);
    assert_false(out_print(&out, NULL, &err));
    assert_int_equal(err.code, SEVK_HOST);
    out_end(&out);
}

static void test_the_members_of_a_module_s_tree_are_copied(void **state)
{
    static const char tree[] =
        "{\"a\":\"x\",\"b\":[1,[],{\"c\":true}],\"d\":{},\"e\":-5,\"f\":1.5}";
    struct out out = { 0 };
    struct json_object *from = json_tokener_parse(tree);

    (void)state;
    assert_non_null(from);
    json_object_object_add(from, "g", json_object_new_string("\xff\xc3\xa9"));
    out_begin(&out, "x/1");
    out_merge(&out, from);
    json_object_put(from);
    assert_false(out.short_of_memory);
    assert_string_equal(
        json_object_to_json_string_ext(
            out.tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
        "{\"schema\":\"x/1\",\"a\":\"x\",\"b\":[1,[],{\"c\":true}],\"d\":{},"
        "\"e\":-5,\"f\":1.5,\"g\":\"\xef\xbf\xbd\xc3\xa9\"}");
    out_end(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_holds_schema_first_and_typed_values),
        cmocka_unit_test(test_text_holds_the_same_for_people),
        cmocka_unit_test(test_numbers_keep_their_sign),
        cmocka_unit_test(test_one_member_can_stand_for_the_whole),
        cmocka_unit_test(test_only_a_verdict_has_colour),
        cmocka_unit_test(test_hostile_text_reaches_neither_json_nor_terminal),
        cmocka_unit_test(test_an_error_replaces_what_was_there),
        cmocka_unit_test(test_a_tree_that_lacks_a_part_is_not_printed),
        cmocka_unit_test(test_the_members_of_a_module_s_tree_are_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
