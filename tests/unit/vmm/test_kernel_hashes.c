/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kernel hashes, against tables that two other tools made. */
#include "lib/unit.h"

#include "lib/vector.h"
#include "vmm/kernel_hashes.h"

static struct bytes repeat(const char *text, int times, char *room)
{
    room[0] = '\0';
    for (int i = 0; i < times; i++) {
        strcat(room, text);
    }
    return bytes_of_string(room);
}

static void assert_table_is(const char *file, struct bytes kernel,
                            struct bytes initrd, const char *cmdline)
{
    uint8_t wanted[KERNEL_HASH_TABLE_LEN];
    uint8_t got[KERNEL_HASH_TABLE_LEN];

    vector_load_exact(file, wanted, sizeof wanted);
    vmm_kernel_hashes(kernel, initrd, cmdline, got);
    assert_memory_equal(got, wanted, sizeof got);
}

static void tables_equal_the_published_ones(void **state)
{
    char kernel[200];
    char initrd[200];

    (void)state;
    assert_table_is("kernelhash/kic.bin", repeat("kernel-bytes", 9, kernel),
                    repeat("initrd-bytes", 7, initrd),
                    "console=ttyS0 root=/dev/vda1");
    assert_table_is("kernelhash/empty_cmdline.bin", repeat("K", 100, kernel),
                    repeat("I", 3, initrd), "");
}

static void no_command_line_is_an_empty_one(void **state)
{
    char kernel[200];
    char initrd[200];

    (void)state;
    assert_table_is("kernelhash/empty_cmdline.bin", repeat("K", 100, kernel),
                    repeat("I", 3, initrd), NULL);
}

/* formats.md 6.2: an absent initrd counts as nothing: SHA-256 of no bytes. */
static void no_initrd_is_the_hash_of_nothing(void **state)
{
    const uint8_t nothing[] = {
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14
    };
    uint8_t table[KERNEL_HASH_TABLE_LEN];

    (void)state;
    vmm_kernel_hashes(bytes_of_string("k"), (struct bytes){ 0 }, NULL, table);
    assert_memory_equal(table + 68 + 18, nothing, sizeof nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_equal_the_published_ones),
        cmocka_unit_test(no_command_line_is_an_empty_one),
        cmocka_unit_test(no_initrd_is_the_hash_of_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
