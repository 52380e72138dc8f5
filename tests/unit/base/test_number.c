/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers: what is none, what is out of range, and the ends of the range. */
#include "base/number.h"

#include "lib/unit.h"

static void test_what_is_not_a_number_is_refused(void **state)
{
    static const char *const rows[] = {
        "",     " ",    "-1",   "+1",  "1 ",    " 1",    "0x",   "0X",
        "x1",   "1x",   "0x1g", "12a", "0x-1",  "0x 1",  "1.0",  "1e3",
        "0b11", "0o17", "1,0",  "1_0", "0xx11", "0x0x1", "\xb2", "ten",
    };
    uint64_t v = 99;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        assert_fails(number_parse(rows[i], 0, UINT64_MAX, "--vcpus", &v, &err),
                     &err, SEVK_USAGE, "is not a number");
        assert_non_null(strstr(err.message, "--vcpus: "));
        assert_int_equal(v, 99);
    }
}

static void test_what_does_not_fit_is_refused(void **state)
{
    static const char *const rows[] = {
        "18446744073709551616", "18446744073709551625",
        "99999999999999999999", "0x10000000000000000",
        "0xfffffffffffffffff",  "340282366920938463463374607431768211455",
        "36893488147419103232", "184467440737095516160",
    };
    uint64_t v = 99;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        assert_fails(number_parse(rows[i], 0, UINT64_MAX, "x", &v, &err), &err,
                     SEVK_USAGE, "is not between 0 and 18446744073709551615");
        assert_int_equal(v, 99);
    }
}

static void test_the_limits_are_within(void **state)
{
    uint64_t v = 0;
    struct sevk_error err;

    (void)state;
    assert_fails(number_parse("4", 5, 7, "x", &v, &err), &err, SEVK_USAGE,
                 "'4' is not between 5 and 7");
    assert_fails(number_parse("8", 5, 7, "x", &v, &err), &err, SEVK_USAGE,
                 "'8' is not between 5 and 7");
    assert_true(number_parse("5", 5, 7, "x", &v, NULL));
    assert_int_equal(v, 5);
    assert_true(number_parse("7", 5, 7, "x", &v, NULL));
    assert_int_equal(v, 7);
}

static void test_both_bases_reach_the_top(void **state)
{
    static const struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        { "0", 0 },
        { "00", 0 },
        { "010", 10 },
        { "0x0", 0 },
        { "0x00000000000000000000ff", 255 },
        { "0xAbCdEf", 0xabcdef },
        { "0X10", 16 },
        { "18446744073709551615", UINT64_MAX },
        { "0xffffffffffffffff", UINT64_MAX },
        { "9223372036854775808", (uint64_t)1 << 63 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        uint64_t v = 99;

        assert_true(number_parse(rows[i].text, 0, UINT64_MAX, "x", &v, NULL));
        assert_true(v == rows[i].value);
    }
}

static void test_32_bits_have_limits_of_their_own(void **state)
{
    uint32_t v = 99;
    struct sevk_error err;

    (void)state;
    assert_fails(
        number_parse_u32("4294967296", 0, UINT32_MAX, "policy", &v, &err), &err,
        SEVK_USAGE, "policy: '4294967296' is not between");
    assert_int_equal(v, 99);
    assert_true(number_parse_u32("0xffffffff", 0, UINT32_MAX, "x", &v, NULL));
    assert_int_equal(v, UINT32_MAX);
    assert_false(number_parse_u32("1", 2, 3, "x", &v, NULL));
    assert_int_equal(v, UINT32_MAX);
}

static void test_a_long_text_is_cut_in_the_message(void **state)
{
    char text[2000];
    struct sevk_error err;
    uint64_t v = 0;

    (void)state;
    memset(text, '9', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_fails(number_parse(text, 0, 9, "x", &v, &err), &err, SEVK_USAGE,
                 "is not between 0 and 9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_a_number_is_refused),
        cmocka_unit_test(test_what_does_not_fit_is_refused),
        cmocka_unit_test(test_the_limits_are_within),
        cmocka_unit_test(test_both_bases_reach_the_top),
        cmocka_unit_test(test_32_bits_have_limits_of_their_own),
        cmocka_unit_test(test_a_long_text_is_cut_in_the_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
