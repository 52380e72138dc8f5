/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel hash table against two recorded ones. */
#include "wire/kernel_hash_table.h"

#include "base/own.h"
#include "layout.h"
#include "lib/hex.h"
#include "lib/vector.h"

static bool again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct kernel_hash_table t;

    if (!kernel_hash_table_decode(in, &t, err)) {
        return false;
    }
    kernel_hash_table_encode(&t, out);
    return true;
}

static const struct layout layout = { KERNEL_HASH_TABLE_LEN, again };

static void test_another_length_is_refused(void **state)
{
    OWN(buf_free) struct buf file = vector_load("kernelhash/kic.bin");

    (void)state;
    assert_length_is_exact(&layout, buf_bytes(&file));
}

static void test_the_padding_must_be_zero(void **state)
{
    OWN(buf_free) struct buf file = vector_load("kernelhash/kic.bin");

    (void)state;
    assert_reserved(&layout, buf_bytes(&file), 168, 8);
}

/* Each bit that is not a hash and not padding belongs to a GUID or a length. */
static void test_guids_and_lengths_are_fixed(void **state)
{
    static const size_t begins[] = { 0, 18, 68, 118 };
    OWN(buf_free) struct buf file = vector_load("kernelhash/kic.bin");
    uint8_t out[KERNEL_HASH_TABLE_LEN];

    (void)state;
    for (size_t i = 0; i < N_OF(begins); i++) {
        for (size_t bit = 0; bit < 8 * 18; bit++) {
            uint8_t *byte = &file.p[begins[i] + bit / 8];
            struct sevk_error err;
            uint8_t was = *byte;

            *byte = (uint8_t)(was ^ 1u << bit % 8);
            assert_fails(again(buf_bytes(&file), out, &err), &err, SEVK_INPUT,
                         "a GUID or a length");
            *byte = was;
        }
    }
}

static void test_recorded_tables_and_any_hashes_come_back(void **state)
{
    OWN(buf_free) struct buf kic = vector_load("kernelhash/kic.bin");
    OWN(buf_free)
    struct buf empty = vector_load("kernelhash/empty_cmdline.bin");
    struct fake_rng rng = { 13 };

    (void)state;
    assert_comes_back(&layout, buf_bytes(&kic));
    assert_comes_back(&layout, buf_bytes(&empty));
    for (int i = 0; i < 100; i++) {
        fake_rng_bytes(&rng, kic.p + 36, 32);
        fake_rng_bytes(&rng, kic.p + 86, 32);
        fake_rng_bytes(&rng, kic.p + 136, 32);
        assert_comes_back(&layout, buf_bytes(&kic));
    }
}

/* The hashes were computed anew, with sha256sum(1). */
static void test_the_hashes_of_a_recorded_table(void **state)
{
    OWN(buf_free) struct buf file = vector_load("kernelhash/kic.bin");
    OWN(buf_free)
    struct buf empty = vector_load("kernelhash/empty_cmdline.bin");
    struct kernel_hash_table t;

    (void)state;
    assert_true(kernel_hash_table_decode(buf_bytes(&file), &t, NULL));
    assert_hex(BYTES_OF(t.cmdline), "e3f97613f5becaaea74a9b953ab0e394"
                                    "3407857741be62d37ff0e9f4b3f4912c");
    assert_hex(BYTES_OF(t.initrd), "a4bab663163352f5d532eb9a3f0deab1"
                                   "f3765c92cee8b7453326f80d97b008cb");
    assert_hex(BYTES_OF(t.kernel), "76417ca363a00723de55fbf56d2e7a99"
                                   "29231b1b4224ebee352cd417322b2608");
    assert_true(kernel_hash_table_decode(buf_bytes(&empty), &t, NULL));
    assert_hex(BYTES_OF(t.cmdline), "6e340b9cffb37a989ca544e6bb780a2c"
                                    "78901d3fb33738768511a30617afa01d");
}

static void test_a_dump_tells_every_hash(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct kernel_hash_table t = { { 0xc }, { 0x1 }, { 0xe } };

    (void)state;
    assert_true(kernel_hash_table_dump(&t, &text, NULL));
    assert_non_null(strstr(buf_string(&text), "command line      0c00"));
    assert_non_null(strstr(buf_string(&text), "\ninitrd            0100"));
    assert_non_null(strstr(buf_string(&text), "\nkernel            0e00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_the_padding_must_be_zero),
        cmocka_unit_test(test_guids_and_lengths_are_fixed),
        cmocka_unit_test(test_recorded_tables_and_any_hashes_come_back),
        cmocka_unit_test(test_the_hashes_of_a_recorded_table),
        cmocka_unit_test(test_a_dump_tells_every_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
