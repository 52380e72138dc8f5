/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/store.c. */
#include "fw/store.h"

#include <errno.h>

#include "base/file.h"
#include "crypto/hash.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "wire/status.h"

#define MAGIC   "SEVKITxx"
#define PAYLOAD 40

/* A file with PAYLOAD bytes of 00h, 01h, 02h…. */
static struct bytes sealed(struct sevk_secret *file)
{
    struct wr w;

    assert_true(store_begin(file, PAYLOAD, &w, NULL));
    for (uint8_t i = 0; i < PAYLOAD; i++) {
        wr_u8(&w, i);
    }
    wr_end(&w);
    store_seal(file, MAGIC);
    return secret_expose(file);
}

static bool reads(const struct temp_dir *dir, struct bytes content,
                  struct sevk_error *err)
{
    OWN(own_free) char *path = temp_dir_write(dir, "file", content);
    SECRET(file);
    struct rd r;

    *err = (struct sevk_error){ 0 };
    return store_read(path, MAGIC, &file, &r, err);
}

static void what_was_sealed_reads_back(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    SECRET(file);
    SECRET(back);
    OWN(own_free) char *path = temp_dir_write(&dir, "file", sealed(&file));
    struct sevk_error err = { 0 };
    struct rd r;

    (void)state;
    assert_works(store_read(path, MAGIC, &back, &r, &err), &err);
    for (uint8_t i = 0; i < PAYLOAD; i++) {
        assert_int_equal(rd_u8(&r), i);
    }
    assert_works(rd_done(&r, "payload", &err), &err);
}

static void a_file_cut_short_at_any_byte_is_damaged(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    SECRET(file);
    struct bytes whole = sealed(&file);
    struct sevk_error err;

    (void)state;
    for (size_t n = 0; n < whole.n; n++) {
        assert_false(reads(&dir, bytes_make(whole.p, n), &err));
        assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
    }
    assert_true(reads(&dir, whole, &err));
}

static void a_flipped_bit_anywhere_is_damage(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    SECRET(file);
    struct bytes whole = sealed(&file);
    struct sevk_error err;

    (void)state;
    for (size_t bit = 0; bit < 8 * whole.n; bit += 3) {
        secret_expose_mutable(&file)[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_false(reads(&dir, whole, &err));
        assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
        assert_int_equal(err.code, SEVK_HOST);
        secret_expose_mutable(&file)[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

static void bytes_behind_the_end_are_damage(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(buf_free) struct buf longer = { 0 };
    SECRET(file);
    struct sevk_error err;

    (void)state;
    assert_true(buf_append(&longer, sealed(&file), NULL));
    assert_true(buf_append_string(&longer, "x", NULL));
    assert_false(reads(&dir, buf_bytes(&longer), &err));
    assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
}

/* Rewrites the field at AT and makes the checksum hold again. */
static void set_field(struct sevk_secret *file, size_t at, uint32_t v)
{
    uint8_t *p = secret_expose_mutable(file);
    size_t n = secret_expose(file).n;

    store_le32(p + at, v);
    sha256(bytes_make(p, n - SHA256_LEN), p + n - SHA256_LEN);
}

static void a_newer_version_reads_when_it_says_that_it_may(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    SECRET(file);
    struct bytes whole = sealed(&file);
    struct sevk_error err;

    (void)state;
    set_field(&file, 8, STORE_VERSION + 1);
    assert_true(reads(&dir, whole, &err));
    set_field(&file, 12, STORE_VERSION + 1);
    assert_fails(reads(&dir, whole, &err), &err, SEVK_INPUT, "newer sevkit");
    assert_int_equal(err.fw_status, 0);
}

static void a_length_that_lies_is_damage(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    SECRET(file);
    struct bytes whole = sealed(&file);
    static const uint32_t lies[] = { 0, PAYLOAD - 1, PAYLOAD + 1, UINT32_MAX };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(lies); i++) {
        set_field(&file, 16, lies[i]);
        assert_false(reads(&dir, whole, &err));
        assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
    }
}

static void a_missing_file_says_so(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "nothing");
    struct sevk_error err = { 0 };
    SECRET(file);
    struct rd r;

    (void)state;
    assert_fails(store_read(path, MAGIC, &file, &r, &err), &err, SEVK_INPUT,
                 path);
    assert_int_equal(err.sys_errno, ENOENT);
    assert_int_equal(err.fw_status, 0);
}

static void another_kind_of_file_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    SECRET(file);
    SECRET(back);
    OWN(own_free) char *path = temp_dir_write(&dir, "file", sealed(&file));
    struct sevk_error err;
    struct rd r;

    (void)state;
    assert_fails(store_read(path, "SEVKITyy", &back, &r, &err), &err, SEVK_HOST,
                 "magic");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_reads_back),
        cmocka_unit_test(a_file_cut_short_at_any_byte_is_damaged),
        cmocka_unit_test(a_flipped_bit_anywhere_is_damage),
        cmocka_unit_test(bytes_behind_the_end_are_damage),
        cmocka_unit_test(a_newer_version_reads_when_it_says_that_it_may),
        cmocka_unit_test(a_length_that_lies_is_damage),
        cmocka_unit_test(a_missing_file_says_so),
        cmocka_unit_test(another_kind_of_file_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
