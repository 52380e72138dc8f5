/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of sentences. */
#include "attest/sentences.h"

#include "base/own.h"
#include "lib/unit.h"

static void sentences_are_kept_in_order_at_any_length(void **state)
{
    OWN(sentences_clear) struct sentences s = { 0 };
    struct sevk_error err;

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_works(sentences_add(&s, &err, "%0*d", i + 1, i), &err);
    }
    assert_int_equal(s.n, 100);
    assert_string_equal(s.items[0], "0");
    assert_int_equal(strlen(s.items[99]), 100);
}

static void a_cleared_list_is_empty_and_can_be_filled_again(void **state)
{
    struct sentences s = { 0 };
    struct sevk_error err;

    (void)state;
    sentences_clear(&s);
    assert_works(sentences_add(&s, &err, "a"), &err);
    sentences_clear(&s);
    assert_int_equal(s.n, 0);
    assert_null(s.items);
    assert_works(sentences_add(&s, &err, "%s", "%s is text"), &err);
    assert_string_equal(s.items[0], "%s is text");
    sentences_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_kept_in_order_at_any_length),
        cmocka_unit_test(a_cleared_list_is_empty_and_can_be_filled_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
