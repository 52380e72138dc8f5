/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of keys and values, also odd ones. */
#include "host/lines.h"

#include "lib/unit.h"

static void nothing_is_found_in_what_is_empty_or_odd(void **state)
{
    static const char *const table[] = { "",       "\n\n",    "ke", "keys 1",
                                         "xkey 1", "x key 1", "key" };
    char value[8];
    uint64_t n;

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        assert_false(lines_value(table[i], "key", value, sizeof value));
        assert_false(lines_number(table[i], "key", &n));
    }
}

static void a_value_ends_with_its_line(void **state)
{
    char value[8];

    (void)state;
    assert_true(lines_value("a 1\nkey\t: x y \nb 2", "key", value, 8));
    assert_string_equal(value, "x y");
    assert_true(lines_value("key \nb 2", "key", value, 8));
    assert_string_equal(value, "");
    assert_true(lines_value("key 123456789", "key", value, 8));
    assert_string_equal(value, "1234567");
    assert_true(lines_value("key a\033[b", "key", value, 8));
    assert_string_equal(value, "a?[b");
}

static void only_a_whole_number_is_one(void **state)
{
    uint64_t n = 7;

    (void)state;
    assert_true(lines_number("key 12\n", "key", &n));
    assert_int_equal(n, 12);
    assert_true(lines_number("key 0x10", "key", &n));
    assert_int_equal(n, 16);
    assert_false(lines_number("key 12 13", "key", &n));
    assert_false(lines_number("key -1", "key", &n));
    assert_false(lines_number("key 18446744073709551616", "key", &n));
    assert_int_equal(n, 16);
}

static void words_are_whole_words(void **state)
{
    const char *at = " one  two\nthree";
    char word[4];

    (void)state;
    assert_true(lines_has_word("fpu sev_es sme", "sme"));
    assert_false(lines_has_word("fpu sev_es sme", "sev"));
    assert_false(lines_has_word("", "sev"));
    assert_true(lines_word(&at, word, sizeof word));
    assert_string_equal(word, "one");
    assert_true(lines_word(&at, word, sizeof word));
    assert_true(lines_word(&at, word, sizeof word));
    assert_string_equal(word, "thr");
    assert_false(lines_word(&at, word, sizeof word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_found_in_what_is_empty_or_odd),
        cmocka_unit_test(a_value_ends_with_its_line),
        cmocka_unit_test(only_a_whole_number_is_one),
        cmocka_unit_test(words_are_whole_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
