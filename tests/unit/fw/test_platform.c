/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/platform.c. */
#include "fw/platform.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/clock.h"
#include "unit/fw/rig.h"

static struct fw_profile small_profile(void)
{
    struct fw_profile profile = fw_profile_default();

    profile.rsa_bits = 2048;
    return profile;
}

static bool create(const char *dir, struct sevk_error *err)
{
    struct fw_profile profile = small_profile();
    struct fake_rng random = { .seed = 3 };
    int64_t now = 0;

    return platform_create(dir, &profile, rng_fake(&random), clock_fake(&now),
                           err);
}

static void a_platform_tells_the_profile_that_it_was_made_with(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct fw_profile expected = small_profile();
    struct fw_profile profile;
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(platform_load_profile(rig->platform, &profile, &err), &err);
    assert_memory_equal(&profile, &expected, sizeof profile);
}

static void assert_file(const struct rig *rig, const char *name,
                        struct bytes expected)
{
    OWN(own_free) char *path = rig_path(rig, name);
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err = { 0 };

    assert_works(file_read(path, 1 << 20, "file", &b, &err), &err);
    assert_bytes_equal(buf_bytes(&b), expected);
}

static void public_files_show_what_the_platform_holds(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(buf_free) struct buf both = { 0 };
    OWN(own_free) struct platform_certs *certs = calloc(1, sizeof *certs);
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(platform_load_certs(rig->platform, certs, &err), &err);
    assert_int_equal(certs->amd_len, AMD_CERT_LEN_2048);
    assert_true(
        buf_append(&both, bytes_make(certs->ask, certs->amd_len), NULL));
    assert_true(
        buf_append(&both, bytes_make(certs->ark, certs->amd_len), NULL));
    assert_file(rig, "ark.cert", bytes_make(certs->ark, certs->amd_len));
    assert_file(rig, "ask.cert", bytes_make(certs->ask, certs->amd_len));
    assert_file(rig, "ask_ark.cert", buf_bytes(&both));
    assert_file(rig, "cek.cert", BYTES_OF(certs->cek));
    assert_file(rig, "oca.cert", BYTES_OF(certs->oca));
    assert_file(rig, "pek.cert", BYTES_OF(certs->pek));
    assert_file(rig, "pdh.cert", BYTES_OF(certs->pdh));
}

static void a_new_platform_is_its_owners_alone(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "new");
    OWN(own_free) char *chip = temp_dir_path(&dir, "new/chip");
    OWN(own_free) char *store = temp_dir_path(&dir, "new/state");
    struct sevk_error err = { 0 };
    struct stat st;

    (void)state;
    assert_false(platform_exists(path));
    assert_works(create(path, &err), &err);
    assert_true(platform_exists(path));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(chip, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(store, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(temp_dir_count(&dir), 1);
}

static void an_empty_directory_becomes_a_platform(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "empty");
    struct sevk_error err = { 0 };

    (void)state;
    assert_int_equal(mkdir(path, 0755), 0);
    assert_works(create(path, &err), &err);
    assert_true(platform_exists(path));
}

static void a_second_platform_in_a_directory_is_refused(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct sevk_error err;

    (void)state;
    assert_fails(create(rig->platform, &err), &err, SEVK_REFUSED,
                 "holds a platform already");
    assert_int_equal(temp_dir_count(&rig->dir), 1);
}

static void a_directory_with_something_in_it_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *other = temp_dir_write(&dir, "other", bytes_of_string("x"));
    struct sevk_error err;

    (void)state;
    assert_fails(create(dir.path, &err), &err, SEVK_REFUSED,
                 "not an empty directory");
    assert_fails(create(other, &err), &err, SEVK_REFUSED,
                 "not an empty directory");
    assert_int_equal(temp_dir_count(&dir), 1);
}

static void a_parent_that_is_missing_is_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "no/where");
    struct sevk_error err;

    (void)state;
    assert_fails(create(path, &err), &err, SEVK_HOST, "no/where");
    assert_fails(create("", &err), &err, SEVK_USAGE, "directory");
}

static void a_failed_creation_leaves_nothing(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "new");
    struct fw_profile profile = small_profile();
    int64_t now = 0;
    struct sevk_error err;
    uint8_t bytes[32] = { 1 };

    (void)state;
    /* Enough for the chip's key, nothing for what comes after the RSA keys. */
    for (size_t n = 0; n <= sizeof bytes; n += sizeof bytes) {
        struct scripted_rng script = { bytes_make(bytes, n) };

        err = (struct sevk_error){ 0 };
        assert_false(platform_create(path, &profile, rng_scripted(&script),
                                     clock_fake(&now), &err));
        assert_int_equal(err.code, SEVK_HOST);
        assert_int_equal(temp_dir_count(&dir), 0);
    }
    profile.max_asid = 0;
    assert_fails(
        platform_create(path, &profile, rng_failing(), clock_fake(&now), &err),
        &err, SEVK_INPUT, "ASIDs");
    assert_int_equal(temp_dir_count(&dir), 0);
}

static void a_damaged_store_is_reported_as_such(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    static const char *const names[] = { "state", "chip" };
    OWN(own_free) struct platform_certs *certs = calloc(1, sizeof *certs);
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(names); i++) {
        OWN(own_free) char *path = rig_path(rig, names[i]);

        assert_true(
            file_replace(path, 0600, bytes_of_string("nonsense"), NULL));
        assert_fails(platform_load_certs(rig->platform, certs, &err), &err,
                     SEVK_HOST, "is damaged");
        assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
    }
}

static void a_directory_without_a_platform_says_so(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct fw_profile profile;
    struct sevk_error err;

    (void)state;
    assert_fails(platform_load_profile(dir.path, &profile, &err), &err,
                 SEVK_INPUT, dir.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_platform_tells_the_profile_that_it_was_made_with),
        cmocka_unit_test(public_files_show_what_the_platform_holds),
        cmocka_unit_test(a_new_platform_is_its_owners_alone),
        cmocka_unit_test(an_empty_directory_becomes_a_platform),
        cmocka_unit_test(a_second_platform_in_a_directory_is_refused),
        cmocka_unit_test(a_directory_with_something_in_it_is_refused),
        cmocka_unit_test(a_parent_that_is_missing_is_named),
        cmocka_unit_test(a_failed_creation_leaves_nothing),
        cmocka_unit_test(a_damaged_store_is_reported_as_such),
        cmocka_unit_test(a_directory_without_a_platform_says_so),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
