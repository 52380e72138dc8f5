/* SPDX-License-Identifier: Apache-2.0 */
/* VMSAs: the recorded initial states, and every byte that has a field. */
#include "wire/vmsa.h"

#include <stdio.h>

#include "base/own.h"
#include "layout.h"
#include "lib/vector.h"

static bool plain;

static bool again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct vmsa v;

    if (!vmsa_decode(in, &v, &plain, err)) {
        return false;
    }
    vmsa_encode(&v, out);
    return true;
}

static const struct layout layout = { VMSA_LEN, again };

static const struct {
    const char *name;
    uint64_t rdx;
    bool is_ap;
    bool is_init2;
} recorded[] = {
    { "naples-EPYC_legacy_bsp", 0x800f12, false, false },
    { "naples-EPYC_legacy_ap_80b004", 0x800f12, true, false },
    { "naples-EPYC_init2_bsp", 0x800f12, false, true },
    { "naples-EPYC_init2_ap_80b004", 0x800f12, true, true },
    { "milan-EPYC-Milan_legacy_bsp", 0xa00f11, false, false },
    { "milan-EPYC-Milan_legacy_ap_80b004", 0xa00f11, true, false },
    { "milan-EPYC-Milan_init2_bsp", 0xa00f11, false, true },
    { "milan-EPYC-Milan_init2_ap_80b004", 0xa00f11, true, true },
};

static struct buf load(size_t i)
{
    char name[80];

    snprintf(name, sizeof name, "vmsa/%s.bin", recorded[i].name);
    return vector_load(name);
}

static void test_another_length_is_refused(void **state)
{
    OWN(buf_free) struct buf file = load(0);

    (void)state;
    assert_length_is_exact(&layout, buf_bytes(&file));
}

static void test_recorded_states_come_back_byte_for_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(recorded); i++) {
        OWN(buf_free) struct buf file = load(i);

        assert_comes_back(&layout, buf_bytes(&file));
        assert_true(plain);
    }
}

static void assert_segment(const struct vmsa_segment *s, uint16_t selector,
                           uint16_t attributes, uint64_t base)
{
    assert_int_equal(s->selector, selector);
    assert_int_equal(s->attributes, attributes);
    assert_int_equal(s->limit, 0xffff);
    assert_true(s->base == base);
}

/* formats.md 7: the initial state that QEMU and KVM make. */
static void test_the_fields_of_recorded_states(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(recorded); i++) {
        OWN(buf_free) struct buf file = load(i);
        struct vmsa v;

        assert_true(vmsa_decode(buf_bytes(&file), &v, &plain, NULL));
        assert_segment(&v.es, 0, 0x93, 0);
        assert_segment(&v.cs, 0xf000, 0x9b,
                       recorded[i].is_ap ? 0x800000 : 0xffff0000);
        assert_segment(&v.ss, 0, 0x93, 0);
        assert_segment(&v.ds, 0, 0x93, 0);
        assert_segment(&v.fs, 0, 0x93, 0);
        assert_segment(&v.gs, 0, 0x93, 0);
        assert_segment(&v.gdtr, 0, 0, 0);
        assert_segment(&v.ldtr, 0, 0x82, 0);
        assert_segment(&v.idtr, 0, 0, 0);
        assert_segment(&v.tr, 0, 0x8b, 0);
        assert_int_equal(v.efer, 0x1000);
        assert_int_equal(v.cr4, 0x40);
        assert_int_equal(v.cr0, 0x10);
        assert_int_equal(v.dr7, 0x400);
        assert_int_equal(v.dr6, 0xffff0ff0);
        assert_int_equal(v.rflags, 2);
        assert_int_equal(v.rip, recorded[i].is_ap ? 0xb004 : 0xfff0);
        assert_true(v.g_pat == 0x0007040600070406u);
        assert_int_equal(v.rdx, recorded[i].rdx);
        assert_int_equal(v.xcr0, 1);
        assert_int_equal(v.sev_features, 0);
        assert_int_equal(v.mxcsr, recorded[i].is_init2 ? 0x1f80 : 0);
        assert_int_equal(v.x87_fcw, recorded[i].is_init2 ? 0x37f : 0);
    }
}

/* Where formats.md 7 puts the fields that are zero in an initial state. */
static void test_the_offsets_of_the_other_fields(void **state)
{
    const struct vmsa v = {
        .cpl = 0x01,
        .xss = 0x02,
        .cr3 = 0x03,
        .rsp = 0x04,
        .rax = 0x05,
        .cr2 = 0x06,
        .rcx = 0x07,
        .rbx = 0x08,
        .rbp = 0x09,
        .rsi = 0x0a,
        .rdi = 0x0b,
        .dbgctl = 0x0c,
        .sev_features = 0x0d,
    };
    static const struct {
        size_t at;
        uint8_t value;
    } rows[] = {
        { 0xcb, 1 },   { 0x140, 2 },  { 0x150, 3 },  { 0x1d8, 4 },
        { 0x1f8, 5 },  { 0x240, 6 },  { 0x308, 7 },  { 0x318, 8 },
        { 0x328, 9 },  { 0x330, 10 }, { 0x338, 11 }, { 0x270, 12 },
        { 0x3b0, 13 },
    };
    static uint8_t out[VMSA_LEN];

    (void)state;
    vmsa_encode(&v, out);
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(out[rows[i].at], rows[i].value);
        out[rows[i].at] = 0;
    }
    assert_true(bytes_all_zero(BYTES_OF(out)));
}

/* A byte either comes back or makes the state not plain. */
static void test_every_byte_has_a_field_or_is_told(void **state)
{
    static uint8_t in[VMSA_LEN];
    static uint8_t out[VMSA_LEN];
    size_t in_fields = 0;

    (void)state;
    for (size_t at = 0; at < sizeof in; at++) {
        in[at] = 0x80;
        assert_true(again(BYTES_OF(in), out, NULL));
        assert_int_equal(plain, out[at] == 0x80);
        in_fields += plain;
        in[at] = 0;
    }
    assert_int_equal(in_fields, 10 * 16 + 1 + 22 * 8 + 4 + 2);
}

static void test_a_dump_tells_every_field(void **state)
{
    OWN(buf_free) struct buf file = load(7);
    OWN(buf_free) struct buf text = { 0 };
    struct vmsa v;
    size_t lines = 0;

    (void)state;
    assert_true(vmsa_decode(buf_bytes(&file), &v, &plain, NULL));
    assert_true(vmsa_dump(&v, &text, NULL));
    assert_non_null(strstr(buf_string(&text),
                           "CS                selector 0xf000, attributes "
                           "0x9b, limit 0xffff, base 0x800000\n"));
    assert_non_null(
        strstr(buf_string(&text), "\nG_PAT             0x7040600070406\n"));
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n';
    }
    assert_int_equal(lines, 10 + 25);
}

static void test_an_update_leaves_bytes_without_a_field(void **state)
{
    OWN(buf_free)
    struct buf file = vector_load("vmsa/milan-EPYC-Milan_legacy_bsp.bin");
    uint8_t page[VMSA_LEN];
    struct sevk_error err;
    struct vmsa v;

    (void)state;
    memcpy(page, file.p, sizeof page);
    page[2000] = 0x77;
    page[0xa3] = 0x11; /* between TR and CPL */
    assert_works(vmsa_decode(BYTES_OF(page), &v, &plain, &err), &err);
    assert_false(plain);
    v.rdx = 0x800f12;
    assert_works(vmsa_update(page, &v, &err), &err);
    for (size_t i = 0; i < sizeof page; i++) {
        if (i == 2000 || i == 0xa3) {
            assert_int_equal(page[i], i == 2000 ? 0x77 : 0x11);
        } else if (i < 0x310 || i >= 0x318) {
            assert_int_equal(page[i], file.p[i]);
        }
    }
    assert_works(vmsa_decode(BYTES_OF(page), &v, &plain, &err), &err);
    assert_int_equal(v.rdx, 0x800f12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_recorded_states_come_back_byte_for_byte),
        cmocka_unit_test(test_the_fields_of_recorded_states),
        cmocka_unit_test(test_the_offsets_of_the_other_fields),
        cmocka_unit_test(test_every_byte_has_a_field_or_is_told),
        cmocka_unit_test(test_an_update_leaves_bytes_without_a_field),
        cmocka_unit_test(test_a_dump_tells_every_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
