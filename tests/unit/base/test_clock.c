/* SPDX-License-Identifier: Apache-2.0 */
/* Time: the text of a second, and the system's clock. */
#include "base/clock.h"

#include <time.h>

#include "lib/clock.h"
#include "lib/unit.h"

static void test_seconds_out_of_range_have_no_text(void **state)
{
    static const int64_t rows[] = { INT64_MIN, INT64_MAX, 253402300800,
                                    -62167219201 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[CLOCK_TEXT_LEN];

        clock_format(rows[i], text);
        assert_string_equal(text, "?");
    }
}

static void test_seconds_have_the_text_of_rfc_3339(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { -1, "1969-12-31T23:59:59Z" },
        { 951827696, "2000-02-29T12:34:56Z" },
        { 4102444800, "2100-01-01T00:00:00Z" },
        { 253402300799, "9999-12-31T23:59:59Z" },
        { -62167219200, "0000-01-01T00:00:00Z" },
        { -30610224000, "1000-01-01T00:00:00Z" },
        { -46388678400, "0500-01-01T00:00:00Z" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[CLOCK_TEXT_LEN];

        clock_format(rows[i].seconds, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_the_system_clock_tells_the_time(void **state)
{
    int64_t before = (int64_t)time(NULL);
    int64_t now = clock_now(clock_system());

    (void)state;
    /* time() may lag behind clock_gettime() by a tick, never lead. */
    assert_true(now >= before);
    assert_true(now <= (int64_t)time(NULL) + 1);
}

static void test_a_fake_clock_tells_what_it_was_told(void **state)
{
    int64_t now = 42;
    struct clock clock = clock_fake(&now);

    (void)state;
    assert_int_equal(clock_now(clock), 42);
    now = 43;
    assert_int_equal(clock_now(clock), 43);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seconds_out_of_range_have_no_text),
        cmocka_unit_test(test_seconds_have_the_text_of_rfc_3339),
        cmocka_unit_test(test_the_system_clock_tells_the_time),
        cmocka_unit_test(test_a_fake_clock_tells_what_it_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
