/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the firmware's page. */
#include "guest/page.h"

#include "base/cursor.h"
#include "fake_root.h"
#include "lib/unit.h"

static void a_page_of_something_else_is_no_error(void **state)
{
    static uint8_t bytes[4096];
    struct sevk_error err = { .code = SEVK_HOST };
    struct page page = { .n_entries = 77 };

    (void)state;
    assert_false(page_read(BYTES_OF(bytes), &page, &err));
    assert_int_equal(err.code, SEVK_OK);
    assert_int_equal(page.n_entries, 77);
    fake_page(bytes, false);
    bytes[15] ^= 1; /* of the GUID */
    assert_false(page_read(BYTES_OF(bytes), &page, &err));
    assert_int_equal(err.code, SEVK_OK);
    assert_false(page_read(bytes_make(bytes, 0), &page, &err));
    assert_int_equal(err.code, SEVK_OK);
}

static void lengths_that_leave_their_surroundings_are_refused(void **state)
{
    static const struct {
        size_t at; /* of a length */
        uint32_t value;
    } rows[] = {
        { 16, 19 },      { 16, 0 },           { 16, 0xc01 },
        { 16, 4097 },    { 16, UINT32_MAX },  { 20 + 16, 0 },
        { 20 + 16, 19 }, { 20 + 16, 0x1000 }, { 20 + 16, UINT32_MAX },
    };
    struct sevk_error err;
    struct page page = { 0 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t bytes[4096];

        fake_page(bytes, true);
        store_le32(bytes + rows[i].at, rows[i].value);
        assert_fails(page_read(BYTES_OF(bytes), &page, &err), &err, SEVK_INPUT,
                     "secret table");
    }
}

static void a_table_may_not_reach_into_the_hashes(void **state)
{
    uint8_t bytes[4096];
    struct sevk_error err = { 0 };
    struct page page = { 0 };

    (void)state;
    fake_page(bytes, true);
    memset(bytes + 20, 0, 0xc00 - 20);
    store_le32(bytes + 16, 0xc00);
    store_le32(bytes + 20 + 16, 0xc00 - 20); /* one entry that fills the area */
    assert_works(page_read(BYTES_OF(bytes), &page, &err), &err);
    store_le32(bytes + 16, 0xc10);
    store_le32(bytes + 20 + 16, 0xc10 - 20);
    assert_fails(page_read(BYTES_OF(bytes), &page, &err), &err, SEVK_INPUT,
                 "says to be 3088 bytes long, 3072 are there");
}

static void both_tables_are_found(void **state)
{
    uint8_t bytes[4096];
    struct sevk_error err = { 0 };
    struct page page = { 0 };

    (void)state;
    fake_page(bytes, true);
    assert_works(page_read(BYTES_OF(bytes), &page, &err), &err);
    assert_int_equal(page.n_entries, 2);
    assert_true(guid_equal(&page.entries[1].guid, &secret_luks_key_guid));
    assert_bytes_equal(page.entries[1].data, bytes_of_string("second"));
    assert_int_equal(page.secrets_len, 20 + 25 + 26);
    assert_true(page.has_hashes);
}

static void hashes_alone_are_found_too(void **state)
{
    uint8_t bytes[4096];
    struct sevk_error err = { 0 };
    struct page page = { 0 };

    (void)state;
    fake_page(bytes, true);
    memset(bytes, 0, 0xc00);
    assert_works(page_read(BYTES_OF(bytes), &page, &err), &err);
    assert_int_equal(page.n_entries, 0);
    assert_int_equal(page.secrets_len, 0);
    assert_true(page.has_hashes);
}

static void entries_that_were_used_up_are_left_out(void **state)
{
    uint8_t bytes[4096];
    struct sevk_error err = { 0 };
    struct page page = { 0 };

    (void)state;
    fake_page(bytes, false);
    memset(bytes + 20, 0, 16);
    memset(bytes + 40, 0, 5);
    assert_works(page_read(BYTES_OF(bytes), &page, &err), &err);
    assert_int_equal(page.n_entries, 1);
    assert_bytes_equal(page.entries[0].data, bytes_of_string("second"));
    assert_false(page.has_hashes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_of_something_else_is_no_error),
        cmocka_unit_test(lengths_that_leave_their_surroundings_are_refused),
        cmocka_unit_test(a_table_may_not_reach_into_the_hashes),
        cmocka_unit_test(both_tables_are_found),
        cmocka_unit_test(hashes_alone_are_found_too),
        cmocka_unit_test(entries_that_were_used_up_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
