/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of both places in which secrets are found. */
#include "guest/source.h"

#include "base/own.h"
#include "fake_root.h"
#include "lib/unit.h"

static const struct guid *const luks = &secret_luks_key_guid;

static void read_is(const struct source *s, const struct guid *guid,
                    const char *expected)
{
    const struct source_item *item = source_find(s, guid);
    struct sevk_error err = { 0 };
    SECRET(secret);

    assert_non_null(item);
    assert_int_equal(item->len, strlen(expected));
    assert_works(source_read(s, item, &secret, &err), &err);
    assert_bytes_equal(secret_expose(&secret), bytes_of_string(expected));
}

static void open_source(const struct temp_dir *dir, struct source *s)
{
    struct sevk_error err = { 0 };

    assert_works(source_open(dir->path, s, &err), &err);
}

static void without_any_place_the_memory_is_asked_for(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(source_close) struct source s = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(source_open(dir.path, &s, &err), &err, SEVK_INPUT,
                 "proc/iomem");
    assert_int_equal(s.kind, SOURCE_NONE);
}

static void a_memory_without_secrets_is_no_source(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(source_close) struct source s = { 0 };

    (void)state;
    fake_memory(&dir, bytes_of_string("nothing"));
    open_source(&dir, &s);
    assert_int_equal(s.kind, SOURCE_NONE);
    assert_int_equal(s.n, 0);
    assert_null(source_find(&s, luks));
}

static void the_kernels_files_come_first(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(source_close) struct source s = { 0 };
    static uint8_t page[4096];

    (void)state;
    fake_page(page, true);
    fake_memory(&dir, BYTES_OF(page));
    fake_coco(&dir, luks, bytes_of_string("of the kernel"));
    fake_file(&dir, "sys/kernel/security/secrets/coco/README",
              bytes_of_string("no secret"));
    open_source(&dir, &s);
    assert_int_equal(s.kind, SOURCE_COCO);
    assert_int_equal(s.n, 1);
    read_is(&s, luks, "of the kernel");
}

static void a_file_is_wiped_by_unlinking_it(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct guid other = fake_guid(9);
    struct sevk_error err = { 0 };

    (void)state;
    fake_coco(&dir, luks, bytes_of_string("mine"));
    fake_coco(&dir, &other, bytes_of_string("other"));
    {
        OWN(source_close) struct source s = { 0 };

        open_source(&dir, &s);
        assert_works(source_wipe(&s, source_find(&s, luks), &err), &err);
        assert_fails(source_wipe(&s, source_find(&s, luks), &err), &err,
                     SEVK_HOST, "wiping");
    }
    OWN(source_close) struct source again = { 0 };
    open_source(&dir, &again);
    assert_null(source_find(&again, luks));
    read_is(&again, &other, "other");
    assert_works(source_wipe_all(&again, &err), &err);
    OWN(source_close) struct source empty = { 0 };
    open_source(&dir, &empty);
    assert_int_equal(empty.n, 0);
    assert_int_equal(empty.kind, SOURCE_COCO);
}

static void an_entry_is_wiped_and_the_others_stay(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct guid first = fake_guid(1);
    struct sevk_error err = { 0 };
    static uint8_t page[4096];

    (void)state;
    fake_page(page, true);
    fake_memory(&dir, BYTES_OF(page));
    {
        OWN(source_close) struct source s = { 0 };

        open_source(&dir, &s);
        assert_int_equal(s.kind, SOURCE_MEMORY);
        read_is(&s, &first, "first");
        read_is(&s, luks, "second");
        assert_works(source_wipe(&s, source_find(&s, &first), &err), &err);
    }
    OWN(source_close) struct source again = { 0 };
    open_source(&dir, &again);
    assert_null(source_find(&again, &first));
    read_is(&again, luks, "second");
    assert_null(memmem(secret_expose(&again.bytes).p, 4096, "first", 5));
}

static void wiping_all_leaves_the_hashes(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err = { 0 };
    static uint8_t page[4096];

    (void)state;
    fake_page(page, true);
    fake_memory(&dir, BYTES_OF(page));
    {
        OWN(source_close) struct source s = { 0 };

        open_source(&dir, &s);
        assert_works(source_wipe_all(&s, &err), &err);
    }
    OWN(source_close) struct source again = { 0 };
    open_source(&dir, &again);
    assert_int_equal(again.n, 0);
    assert_true(again.page.has_hashes);
    assert_null(memmem(secret_expose(&again.bytes).p, 4096, "second", 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_any_place_the_memory_is_asked_for),
        cmocka_unit_test(a_memory_without_secrets_is_no_source),
        cmocka_unit_test(the_kernels_files_come_first),
        cmocka_unit_test(a_file_is_wiped_by_unlinking_it),
        cmocka_unit_test(an_entry_is_wiped_and_the_others_stay),
        cmocka_unit_test(wiping_all_leaves_the_hashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
