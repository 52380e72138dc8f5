/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors: short input, reserved bytes, the first fault, and both byte ways. */
#include "base/cursor.h"

#include <stdio.h>

#include "lib/dies.h"
#include "lib/unit.h"

static const uint8_t counting[16] = { 1, 2,  3,  4,  5,  6,  7,  8,
                                      9, 10, 11, 12, 13, 14, 15, 16 };

static void test_nothing_can_be_read_from_nothing(void **state)
{
    struct rd r = rd_make((struct bytes){ 0 });
    uint8_t out[2] = { 7, 7 };
    struct sevk_error err;

    (void)state;
    assert_int_equal(rd_left(&r), 0);
    rd_copy(&r, out, 0);
    rd_skip(&r, 0);
    rd_zero(&r, 0);
    assert_int_equal(rd_view(&r, 0).n, 0);
    assert_works(rd_done(&r, "x", &err), &err);
    assert_int_equal(rd_u8(&r), 0);
    assert_fails(rd_done(&r, "thing", &err), &err, SEVK_INPUT,
                 "thing: ends at 000h, within a field that begins at 000h");
}

static void test_a_field_that_is_cut_reads_as_zero(void **state)
{
    (void)state;
    for (size_t n = 0; n < 8; n++) {
        struct rd r = rd_make(bytes_make(counting, n));

        assert_int_equal(rd_le64(&r), 0);
        assert_int_equal(rd_left(&r), 0);
        assert_false(rd_ok(&r, "x", NULL));
        if (n < 4) {
            r = rd_make(bytes_make(counting, n));
            assert_int_equal(rd_le32(&r), 0);
            assert_false(rd_ok(&r, "x", NULL));
        }
        if (n < 2) {
            r = rd_make(bytes_make(counting, n));
            assert_int_equal(rd_le16(&r), 0);
            assert_false(rd_ok(&r, "x", NULL));
        }
    }
}

static void test_a_cursor_that_ran_short_stays_so(void **state)
{
    struct rd r = rd_make(bytes_make(counting, 6));
    uint8_t out[2] = { 7, 7 };
    struct sevk_error err;

    (void)state;
    rd_skip(&r, 4);
    assert_int_equal(rd_le32(&r), 0);
    assert_int_equal(rd_u8(&r), 0);
    rd_copy(&r, out, sizeof out);
    assert_int_equal(out[0] | out[1], 0);
    assert_int_equal(rd_view(&r, 1).n, 0);
    rd_zero(&r, 100);
    assert_fails(rd_done(&r, "x", &err), &err, SEVK_INPUT,
                 "ends at 006h, within a field that begins at 004h");
}

static void test_a_length_near_the_top_does_not_wrap(void **state)
{
    struct rd r = rd_make(BYTES_OF(counting));

    (void)state;
    rd_skip(&r, 8);
    rd_skip(&r, SIZE_MAX - 4);
    assert_false(rd_ok(&r, "x", NULL));
}

static void test_a_reserved_byte_is_told_with_its_place(void **state)
{
    uint8_t in[8];

    (void)state;
    for (size_t i = 0; i < sizeof in; i++) {
        struct sevk_error err;
        char part[64];
        struct rd r;

        memset(in, 0, sizeof in);
        in[i] = 0x80;
        r = rd_make(BYTES_OF(in));
        rd_zero(&r, sizeof in);
        snprintf(part, sizeof part, "reserved bytes at %03zXh are not zero", i);
        assert_fails(rd_done(&r, "x", &err), &err, SEVK_INPUT, part);
        assert_int_equal(rd_left(&r), 0);
    }
}

static void test_the_first_fault_is_the_one_that_is_told(void **state)
{
    struct rd r = rd_make(BYTES_OF(counting));
    struct sevk_error err;

    (void)state;
    rd_skip(&r, 2);
    rd_zero(&r, 2);
    rd_skip(&r, 100);
    assert_fails(rd_done(&r, "x", &err), &err, SEVK_INPUT,
                 "reserved bytes at 002h");
}

static void test_bytes_left_over_are_refused_unless_allowed(void **state)
{
    struct rd r = rd_make(BYTES_OF(counting));
    struct sevk_error err;

    (void)state;
    rd_skip(&r, 13);
    assert_int_equal(rd_left(&r), 3);
    assert_works(rd_ok(&r, "x", &err), &err);
    assert_fails(rd_done(&r, "x", &err), &err, SEVK_INPUT,
                 "x: 3 bytes too many");
}

static void test_numbers_are_little_endian_both_ways(void **state)
{
    struct rd r = rd_make(BYTES_OF(counting));
    uint8_t out[16];
    struct wr w = wr_make(out, sizeof out);

    (void)state;
    assert_int_equal(rd_u8(&r), 1);
    assert_int_equal(rd_le16(&r), 0x0302);
    assert_int_equal(rd_le32(&r), 0x07060504);
    assert_true(rd_le64(&r) == 0x0f0e0d0c0b0a0908u);
    assert_bytes_equal(rd_view(&r, 1), bytes_make("\x10", 1));
    assert_true(rd_done(&r, "x", NULL));
    wr_u8(&w, 1);
    wr_le16(&w, 0x0302);
    wr_le32(&w, 0x07060504);
    wr_le64(&w, 0x0f0e0d0c0b0a0908u);
    wr_copy(&w, counting + 15, 1);
    wr_end(&w);
    assert_bytes_equal(BYTES_OF(out), BYTES_OF(counting));
}

static void test_the_highest_values_come_back(void **state)
{
    uint8_t out[14];
    struct wr w = wr_make(out, sizeof out);
    struct rd r = rd_make(BYTES_OF(out));

    (void)state;
    wr_le16(&w, UINT16_MAX);
    wr_le32(&w, UINT32_MAX);
    wr_le64(&w, UINT64_MAX);
    wr_end(&w);
    assert_int_equal(rd_le16(&r), UINT16_MAX);
    assert_int_equal(rd_le32(&r), UINT32_MAX);
    assert_true(rd_le64(&r) == UINT64_MAX);
}

static void test_zeros_are_written_up_to_a_place(void **state)
{
    uint8_t out[4] = { 9, 9, 9, 9 };
    struct wr w = wr_make(out, sizeof out);

    (void)state;
    wr_zero(&w, 1);
    wr_zero_to(&w, 1);
    wr_zero_to(&w, 3);
    wr_copy(&w, NULL, 0);
    wr_u8(&w, 5);
    wr_end(&w);
    assert_memory_equal(out, "\0\0\0\5", 4);
}

static void write_too_much(void)
{
    uint8_t out[3];
    struct wr w = wr_make(out, sizeof out);

    wr_le32(&w, 1);
}

static void write_too_little(void)
{
    uint8_t out[3];
    struct wr w = wr_make(out, sizeof out);

    wr_le16(&w, 1);
    wr_end(&w);
}

static void go_back(void)
{
    uint8_t out[3];
    struct wr w = wr_make(out, sizeof out);

    wr_le16(&w, 1);
    wr_zero_to(&w, 1);
}

static void test_a_wrong_size_in_the_code_aborts(void **state)
{
    (void)state;
    assert_true(aborts(write_too_much));
    assert_true(aborts(write_too_little));
    assert_true(aborts(go_back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_can_be_read_from_nothing),
        cmocka_unit_test(test_a_field_that_is_cut_reads_as_zero),
        cmocka_unit_test(test_a_cursor_that_ran_short_stays_so),
        cmocka_unit_test(test_a_length_near_the_top_does_not_wrap),
        cmocka_unit_test(test_a_reserved_byte_is_told_with_its_place),
        cmocka_unit_test(test_the_first_fault_is_the_one_that_is_told),
        cmocka_unit_test(test_bytes_left_over_are_refused_unless_allowed),
        cmocka_unit_test(test_numbers_are_little_endian_both_ways),
        cmocka_unit_test(test_the_highest_values_come_back),
        cmocka_unit_test(test_zeros_are_written_up_to_a_place),
        cmocka_unit_test(test_a_wrong_size_in_the_code_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
