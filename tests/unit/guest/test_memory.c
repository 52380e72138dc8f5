/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the search in physical memory. */
#include "guest/memory.h"

#include "base/own.h"
#include "fake_root.h"
#include "lib/unit.h"

static bool find(const struct temp_dir *dir, uint64_t *ret_address,
                 bool *ret_found, struct sevk_error *err)
{
    SECRET(bytes);
    struct page page;

    *ret_found = false;
    return memory_find(dir->path, ret_address, &bytes, &page, ret_found, err);
}

static void what_is_missing_is_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err;
    uint64_t address;
    bool found;

    (void)state;
    assert_fails(find(&dir, &address, &found, &err), &err, SEVK_INPUT,
                 "proc/iomem");
    fake_file(&dir, "proc/iomem",
              bytes_of_string("00000000-00000000 : Reserved\n"));
    assert_fails(find(&dir, &address, &found, &err), &err, SEVK_HOST,
                 "needs root");
    fake_file(&dir, "proc/iomem",
              bytes_of_string("00001000-00001fff : Reserved\n"));
    assert_fails(find(&dir, &address, &found, &err), &err, SEVK_HOST,
                 "dev/mem");
    fake_file(&dir, "dev/mem", bytes_of_string("too short to reach it"));
    assert_fails(find(&dir, &address, &found, &err), &err, SEVK_HOST,
                 "shows no reserved page");
}

static void a_memory_without_secrets_is_no_failure(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err = { 0 };
    uint64_t address;
    bool found;

    (void)state;
    fake_memory(&dir, bytes_of_string("nothing"));
    assert_works(find(&dir, &address, &found, &err), &err);
    assert_false(found);
}

static void the_page_is_found_where_it_is(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err = { 0 };
    static uint8_t bytes[4096];
    uint64_t address = 0;
    bool found;

    (void)state;
    fake_page(bytes, true);
    fake_memory(&dir, BYTES_OF(bytes));
    assert_works(find(&dir, &address, &found, &err), &err);
    assert_true(found);
    assert_int_equal(address, FAKE_ADDRESS);
}

static void two_pages_are_one_too_many(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err;
    static uint8_t bytes[4096];
    uint64_t address;
    bool found;

    (void)state;
    fake_page(bytes, false);
    fake_memory(&dir, BYTES_OF(bytes));
    fake_file(&dir, "dev/mem", BYTES_OF(bytes)); /* at 0, which is reserved */
    assert_fails(find(&dir, &address, &found, &err), &err, SEVK_INPUT,
                 "two pages look like the firmware's");
}

static void a_malformed_table_is_told_with_its_place(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err;
    static uint8_t bytes[4096];
    uint64_t address;
    bool found;

    (void)state;
    fake_page(bytes, false);
    bytes[19] = 0xff;
    fake_memory(&dir, BYTES_OF(bytes));
    assert_fails(find(&dir, &address, &found, &err), &err, SEVK_INPUT,
                 "page at 0x810000: secret table");
}

static void what_is_wiped_is_gone_and_nothing_else(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = NULL;
    struct sevk_error err = { 0 };
    uint8_t seen[16];
    FILE *f;

    (void)state;
    fake_memory(&dir, bytes_of_string("0123456789abcdef"));
    assert_works(memory_path(dir.path, &path, &err), &err);
    assert_works(memory_zero(path, FAKE_ADDRESS + 4, 8, &err), &err);
    f = fopen(path, "r");
    assert_non_null(f);
    fseek(f, FAKE_ADDRESS, SEEK_SET);
    assert_int_equal(fread(seen, 1, 16, f), 16);
    fclose(f);
    assert_memory_equal(seen, "0123\0\0\0\0\0\0\0\0cdef", 16);
    assert_fails(memory_zero(path, FAKE_ADDRESS, 4097, &err), &err, SEVK_INPUT,
                 "more than a page");
    assert_fails(memory_zero("/nonexistent", 0, 1, &err), &err, SEVK_HOST,
                 "wiping the secret");
    /* A device that takes no byte. */
    assert_fails(memory_zero("/dev/full", 0, 1, &err), &err, SEVK_HOST,
                 "wiping the secret");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(a_memory_without_secrets_is_no_failure),
        cmocka_unit_test(the_page_is_found_where_it_is),
        cmocka_unit_test(two_pages_are_one_too_many),
        cmocka_unit_test(a_malformed_table_is_told_with_its_place),
        cmocka_unit_test(what_is_wiped_is_gone_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
