/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": near words are found, far ones are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/suggest.h"

static const char *nearest(const char *typed)
{
    static const char *const known[] = { "policy", "platform", "session",
                                         "show",   "vm",       "vmsa" };
    struct suggest s = { .typed = typed };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        suggest_offer(&s, known[i]);
    }
    return s.best;
}

static void test_a_slip_finds_its_word(void **state)
{
    (void)state;
    assert_string_equal(nearest("polciy"), "policy");
    assert_string_equal(nearest("plicy"), "policy");
    assert_string_equal(nearest("platfrom"), "platform");
    assert_string_equal(nearest("sesion"), "session");
}

static void test_the_nearer_of_two_words_wins(void **state)
{
    (void)state;
    assert_string_equal(nearest("vmsaa"), "vmsa");
    assert_string_equal(nearest("vmm"), "vm");
}

static void test_a_word_that_is_far_from_all_finds_none(void **state)
{
    (void)state;
    assert_null(nearest("certificate"));
    assert_null(nearest(""));
    assert_null(nearest("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slip_finds_its_word),
        cmocka_unit_test(test_the_nearer_of_two_words_wins),
        cmocka_unit_test(test_a_word_that_is_far_from_all_finds_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
