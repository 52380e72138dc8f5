/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes of kernel, initrd and command line: equal to two other tools'. */
#include "owner/kernel_hashes.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/hex.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"

/* TEXT repeated N times, in a file; the caller frees the path. */
static char *write_repeated(const struct temp_dir *dir, const char *name,
                            const char *text, size_t n)
{
    OWN(buf_free) struct buf content = { 0 };

    for (size_t i = 0; i < n; i++) {
        assert_true(buf_append_string(&content, text, NULL));
    }
    return temp_dir_write(dir, name, buf_bytes(&content));
}

static void test_a_file_that_is_not_there_is_named(void **state)
{
    struct kernel_hash_table table = { .kernel = { 1 } };
    struct sevk_error err;

    (void)state;
    assert_fails(
        kernel_hashes_read("/nowhere/vmlinuz", NULL, NULL, &table, &err), &err,
        SEVK_INPUT, "kernel '/nowhere/vmlinuz'");
    assert_fails(
        kernel_hashes_read("/dev/null", "/nowhere/initrd", NULL, &table, &err),
        &err, SEVK_INPUT, "initrd '/nowhere/initrd'");
    assert_int_equal(table.kernel[0], 1);
}

static void test_the_vectors_tables_are_made(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *k1 = write_repeated(&dir, "k1", "kernel-bytes", 9);
    OWN(own_free) char *i1 = write_repeated(&dir, "i1", "initrd-bytes", 7);
    OWN(own_free) char *k2 = write_repeated(&dir, "k2", "K", 100);
    OWN(own_free) char *i2 = write_repeated(&dir, "i2", "I", 3);
    OWN(buf_free) struct buf want1 = vector_load("kernelhash/kic.bin");
    OWN(buf_free)
    struct buf want2 = vector_load("kernelhash/empty_cmdline.bin");
    uint8_t bytes[KERNEL_HASH_TABLE_LEN];
    struct kernel_hash_table table;
    struct sevk_error err;

    (void)state;
    assert_works(kernel_hashes_read(k1, i1, "console=ttyS0 root=/dev/vda1",
                                    &table, &err),
                 &err);
    kernel_hash_table_encode(&table, bytes);
    assert_bytes_equal(BYTES_OF(bytes), buf_bytes(&want1));
    assert_works(kernel_hashes_read(k2, i2, "", &table, &err), &err);
    kernel_hash_table_encode(&table, bytes);
    assert_bytes_equal(BYTES_OF(bytes), buf_bytes(&want2));
    assert_works(kernel_hashes_read(k2, i2, NULL, &table, &err), &err);
    kernel_hash_table_encode(&table, bytes);
    assert_bytes_equal(BYTES_OF(bytes), buf_bytes(&want2));
}

static void test_what_is_absent_has_hashes_of_its_own(void **state)
{
    uint8_t none[32], empty[32], one[32];

    (void)state;
    kernel_hashes_no_initrd(none);
    assert_hex(BYTES_OF(none), "e3b0c44298fc1c149afbf4c8996fb924"
                               "27ae41e4649b934ca495991b7852b855");
    /* One NUL: not the same as nothing. */
    kernel_hashes_cmdline(NULL, empty);
    assert_hex(BYTES_OF(empty), "6e340b9cffb37a989ca544e6bb780a2c"
                                "78901d3fb33738768511a30617afa01d");
    kernel_hashes_cmdline("", one);
    assert_memory_equal(empty, one, sizeof one);
}

static void test_an_empty_initrd_file_is_as_no_initrd(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_write(&dir, "i", bytes_make("", 0));
    struct kernel_hash_table a, b;

    (void)state;
    assert_true(kernel_hashes_read(path, path, "x", &a, NULL));
    assert_true(kernel_hashes_read(path, NULL, "x", &b, NULL));
    assert_memory_equal(&a, &b, sizeof a);
}

static void test_an_ending_of_the_command_line_changes_its_hash(void **state)
{
    static const char *const endings[] = { "a", "a ", "a\n", " a", "A" };
    uint8_t hashes[N_OF(endings)][32];

    (void)state;
    for (size_t i = 0; i < N_OF(endings); i++) {
        kernel_hashes_cmdline(endings[i], hashes[i]);
        for (size_t k = 0; k < i; k++) {
            assert_memory_not_equal(hashes[i], hashes[k], 32);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_that_is_not_there_is_named),
        cmocka_unit_test(test_the_vectors_tables_are_made),
        cmocka_unit_test(test_what_is_absent_has_hashes_of_its_own),
        cmocka_unit_test(test_an_empty_initrd_file_is_as_no_initrd),
        cmocka_unit_test(test_an_ending_of_the_command_line_changes_its_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
