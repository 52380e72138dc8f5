/* SPDX-License-Identifier: Apache-2.0 */
/* JSON read strictly: types, bounds, lengths, unknown names. */
#include "owner/owner_json.h"

#include "base/own.h"
#include "lib/hex.h"
#include "lib/unit.h"

static struct json_object *parse(const char *text)
{
    struct json_object *object = NULL;
    struct sevk_error err;

    assert_works(owner_json_parse(bytes_of_string(text), &object, &err), &err);
    return object;
}

static void test_what_is_no_object_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        "{",
        "[",
        "[]",
        "1",
        "\"a\"",
        "null",
        "{} x",
        "{}{}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":nan}",
        "{\"a\" 1}",
        "{\"a\":tru}",
        "/* x */ {}",
        "{\"a\":\"",
        "{\"a\":[[[[[[[[[[1]]]]]]]]]]}", /* too deep */
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct json_object *object = NULL;
        struct sevk_error err;

        assert_fails(owner_json_parse(bytes_of_string(rows[i]), &object, &err),
                     &err, SEVK_INPUT, "");
        assert_null(strstr(err.message, "success"));
        assert_null(object);
    }
}

static void test_a_nul_does_not_hide_what_follows(void **state)
{
    static const char text[] = "{}\0{\"a\":1}";
    struct json_object *object = NULL;

    (void)state;
    assert_false(
        owner_json_parse(bytes_make(text, sizeof text - 1), &object, NULL));
}

static void test_every_truncation_is_refused(void **state)
{
    static const char text[] = "{ \"a\": [ 1, \"b\" ], \"c\": null } ";

    (void)state;
    for (size_t n = 0; n < sizeof text - 2; n++) {
        struct json_object *object = NULL;

        assert_false(owner_json_parse(bytes_make(text, n), &object, NULL));
    }
}

static void test_a_name_that_stands_twice_is_refused(void **state)
{
    static const char *const bad[] = {
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": 1, \"b\": 2, \"a\": 1}",
        "{\"a\": {\"b\": 1, \"b\": 1}}",
        "{\"a\": [{\"b\": 1}, {\"c\": 1, \"c\": 2}]}",
        "{\"a\": 1, \"\\u0061\": 2}",
    };
    static const char *const good[] = {
        "{\"a\": {\"a\": [{\"a\": 1}, {\"a\": 2}]}, \"b\": 1}",
        "{\"a:b\": \"c:\\\":d\", \"a\": \"\\\\\", \"b\": \":\"}",
        "{}",
    };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(bad); i++) {
        OWN(owner_json_free) struct json_object *object = NULL;

        assert_fails(owner_json_parse(bytes_of_string(bad[i]), &object, &err),
                     &err, SEVK_INPUT, "stands twice");
    }
    for (size_t i = 0; i < N_OF(good); i++) {
        OWN(owner_json_free) struct json_object *object = NULL;

        assert_works(owner_json_parse(bytes_of_string(good[i]), &object, &err),
                     &err);
    }
}

static void test_unknown_names_are_refused(void **state)
{
    static const char *const names[] = { "a", "b" };
    OWN(owner_json_free) struct json_object *o = parse("{\"a\":1,\"polcy\":2}");
    OWN(owner_json_free) struct json_object *good = parse("{\"b\":1}");
    struct sevk_error err;

    (void)state;
    assert_fails(owner_json_only(o, names, 2, &err), &err, SEVK_INPUT,
                 "'polcy' is not a known name");
    assert_works(owner_json_only(good, names, 2, &err), &err);
}

static void test_wrong_types_are_refused(void **state)
{
    OWN(owner_json_free)
    struct json_object *o =
        parse("{\"t\":\"x\",\"n\":1,\"b\":true,\"o\":{},\"a\":[],\"z\":null}");
    uint8_t digests[1][32];
    struct json_object *sub;
    struct sevk_error err;
    uint64_t number;
    char text[8];
    bool yes;
    size_t n;

    (void)state;
    assert_fails(owner_json_text(o, "n", NULL, text, 8, &err), &err, SEVK_INPUT,
                 "'n' is not a text");
    assert_fails(owner_json_number(o, "t", NULL, 9, &number, &err), &err,
                 SEVK_INPUT, "'t' is not a whole number");
    assert_fails(owner_json_bool(o, "n", NULL, &yes, &err), &err, SEVK_INPUT,
                 "'n' is not true or false");
    assert_fails(owner_json_object(o, "a", NULL, &sub, &err), &err, SEVK_INPUT,
                 "'a' is not an object");
    assert_fails(owner_json_digests(o, "o", digests, 1, &n, &err), &err,
                 SEVK_INPUT, "'o' is not an array");
    assert_fails(owner_json_text(o, "z", NULL, text, 8, &err), &err, SEVK_INPUT,
                 "'z' is not a text");
}

static void test_what_must_be_there_and_what_may_be_absent(void **state)
{
    OWN(owner_json_free) struct json_object *o = parse("{}");
    struct json_object *sub = o;
    struct sevk_error err;
    uint8_t bytes[2] = { 7, 7 };
    uint64_t number = 7;
    char text[8] = "x";
    bool has = true, yes = true;

    (void)state;
    assert_fails(owner_json_text(o, "t", NULL, text, 8, &err), &err, SEVK_INPUT,
                 "'t' is missing");
    assert_works(owner_json_text(o, "t", &has, text, 8, &err), &err);
    assert_false(has);
    assert_works(owner_json_number(o, "t", &has, 9, &number, &err), &err);
    assert_works(owner_json_number_text(o, "t", &has, 9, &number, &err), &err);
    assert_works(owner_json_bool(o, "t", &has, &yes, &err), &err);
    assert_works(owner_json_hex(o, "t", &has, bytes, 2, &err), &err);
    assert_string_equal(text, "x");
    assert_int_equal(number, 7);
    assert_int_equal(bytes[0], 7);
    assert_works(owner_json_object(o, "t", &has, &sub, &err), &err);
    assert_null(sub);
}

static void test_texts_have_room_and_no_nul(void **state)
{
    OWN(owner_json_free)
    struct json_object *o = parse(
        "{\"long\":\"12345678\",\"fits\":\"1234567\",\"nul\":\"a\\u0000b\"}");
    struct sevk_error err;
    char text[8];

    (void)state;
    assert_fails(owner_json_text(o, "long", NULL, text, sizeof text, &err),
                 &err, SEVK_INPUT, "too long or holds a NUL");
    assert_fails(owner_json_text(o, "nul", NULL, text, sizeof text, &err), &err,
                 SEVK_INPUT, "too long or holds a NUL");
    assert_works(owner_json_text(o, "fits", NULL, text, sizeof text, &err),
                 &err);
    assert_string_equal(text, "1234567");
}

static void test_numbers_have_bounds(void **state)
{
    OWN(owner_json_free)
    struct json_object *o = parse(
        "{\"neg\":-1,\"big\":101,\"ok\":100,\"huge\":99999999999999999999,"
        "\"text\":\"0x64\",\"texty\":\"101\",\"no\":\"1 \"}");
    struct sevk_error err;
    uint64_t v = 0;

    (void)state;
    assert_fails(owner_json_number(o, "neg", NULL, 100, &v, &err), &err,
                 SEVK_INPUT, "'neg' is not a number from 0 to 100");
    assert_fails(owner_json_number(o, "big", NULL, 100, &v, &err), &err,
                 SEVK_INPUT, "'big'");
    assert_fails(owner_json_number(o, "huge", NULL, 100, &v, &err), &err,
                 SEVK_INPUT, "'huge'");
    assert_works(owner_json_number(o, "ok", NULL, 100, &v, &err), &err);
    assert_int_equal(v, 100);
    assert_works(owner_json_number_text(o, "text", NULL, 100, &v, &err), &err);
    assert_int_equal(v, 100);
    assert_fails(owner_json_number_text(o, "texty", NULL, 100, &v, &err), &err,
                 SEVK_INPUT, "texty");
    assert_fails(owner_json_number_text(o, "no", NULL, 100, &v, &err), &err,
                 SEVK_INPUT, "no");
}

static void test_arrays_of_digests_have_a_limit(void **state)
{
    static const char d[] =
        "{\"d\":[\"000102030405060708090a0b0c0d0e0f"
        "101112131415161718191a1b1c1d1e1f\",\"ffffffffffffffffffffffffffffffff"
        "ffffffffffffffffffffffffffffffff\"],\"x\":[\"00\"],\"n\":[1]}";
    OWN(owner_json_free) struct json_object *o = parse(d);
    uint8_t digests[2][32];
    struct sevk_error err;
    size_t n = 9;

    (void)state;
    assert_works(owner_json_digests(o, "d", digests, 2, &n, &err), &err);
    assert_int_equal(n, 2);
    assert_int_equal(digests[0][31], 31);
    assert_int_equal(digests[1][0], 255);
    assert_works(owner_json_digests(o, "absent", digests, 2, &n, &err), &err);
    assert_int_equal(n, 0);
    assert_fails(owner_json_digests(o, "d", digests, 1, &n, &err), &err,
                 SEVK_INPUT, "more than 1 entries");
    assert_fails(owner_json_digests(o, "x", digests, 2, &n, &err), &err,
                 SEVK_INPUT, "x");
    assert_fails(owner_json_digests(o, "n", digests, 2, &n, &err), &err,
                 SEVK_INPUT, "'n' holds more than texts");
}

static void test_what_is_built_is_read_back(void **state)
{
    OWN(owner_json_free) struct json_object *o = json_object_new_object();
    OWN(owner_json_free) struct json_object *again = NULL;
    OWN(buf_free) struct buf text = { 0 };
    uint8_t bytes[3] = { 0, 0xab, 0xff }, back[3];
    struct sevk_error err;
    char value[64];
    uint64_t number;

    (void)state;
    assert_works(owner_json_add_text(o, "t", "a/\"\n\x01 b", &err), &err);
    assert_works(owner_json_add_hex(o, "h", BYTES_OF(bytes), &err), &err);
    assert_works(owner_json_add_hex_number(o, "n", 0xa00f11, 8, &err), &err);
    assert_works(owner_json_print(o, &text, &err), &err);
    assert_works(owner_json_parse(buf_bytes(&text), &again, &err), &err);
    assert_works(owner_json_text(again, "t", NULL, value, sizeof value, &err),
                 &err);
    assert_string_equal(value, "a/\"\n\x01 b");
    assert_works(owner_json_hex(again, "h", NULL, back, 3, &err), &err);
    assert_memory_equal(bytes, back, 3);
    assert_works(
        owner_json_number_text(again, "n", NULL, UINT32_MAX, &number, &err),
        &err);
    assert_int_equal(number, 0xa00f11);
}

static void test_a_lack_of_memory_is_an_error(void **state)
{
    OWN(owner_json_free) struct json_object *o = json_object_new_object();
    struct sevk_error err;

    (void)state;
    assert_fails(owner_json_add(o, "x", NULL, &err), &err, SEVK_HOST, "memory");
    assert_fails(owner_json_add_text(NULL, "x", "y", &err), &err, SEVK_HOST,
                 "memory");
}

static void test_another_schema_is_refused(void **state)
{
    OWN(owner_json_free) struct json_object *o = parse("{\"schema\":\"s/2\"}");
    OWN(owner_json_free) struct json_object *none = parse("{}");
    struct sevk_error err;

    (void)state;
    assert_works(owner_json_schema(o, "s/2", &err), &err);
    assert_fails(owner_json_schema(o, "s/1", &err), &err, SEVK_INPUT,
                 "the schema is 's/2', not 's/1'");
    assert_fails(owner_json_schema(none, "s/1", &err), &err, SEVK_INPUT,
                 "'schema' is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_object_is_refused),
        cmocka_unit_test(test_a_nul_does_not_hide_what_follows),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_a_name_that_stands_twice_is_refused),
        cmocka_unit_test(test_unknown_names_are_refused),
        cmocka_unit_test(test_wrong_types_are_refused),
        cmocka_unit_test(test_what_must_be_there_and_what_may_be_absent),
        cmocka_unit_test(test_texts_have_room_and_no_nul),
        cmocka_unit_test(test_numbers_have_bounds),
        cmocka_unit_test(test_arrays_of_digests_have_a_limit),
        cmocka_unit_test(test_what_is_built_is_read_back),
        cmocka_unit_test(test_a_lack_of_memory_is_an_error),
        cmocka_unit_test(test_another_schema_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
