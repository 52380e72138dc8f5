/* SPDX-License-Identifier: Apache-2.0 */
/* The policy's bits and its minimum version. */
#include "wire/policy.h"

#include "lib/unit.h"

static void test_the_bits_stand_where_the_specification_has_them(void **state)
{
    (void)state;
    assert_int_equal(POLICY_NODBG, 0x01);
    assert_int_equal(POLICY_NOKS, 0x02);
    assert_int_equal(POLICY_ES, 0x04);
    assert_int_equal(POLICY_NOSEND, 0x08);
    assert_int_equal(POLICY_DOMAIN, 0x10);
    assert_int_equal(POLICY_SEV, 0x20);
    assert_true((POLICY_RESERVED | 0x3f) == 0xffff);
    assert_int_equal(POLICY_RESERVED & 0x3f, 0);
}

static void test_major_is_the_third_byte_and_minor_the_fourth(void **state)
{
    (void)state;
    assert_int_equal(policy_api_major(0x12345678), 0x34);
    assert_int_equal(policy_api_minor(0x12345678), 0x12);
}

static void test_versions_compare_as_a_pair(void **state)
{
    static const struct {
        uint8_t have[2];
        uint8_t need[2];
        bool enough;
    } rows[] = {
        { { 0, 0 }, { 0, 0 }, true },    { { 1, 51 }, { 1, 51 }, true },
        { { 1, 51 }, { 1, 52 }, false }, { { 1, 52 }, { 1, 51 }, true },
        { { 1, 0 }, { 0, 255 }, true },  { { 0, 255 }, { 1, 0 }, false },
        { { 2, 0 }, { 1, 55 }, true },   { { 1, 55 }, { 2, 0 }, false },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(policy_api_at_least(rows[i].have[0], rows[i].have[1],
                                             rows[i].need[0], rows[i].need[1]),
                         rows[i].enough);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_bits_stand_where_the_specification_has_them),
        cmocka_unit_test(test_major_is_the_third_byte_and_minor_the_fourth),
        cmocka_unit_test(test_versions_compare_as_a_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
