/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/policy.c. */
#include <sevkit/policy.h>

#include "lib/unit.h"

static void test_what_is_no_policy_is_refused(void **state)
{
    static const char *const wrong[] = { "",           "nodebug",
                                         "0x40",       "nodbg,nodbg",
                                         "4294967296", "es noks" };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(wrong); i++) {
        uint32_t policy = 77;

        assert_fails(sevk_policy_parse(wrong[i], &policy, &err), &err,
                     SEVK_USAGE, "");
        assert_int_equal(policy, 77);
    }
    assert_false(sevk_policy_parse("none", &(uint32_t){ 0 }, NULL));
}

static void test_names_and_numbers_mean_the_same(void **state)
{
    char text[SEVK_POLICY_TEXT_LEN];
    struct sevk_error err;
    uint32_t policy;

    (void)state;
    assert_works(sevk_policy_parse("nodbg,NOKS,es,nosend", &policy, &err),
                 &err);
    assert_int_equal(policy, SEVK_POLICY_DEFAULT);
    sevk_policy_format(policy, text, sizeof text);
    assert_string_equal(text, "nodbg,noks,es,nosend");
    assert_works(sevk_policy_parse("0x33", &policy, &err), &err);
    assert_int_equal(policy, SEVK_POLICY_NODBG | SEVK_POLICY_NOKS |
                                 SEVK_POLICY_DOMAIN | SEVK_POLICY_SEV);
}

static void test_text_is_cut_to_its_room(void **state)
{
    char text[6] = "xxxxx";

    (void)state;
    sevk_policy_format(SEVK_POLICY_NODBG, text, 3);
    assert_string_equal(text, "no");
    assert_int_equal(text[3], 'x');
}

static void test_a_weak_policy_has_to_be_allowed(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_fails(sevk_policy_check(0, false, &err), &err, SEVK_REFUSED, "weak");
    assert_works(sevk_policy_check(0, true, &err), &err);
    assert_works(sevk_policy_check(0x03, false, &err), &err);
    assert_fails(sevk_policy_check(0x43, true, &err), &err, SEVK_USAGE,
                 "reserved");
}

static void test_each_weakness_has_its_sentence(void **state)
{
    size_t n = sevk_policy_warning_count(0);
    size_t n_serious = 0;
    bool serious = false;

    (void)state;
    assert_true(n >= 3);
    for (size_t i = 0; i < n; i++) {
        assert_non_null(sevk_policy_warning(0, i, &serious));
        n_serious += serious;
    }
    assert_int_equal(n_serious, 2); /* no nodbg, no noks */
    assert_null(sevk_policy_warning(0, n, NULL));
    for (size_t i = 0; i < sevk_policy_warning_count(0x0f); i++) {
        assert_non_null(sevk_policy_warning(0x0f, i, &serious));
        assert_false(serious);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_policy_is_refused),
        cmocka_unit_test(test_names_and_numbers_mean_the_same),
        cmocka_unit_test(test_text_is_cut_to_its_room),
        cmocka_unit_test(test_a_weak_policy_has_to_be_allowed),
        cmocka_unit_test(test_each_weakness_has_its_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
