/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside: nothing in it moves a cursor or breaks JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/own.h"
#include "cli/printable.h"

#define R "\xef\xbf\xbd"

static void test_what_is_not_utf8_is_replaced_byte_by_byte(void **state)
{
    static const struct {
        const char *in;
        const char *out;
    } cases[] = {
        { "", "" },
        { "plain", "plain" },
        { "\xc3\xa9", "\xc3\xa9" },
        { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
        { "\xff", R },
        { "a\x80z", "a" R "z" },
        { "\xc3", R },                         /* cut short */
        { "\xe2\x82", R R },                   /* cut short */
        { "\xc0\x80", R R },                   /* NUL the long way */
        { "\xc1\xbf", R R },                   /* not shortest */
        { "\xe0\x80\xaf", R R R },             /* not shortest */
        { "\xed\xa0\x80", R R R },             /* a surrogate */
        { "\xf4\x90\x80\x80", R R R R },       /* above 10FFFFh */
        { "\xf8\x88\x80\x80\x80", R R R R R }, /* five bytes */
        { "\xef\xbf\xbf", "\xef\xbf\xbf" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OWN(own_free) char *out = printable_utf8(cases[i].in);

        assert_non_null(out);
        assert_string_equal(out, cases[i].out);
    }
}

static void test_control_characters_do_not_reach_a_terminal(void **state)
{
    static const struct {
        const char *in;
        bool keep;
        const char *out;
    } cases[] = {
        { "a\x1b[2Jb", false, "a?[2Jb" },
        { "a\rb", true, "a?b" },
        { "a\nb", false, "a?b" },
        { "a\nb", true, "a\nb" },
        { "\x7f", true, "?" },
        { "\xc2\x9b", true, "?" },
        { "\xc2\x9b"
          "2J",
          true, "?2J" },
        { "\xff", true, "?" },
        { "\xc3\xa9", true, "\xc3\xa9" },
        { "\t", true, "?" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OWN(own_free) char *text = NULL;
        size_t n = 0;
        FILE *to = open_memstream(&text, &n);

        assert_non_null(to);
        printable_put(cases[i].in, cases[i].keep, to);
        fclose(to);
        assert_string_equal(text, cases[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_utf8_is_replaced_byte_by_byte),
        cmocka_unit_test(test_control_characters_do_not_reach_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
