/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware images: hashed and parsed in one reading. */
#include "owner/firmware.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"

/* N arbitrary bytes that end as the published image does. */
static struct buf image_of(size_t n, const char *suffix)
{
    OWN(buf_free) struct buf end = vector_load(suffix);
    struct fake_rng rng = { n };
    struct buf image = { 0 };

    assert_true(n >= end.n && buf_reserve(&image, n, NULL));
    fake_rng_bytes(&rng, image.p, n - end.n);
    image.n = n - end.n;
    assert_true(buf_append(&image, buf_bytes(&end), NULL));
    return image;
}

#define AMDSEV "ovmf/ovmf_AmdSev_suffix.bin"
#define PLAIN  "ovmf/ovmf_OvmfX64_suffix.bin"

static void test_an_empty_image_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_write(&dir, "fw", bytes_make("", 0));
    struct firmware fw;
    struct sevk_error err;

    (void)state;
    assert_fails(firmware_read(path, &fw, &err), &err, SEVK_INPUT, "is empty");
    assert_fails(firmware_from_bytes(bytes_make("", 0), "f", &fw, &err), &err,
                 SEVK_INPUT, "firmware 'f' is empty");
}

static void test_an_image_that_is_not_there_is_named(void **state)
{
    struct firmware fw;
    struct sevk_error err;

    (void)state;
    assert_fails(firmware_read("/nowhere/OVMF.fd", &fw, &err), &err, SEVK_INPUT,
                 "firmware '/nowhere/OVMF.fd': No such file");
    assert_fails(firmware_read("/tmp", &fw, &err), &err, SEVK_INPUT, "/tmp");
}

static void test_a_file_of_more_than_64_mib_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_write(&dir, "fw", bytes_make("", 0));
    struct firmware fw;
    struct sevk_error err;

    (void)state;
    assert_int_equal(truncate(path, (off_t)FIRMWARE_MAX_LEN + 1), 0);
    assert_fails(firmware_read(path, &fw, &err), &err, SEVK_INPUT,
                 "more than 67108864 bytes");
}

static void test_a_broken_table_is_refused_by_name(void **state)
{
    OWN(buf_free) struct buf image = image_of(8192, AMDSEV);
    struct firmware fw;
    struct sevk_error err;

    (void)state;
    image.p[image.n - 49] = 0xff; /* the table's length: more than there is */
    assert_fails(firmware_from_bytes(buf_bytes(&image), "f", &fw, &err), &err,
                 SEVK_INPUT, "firmware 'f': ");
}

static void test_every_truncation_is_parsed_or_refused_but_never_worse(
    void **state)
{
    OWN(buf_free) struct buf image = vector_load(AMDSEV);
    size_t refused = 0;

    (void)state;
    for (size_t n = 0; n < image.n; n++) {
        /* From the front and from the back; copies let ASan watch the ends. */
        for (size_t from = 0; from < 2; from++) {
            uint8_t *copy = malloc(n + 1);
            struct firmware fw;

            memcpy(copy, image.p + (from == 0 ? 0 : image.n - n), n);
            refused +=
                !firmware_from_bytes(bytes_make(copy, n), "f", &fw, NULL);
            free(copy);
        }
    }
    assert_true(refused >= 2); /* at least the empty ones */
}

static void test_what_an_amdsev_image_declares_is_found(void **state)
{
    OWN(buf_free) struct buf image = image_of(100000, AMDSEV);
    struct firmware fw;
    uint32_t reset = 0;
    struct sevk_error err;

    (void)state;
    assert_works(firmware_from_bytes(buf_bytes(&image), "f", &fw, &err), &err);
    assert_works(firmware_reset_vector(&fw, &reset, &err), &err);
    assert_int_equal(reset, 0x0080b004);
    assert_works(firmware_check_hash_area(&fw, &err), &err);
    assert_int_equal(firmware_secret_area(&fw), 0xc00);
    assert_int_equal(fw.size, 100000);
}

static void test_a_plain_image_has_no_area_for_hashes_or_secrets(void **state)
{
    OWN(buf_free) struct buf image = image_of(100000, PLAIN);
    struct firmware fw;
    struct sevk_error err;

    (void)state;
    assert_works(firmware_from_bytes(buf_bytes(&image), "f", &fw, &err), &err);
    assert_false(firmware_check_hash_area(&fw, &err));
    assert_int_equal(err.code, SEVK_REFUSED);
    assert_non_null(strstr(err.message, "AmdSev"));
    assert_int_equal(firmware_secret_area(&fw), 0);
}

static void test_each_reason_against_kernel_hashes_is_told(void **state)
{
    struct firmware fw = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(firmware_check_hash_area(&fw, &err), &err, SEVK_REFUSED,
                 "declares no area for kernel hashes");
    fw.table.hashes = (struct ovmf_area){ true, 0, 0 };
    assert_fails(firmware_check_hash_area(&fw, &err), &err, SEVK_REFUSED,
                 "an empty area for kernel hashes");
    fw.table.hashes = (struct ovmf_area){ true, 0x810c00, 175 };
    assert_fails(firmware_check_hash_area(&fw, &err), &err, SEVK_REFUSED,
                 "has 175 bytes, the table needs 176");
    fw.table.hashes.size = 176;
    assert_works(firmware_check_hash_area(&fw, &err), &err);
}

static void test_an_image_without_reset_vector_is_told_so(void **state)
{
    uint8_t image[4096] = { 1 };
    struct firmware fw;
    struct sevk_error err;
    uint32_t reset = 7;

    (void)state;
    assert_works(firmware_from_bytes(BYTES_OF(image), "f", &fw, &err), &err);
    assert_fails(firmware_reset_vector(&fw, &reset, &err), &err, SEVK_INPUT,
                 "declares no reset vector");
    fw.table.has_reset_vector = true;
    assert_fails(firmware_reset_vector(&fw, &reset, &err), &err, SEVK_INPUT,
                 "declares 0 as reset vector");
    assert_int_equal(reset, 7);
}

/* Sizes around those at which the reading of the tail changes its ways. */
static void test_a_file_and_its_bytes_are_read_alike(void **state)
{
    static const size_t sizes[] = {
        4096,   65536,      65600,      65601,          131072,
        131136, 131200,     131201,     131072 + 65600, 262144,
        262145, 300000,     1048576,    1048577,        1900000,
        393216, 393216 + 1, 393216 - 1, 3653632,
    };
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();

    (void)state;
    for (size_t i = 0; i < N_OF(sizes); i++) {
        OWN(buf_free) struct buf image = image_of(sizes[i], AMDSEV);
        OWN(own_free)
        char *path = temp_dir_write(&dir, "fw", buf_bytes(&image));
        struct firmware a, b;
        struct sevk_error err;
        uint8_t digest[SHA256_LEN], more[SHA256_LEN], same[SHA256_LEN];

        assert_works(firmware_read(path, &a, &err), &err);
        assert_works(firmware_from_bytes(buf_bytes(&image), "f", &b, &err),
                     &err);
        sha256(buf_bytes(&image), digest);
        assert_memory_equal(a.digest, digest, sizeof digest);
        assert_memory_equal(b.digest, digest, sizeof digest);
        assert_int_equal(a.size, sizes[i]);
        assert_true(a.table.has_reset_vector && b.table.has_reset_vector);
        assert_int_equal(a.table.reset_vector, 0x0080b004);
        assert_int_equal(a.table.hashes.base, b.table.hashes.base);
        /* The state can be continued. */
        sha256_update(&a.state, bytes_make("x", 1));
        sha256_final(&a.state, more);
        assert_true(buf_append_string(&image, "x", NULL));
        sha256(buf_bytes(&image), same);
        assert_memory_equal(more, same, sizeof more);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_image_is_refused),
        cmocka_unit_test(test_an_image_that_is_not_there_is_named),
        cmocka_unit_test(test_a_file_of_more_than_64_mib_is_refused),
        cmocka_unit_test(test_a_broken_table_is_refused_by_name),
        cmocka_unit_test(
            test_every_truncation_is_parsed_or_refused_but_never_worse),
        cmocka_unit_test(test_what_an_amdsev_image_declares_is_found),
        cmocka_unit_test(test_a_plain_image_has_no_area_for_hashes_or_secrets),
        cmocka_unit_test(test_each_reason_against_kernel_hashes_is_told),
        cmocka_unit_test(test_an_image_without_reset_vector_is_told_so),
        cmocka_unit_test(test_a_file_and_its_bytes_are_read_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
