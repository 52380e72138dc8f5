/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of qemu/memory_text.c: the lines are those of QEMU 7.2. */
#include "lib/unit.h"

#include "base/own.h"
#include "qemu/memory_text.h"

static void requests_are_understood(void **state)
{
    static const struct {
        const char *text;
        struct memory_request wanted;
    } rows[] = {
        { " 0", { 1, 'x', 4, 0 } },
        { "/4xb 0x1000", { 4, 'x', 1, 0x1000 } },
        { " /16ug 4096", { 16, 'u', 8, 4096 } },
        { "/c 5", { 1, 'c', 1, 5 } },
        { "/12cw 5", { 12, 'c', 1, 5 } },
        { "/dh 1 + 2 - 0x3", { 1, 'd', 2, 0 } },
        { "/0x 0", { 0, 'x', 4, 0 } },
        { "/oL 0xffffffffffffffff", { 1, 'o', 8, UINT64_MAX } },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct memory_request r;
        struct sevk_error err;

        assert_works(memory_request_parse(rows[i].text, &r, &err), &err);
        assert_int_equal(r.count, rows[i].wanted.count);
        assert_int_equal(r.format, rows[i].wanted.format);
        assert_int_equal(r.size, rows[i].wanted.size);
        assert_true(r.address == rows[i].wanted.address);
    }
}

static void others_are_refused(void **state)
{
    static const struct {
        const char *text;
        int code;
        const char *part;
    } rows[] = {
        { "", SEVK_INPUT, "unexpected end of expression" },
        { "/4", SEVK_INPUT, "unexpected end of expression" },
        { "/z 0", SEVK_INPUT, "invalid char in format: 'z'" },
        { "/4i 0", SEVK_REFUSED, "no instructions" },
        { " $rip", SEVK_REFUSED, "as a number" },
        { " 5 6", SEVK_INPUT, "extraneous characters" },
        { " 5 +", SEVK_INPUT, "unexpected end" },
        { " -5", SEVK_INPUT, "invalid char '-'" },
        { " x", SEVK_INPUT, "invalid char 'x'" },
        { " 0x10000000000000000", SEVK_INPUT, "too large" },
        { "/2000000b 0", SEVK_INPUT, "pmemsave" },
        { "/99999999999999999999g 0", SEVK_INPUT, "pmemsave" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct memory_request r;
        struct sevk_error err;

        assert_fails(memory_request_parse(rows[i].text, &r, &err), &err,
                     rows[i].code, rows[i].part);
    }
}

/* Memory whose bytes are those of QEMU's reset vector, up to 100000000h. */
static bool read_memory(void *ctx, uint64_t address, uint8_t *ret, size_t n,
                        bool *ret_there, struct sevk_error *err)
{
    static const uint8_t vector[] = { 0xe9, 0x0d, 0xf0, 0x41 };

    (void)ctx;
    *ret_there = address < UINT64_C(0x100000000);
    for (size_t i = 0; i < n; i++) {
        uint64_t at = address + i - 0xfffffff0;

        ret[i] = at < sizeof vector ? vector[at] : 0xff;
    }
    return address != 0x666 || sevk_fail(err, SEVK_HOST, "a fault");
}

static void memory_looks_as_qemu_shows_it(void **state)
{
    static const struct {
        const char *request;
        const char *text;
    } rows[] = {
        { "/3xg 0xfffffff0",
          "00000000fffffff0: 0xffffffff41f00de9 0xffffffffffffffff\r\n"
          "0000000100000000: Cannot access memory\r\n" },
        { "/9cb 0xfffffff0",
          "00000000fffffff0: '\\xe9' '\\x0d' '\\xf0' 'A' '\\xff' '\\xff' "
          "'\\xff' '\\xff'\r\n00000000fffffff8: '\\xff'\r\n" },
        { "/2ow 0xfffffff0",
          "00000000fffffff0: 010174006751 037777777777\r\n" },
        { "/5db 0xfffffff0", "00000000fffffff0: 233  13 240  65 255\r\n" },
        { "/3uh 0xfffffff0", "00000000fffffff0:  3561 16880 65535\r\n" },
        { " 0xfffffff0", "00000000fffffff0: 0x41f00de9\r\n" },
        { "/0x 0", "" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(buf_free) struct buf text = { 0 };
        struct memory_request r;
        struct sevk_error err;

        assert_works(memory_request_parse(rows[i].request, &r, &err), &err);
        assert_works(
            memory_text_append(
                &text, &r, (struct memory_reader){ read_memory, NULL }, &err),
            &err);
        assert_string_equal(buf_string(&text), rows[i].text);
    }
}

static void a_fault_in_reading_is_passed_on(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    const struct memory_request r = { 1, 'x', 4, 0x666 };
    struct sevk_error err;

    (void)state;
    assert_fails(memory_text_append(&text, &r,
                                    (struct memory_reader){ read_memory, NULL },
                                    &err),
                 &err, SEVK_HOST, "a fault");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_understood),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(memory_looks_as_qemu_shows_it),
        cmocka_unit_test(a_fault_in_reading_is_passed_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
