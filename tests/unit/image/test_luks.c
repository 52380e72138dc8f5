/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of keys and of disks that can't be made; tests/cli makes whole ones. */
#include "image/luks.h"

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void a_key_is_text_without_an_end(void **state)
{
    struct sevk_error err = { 0 };
    SECRET(one);
    SECRET(two);

    (void)state;
    assert_works(luks_key(rng_system(), &one, &err), &err);
    assert_works(luks_key(rng_system(), &two, &err), &err);
    assert_int_equal(one.n, LUKS_KEY_LEN);
    for (size_t i = 0; i < one.n; i++) {
        assert_non_null(
            memchr("0123456789abcdef", secret_expose(&one).p[i], 16));
    }
    assert_false(secret_equal(secret_expose(&one).p, secret_expose(&two).p,
                              LUKS_KEY_LEN));
}

static bool make(const struct temp_dir *dir, const char *data, const char *disk,
                 struct sevk_error *err)
{
    OWN(own_free) char *to = temp_dir_path(dir, disk);
    uint8_t digest[SHA256_LEN];
    struct luks_options options = { .pbkdf_kib = 32 };
    SECRET(key);

    assert_works(luks_key(rng_system(), &key, err), err);
    options.key = &key;
    return luks_make(data, to, &options, rng_system(), digest, err);
}

static void data_without_whole_sectors_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *odd = temp_dir_write(&dir, "odd", bytes_of_string("x"));
    OWN(own_free)
    char *none = temp_dir_write(&dir, "none", (struct bytes){ 0 });
    struct sevk_error err;

    (void)state;
    assert_fails(make(&dir, odd, "disk", &err), &err, SEVK_INPUT,
                 "no whole sectors");
    assert_fails(make(&dir, none, "disk", &err), &err, SEVK_INPUT,
                 "no whole sectors");
    assert_fails(make(&dir, "/nonexistent", "disk", &err), &err, SEVK_HOST,
                 "/nonexistent");
}

static void a_disk_that_exists_is_not_overwritten(void **state)
{
    static uint8_t sector[4096];
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *data = temp_dir_write(&dir, "data", BYTES_OF(sector));
    OWN(own_free)
    char *disk = temp_dir_write(&dir, "disk", bytes_of_string("mine"));
    struct sevk_error err;

    (void)state;
    assert_non_null(disk);
    assert_fails(make(&dir, data, "disk", &err), &err, SEVK_HOST,
                 "File exists");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_text_without_an_end),
        cmocka_unit_test(data_without_whole_sectors_is_refused),
        cmocka_unit_test(a_disk_that_exists_is_not_overwritten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
