/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/firmware.c. */
#include <sevkit/firmware.h>

#include "base/own.h"
#include "crypto/hash.h"
#include "lib/unit.h"
#include "lib/vector.h"

static void test_what_is_no_image_is_an_error(void **state)
{
    struct sevk_firmware *firmware = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(sevk_firmware_read("/no/such/file", &firmware, &err), &err,
                 SEVK_INPUT, "/no/such/file");
    assert_fails(sevk_firmware_from_bytes("", 0, "mine", &firmware, &err), &err,
                 SEVK_INPUT, "mine");
    assert_null(firmware);
    sevk_firmware_free(&firmware);
}

static void test_an_image_tells_what_it_declares(void **state)
{
    OWN(buf_free) struct buf image = vector_load("ovmf/ovmf_AmdSev_suffix.bin");
    OWN(sevk_firmware_free) struct sevk_firmware *firmware = NULL;
    uint8_t digest[SEVK_DIGEST_LEN], wanted[SEVK_DIGEST_LEN];
    struct sevk_error err;
    uint32_t address = 0;

    (void)state;
    assert_works(
        sevk_firmware_from_bytes(image.p, image.n, "AmdSev", &firmware, &err),
        &err);
    sha256(buf_bytes(&image), wanted);
    sevk_firmware_digest(firmware, digest);
    assert_memory_equal(digest, wanted, sizeof wanted);
    assert_int_equal(sevk_firmware_size(firmware), image.n);
    assert_int_equal(sevk_firmware_secret_area(firmware), 0xc00);
    assert_works(sevk_firmware_check_hash_area(firmware, &err), &err);
    assert_works(sevk_firmware_reset_vector(firmware, &address, &err), &err);
    assert_int_equal(address, 0x0080b004);
}

static void test_an_image_without_areas_says_so(void **state)
{
    const uint8_t plain[4096] = { 1 };
    OWN(sevk_firmware_free) struct sevk_firmware *firmware = NULL;
    struct sevk_error err;
    uint32_t address = 7;

    (void)state;
    assert_works(
        sevk_firmware_from_bytes(plain, sizeof plain, "plain", &firmware, &err),
        &err);
    assert_int_equal(sevk_firmware_secret_area(firmware), 0);
    assert_fails(sevk_firmware_check_hash_area(firmware, &err), &err,
                 SEVK_REFUSED, "");
    assert_fails(sevk_firmware_reset_vector(firmware, &address, &err), &err,
                 SEVK_INPUT, "");
    assert_int_equal(address, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_image_is_an_error),
        cmocka_unit_test(test_an_image_tells_what_it_declares),
        cmocka_unit_test(test_an_image_without_areas_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
