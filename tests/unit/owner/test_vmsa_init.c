/* SPDX-License-Identifier: Apache-2.0 */
/* Initial VMSAs: equal to what two other tools make. */
#include "owner/vmsa_init.h"

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/cpu_model.h"

static const struct {
    const char *cpu;
    enum vmsa_vm_type type;
    const char *bsp, *ap;
} vectors[] = {
    { "EPYC", VMSA_LEGACY, "vmsa/naples-EPYC_legacy_bsp.bin",
      "vmsa/naples-EPYC_legacy_ap_80b004.bin" },
    { "EPYC", VMSA_INIT2, "vmsa/naples-EPYC_init2_bsp.bin",
      "vmsa/naples-EPYC_init2_ap_80b004.bin" },
    { "EPYC-Milan", VMSA_LEGACY, "vmsa/milan-EPYC-Milan_legacy_bsp.bin",
      "vmsa/milan-EPYC-Milan_legacy_ap_80b004.bin" },
    { "EPYC-Milan", VMSA_INIT2, "vmsa/milan-EPYC-Milan_init2_bsp.bin",
      "vmsa/milan-EPYC-Milan_init2_ap_80b004.bin" },
};

static void test_the_vectors_are_made_byte_for_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(vectors); i++) {
        struct vmsa_init init = { .type = vectors[i].type,
                                  .reset_vector = 0x0080b004 };
        OWN(buf_free) struct buf bsp = vector_load(vectors[i].bsp);
        OWN(buf_free) struct buf ap = vector_load(vectors[i].ap);
        uint8_t page[VMSA_LEN];
        struct sevk_error err;

        assert_works(
            cpu_signature_parse(vectors[i].cpu, &init.cpu_signature, &err),
            &err);
        memset(page, 0xff, sizeof page);
        vmsa_init_bsp(&init, page);
        assert_bytes_equal(BYTES_OF(page), buf_bytes(&bsp));
        memset(page, 0xff, sizeof page);
        vmsa_init_ap(&init, page);
        assert_bytes_equal(BYTES_OF(page), buf_bytes(&ap));
    }
}

/* Which bytes differ between two pages, as a first and a last offset. */
static void differing(const uint8_t *a, const uint8_t *b, size_t *first,
                      size_t *last)
{
    *first = VMSA_LEN;
    *last = 0;
    for (size_t i = 0; i < VMSA_LEN; i++) {
        if (a[i] != b[i]) {
            *first = *first == VMSA_LEN ? i : *first;
            *last = i;
        }
    }
}

static void test_each_input_changes_its_own_field_alone(void **state)
{
    static const struct {
        struct vmsa_init init;
        size_t first, last;
    } rows[] = {
        { { VMSA_INIT2, 0, 0, 0 }, 0x408, 0x411 },
        { { VMSA_LEGACY, 0xffffffff, 0, 0 }, 0x310, 0x313 },
        { { VMSA_LEGACY, 0, 0, VMSA_FEATURE_DEBUG_SWAP }, 0x3b0, 0x3b0 },
        { { VMSA_LEGACY, 0, 0, UINT64_MAX }, 0x3b0, 0x3b7 },
    };
    const struct vmsa_init none = { VMSA_LEGACY, 0, 0, 0 };
    static uint8_t plain[VMSA_LEN], page[VMSA_LEN];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        size_t first, last;

        vmsa_init_bsp(&none, plain);
        vmsa_init_bsp(&rows[i].init, page);
        differing(plain, page, &first, &last);
        assert_int_equal(first, rows[i].first);
        assert_int_equal(last, rows[i].last);
    }
}

static void test_the_reset_vector_moves_all_vcpus_but_the_first(void **state)
{
    const struct vmsa_init a = { VMSA_LEGACY, 1, 0, 0 };
    const struct vmsa_init b = { VMSA_LEGACY, 1, 0x12345678, 0 };
    static uint8_t x[VMSA_LEN], y[VMSA_LEN];
    struct vmsa vmsa;
    bool plain;

    (void)state;
    vmsa_init_bsp(&a, x);
    vmsa_init_bsp(&b, y);
    assert_memory_equal(x, y, sizeof x);
    vmsa_init_ap(&b, y);
    assert_true(vmsa_decode(BYTES_OF(y), &vmsa, &plain, NULL));
    assert_true(plain);
    assert_int_equal(vmsa.cs.base, 0x12340000);
    assert_int_equal(vmsa.rip, 0x5678);
    assert_int_equal(vmsa.cs.selector, 0xf000);
}

static void test_vm_types_have_names(void **state)
{
    enum vmsa_vm_type type = VMSA_LEGACY;
    struct sevk_error err;

    (void)state;
    assert_works(vmsa_vm_type_parse("init2", &type, &err), &err);
    assert_int_equal(type, VMSA_INIT2);
    assert_works(vmsa_vm_type_parse("Legacy", &type, &err), &err);
    assert_int_equal(type, VMSA_LEGACY);
    assert_string_equal(vmsa_vm_type_name(VMSA_LEGACY), "legacy");
    assert_string_equal(vmsa_vm_type_name(VMSA_INIT2), "init2");
    assert_fails(vmsa_vm_type_parse("init3", &type, &err), &err, SEVK_USAGE,
                 "VM type 'init3'");
    assert_fails(vmsa_vm_type_parse("", &type, &err), &err, SEVK_USAGE, "''");
}

static void test_a_vmsa_file_has_one_page(void **state)
{
    static const size_t sizes[] = { 0, 1, 4095, 4097, 8192 };
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *good = vector_path(vectors[0].bsp);
    static uint8_t bytes[8192], page[VMSA_LEN];
    OWN(buf_free) struct buf want = vector_load(vectors[0].bsp);
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(sizes); i++) {
        OWN(own_free)
        char *path = temp_dir_write(&dir, "vmsa", bytes_make(bytes, sizes[i]));

        assert_fails(vmsa_read_file(path, page, &err), &err, SEVK_INPUT,
                     "VMSA '");
    }
    assert_works(vmsa_read_file(good, page, &err), &err);
    assert_bytes_equal(BYTES_OF(page), buf_bytes(&want));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vectors_are_made_byte_for_byte),
        cmocka_unit_test(test_each_input_changes_its_own_field_alone),
        cmocka_unit_test(test_the_reset_vector_moves_all_vcpus_but_the_first),
        cmocka_unit_test(test_vm_types_have_names),
        cmocka_unit_test(test_a_vmsa_file_has_one_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
