/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal: exact lengths, either case in, lower case out. */
#include "base/hex.h"

#include "base/own.h"
#include "lib/unit.h"

static void test_another_length_is_refused(void **state)
{
    static const char *const rows[] = { "",    "0",     "01",
                                        "012", "01234", "0123456789" };
    uint8_t out[2] = { 7, 7 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        assert_fails(hex_decode(rows[i], out, 2, "key id", &err), &err,
                     SEVK_INPUT, "key id: 4 hexadecimal digits are needed");
        assert_int_equal(out[0], 7);
    }
}

static void test_what_is_no_digit_is_refused_with_its_place(void **state)
{
    static const char *const rows[] = { "g123", " 123", "/123", ":123",
                                        "@123", "G123", "`123", "\377123" };
    uint8_t out[2] = { 7, 7 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        assert_fails(hex_decode(rows[i], out, 2, "x", &err), &err, SEVK_INPUT,
                     "x: character 1 is not a hexadecimal digit");
    }
    assert_false(hex_decode("012x", out, 2, "x", NULL));
    assert_false(hex_decode("0x12", out, 2, "x", NULL));
    assert_int_equal(out[0], 7);
}

static void test_either_case_is_read_and_lower_case_is_written(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    uint8_t out[8];
    char fixed[17];

    (void)state;
    assert_true(hex_decode("0123456789aBcDeF", out, sizeof out, "x", NULL));
    assert_true(buf_append_string(&text, "=", NULL));
    assert_true(hex_append(&text, BYTES_OF(out), NULL));
    assert_string_equal(buf_string(&text), "=0123456789abcdef");
    hex_format(BYTES_OF(out), fixed);
    assert_string_equal(fixed, "0123456789abcdef");
}

static void test_no_bytes_are_no_digits(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    char fixed[1] = { 'x' };

    (void)state;
    assert_true(hex_decode("", NULL, 0, "x", NULL));
    assert_true(hex_append(&text, (struct bytes){ 0 }, NULL));
    assert_string_equal(buf_string(&text), "");
    hex_format((struct bytes){ 0 }, fixed);
    assert_string_equal(fixed, "");
}

static void test_every_byte_comes_back(void **state)
{
    uint8_t all[256];
    uint8_t back[256];
    char text[513];

    (void)state;
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (uint8_t)i;
    }
    hex_format(BYTES_OF(all), text);
    assert_true(hex_decode(text, back, sizeof back, "x", NULL));
    assert_bytes_equal(BYTES_OF(back), BYTES_OF(all));
}

static void test_a_size_that_no_memory_has_is_refused(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(hex_append(&text, (struct bytes){ NULL, SIZE_MAX }, &err),
                 &err, SEVK_HOST, "out of memory");
    assert_fails(hex_append(&text, (struct bytes){ NULL, SIZE_MAX / 2 }, &err),
                 &err, SEVK_HOST, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_what_is_no_digit_is_refused_with_its_place),
        cmocka_unit_test(test_either_case_is_read_and_lower_case_is_written),
        cmocka_unit_test(test_no_bytes_are_no_digits),
        cmocka_unit_test(test_every_byte_comes_back),
        cmocka_unit_test(test_a_size_that_no_memory_has_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
