/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the memory map's reading. */
#include "guest/iomem.h"

#include "lib/unit.h"

static void garbage_is_passed_over(void **state)
{
    static const char *const texts[] = {
        "",
        "\n\n",
        "Reserved",
        "00001000 : Reserved\n",
        "00001000-00001fff: Reserved\n",
        "-00001fff : Reserved\n",
        "+1000-1fff : Reserved\n",
        "0x1000-0x1fff : Reserved\n",
        "00001fff-00001000 : Reserved\n",
        "1ffffffffffffffff-2ffffffffffffffff : Reserved\n",
        "00001000-00001fff : Reserved by somebody\n",
        "00001000-00001fff : reserve",
    };
    struct iomem_range ranges[4];

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        if (iomem_reserved(texts[i], ranges, 4) != 0) {
            fail_msg("'%s' is taken", texts[i]);
        }
    }
}

static void only_whole_pages_below_the_limit_count(void **state)
{
    static const struct {
        const char *text;
        uint64_t start;
        uint64_t end;
    } rows[] = {
        { "00001000-00001fff : Reserved", 0x1000, 0x2000 },
        { "  00001000-00001fff : reserved\n", 0x1000, 0x2000 },
        { "00001001-00002fff : Reserved", 0x2000, 0x3000 },
        { "00001000-00002ffe : Reserved", 0x1000, 0x2000 },
        { "00ff0000-ffffffff : Reserved", 0xff0000, 0x1000000 },
        { "0-ffffffffffffffff : Reserved", 0, 0x1000000 },
    };
    static const char *const none[] = {
        "00001001-00001fff : Reserved",
        "01000000-01000fff : Reserved",
    };
    struct iomem_range range = { 0 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(iomem_reserved(rows[i].text, &range, 1), 1);
        assert_int_equal(range.start, rows[i].start);
        assert_int_equal(range.end, rows[i].end);
    }
    for (size_t i = 0; i < N_OF(none); i++) {
        assert_int_equal(iomem_reserved(none[i], &range, 1), 0);
    }
}

static void no_more_are_written_than_fit(void **state)
{
    static const char text[] = "00001000-00001fff : Reserved\n"
                               "00002000-00002fff : System RAM\n"
                               "00003000-00003fff : Reserved\n"
                               "00005000-00005fff : Reserved\n";
    struct iomem_range ranges[3] = { 0 };

    (void)state;
    assert_int_equal(iomem_reserved(text, ranges, 2), 2);
    assert_int_equal(ranges[1].start, 0x3000);
    assert_int_equal(ranges[2].end, 0);
    assert_int_equal(iomem_reserved(text, ranges, 3), 3);
}

static void addresses_that_are_hidden_are_told(void **state)
{
    (void)state;
    assert_true(iomem_is_hidden("00000000-00000000 : Reserved\n"
                                "  00000000-00000000 : System RAM\n"));
    assert_true(iomem_is_hidden(""));
    assert_false(iomem_is_hidden("00000000-00000fff : Reserved\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(garbage_is_passed_over),
        cmocka_unit_test(only_whole_pages_below_the_limit_count),
        cmocka_unit_test(no_more_are_written_than_fit),
        cmocka_unit_test(addresses_that_are_hidden_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
