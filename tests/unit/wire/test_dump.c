/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a dump: columns, number order, memory that runs out. */
#include "wire/dump.h"

#include "base/own.h"
#include "lib/unit.h"

static void test_lines_have_a_name_and_a_value(void **state)
{
    static const uint8_t bytes[] = { 0x01, 0x02, 0xfe };
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err = { 0 };
    struct dump d = dump_begin(&text, &err);

    (void)state;
    dump_text(&d, "text", "%d-%s", 7, "x");
    dump_bytes(&d, "bytes", BYTES_OF(bytes));
    dump_le(&d, "number", BYTES_OF(bytes));
    dump_bytes(&d, "nothing", (struct bytes){ 0 });
    assert_true(dump_done(&d));
    assert_string_equal(buf_string(&text), "text              7-x\n"
                                           "bytes             0102fe\n"
                                           "number            fe0201\n"
                                           "nothing           \n");
}

static void test_the_first_failure_is_told_and_the_rest_passed_over(
    void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err = { 0 };
    struct dump d = dump_begin(&text, &err);

    (void)state;
    dump_text(&d, "before", "1");
    dump_bytes(&d, "huge", (struct bytes){ text.p, SIZE_MAX });
    dump_text(&d, "after", "2");
    dump_bytes(&d, "after", (struct bytes){ text.p, 1 });
    dump_le(&d, "after", (struct bytes){ text.p, 1 });
    assert_false(dump_done(&d));
    assert_int_equal(err.code, SEVK_HOST);
    assert_null(strstr(buf_string(&text), "after"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_have_a_name_and_a_value),
        cmocka_unit_test(
            test_the_first_failure_is_told_and_the_rest_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
