/* SPDX-License-Identifier: Apache-2.0 */
/* The launch digest: what enters it, in which order. */
#include "owner/digest.h"

#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "owner/vmsa_init.h"

static uint8_t image[5000], bsp[VMSA_LEN], ap[VMSA_LEN];
static struct firmware firmware;
static const struct kernel_hash_table table = { .kernel = { 1, 2, 3 } };

static int set_up(void **state)
{
    const struct vmsa_init init = { VMSA_LEGACY, 0xa00f11, 0x80b004, 0 };
    struct fake_rng rng = { 1 };

    (void)state;
    fake_rng_bytes(&rng, image, sizeof image);
    vmsa_init_bsp(&init, bsp);
    vmsa_init_ap(&init, ap);
    return firmware_from_bytes(BYTES_OF(image), "f", &firmware, NULL) ? 0 : -1;
}

/* The digest over one buffer in which everything lies in order. */
static void plainly(bool hashes, uint32_t vcpus, uint8_t ret[SHA256_LEN])
{
    OWN(buf_free) struct buf all = { 0 };
    uint8_t bytes[KERNEL_HASH_TABLE_LEN];

    kernel_hash_table_encode(&table, bytes);
    assert_true(buf_append(&all, BYTES_OF(image), NULL));
    if (hashes) {
        assert_true(buf_append(&all, BYTES_OF(bytes), NULL));
    }
    for (uint32_t i = 0; i < vcpus; i++) {
        assert_true(
            buf_append(&all, i == 0 ? BYTES_OF(bsp) : BYTES_OF(ap), NULL));
    }
    sha256(buf_bytes(&all), ret);
}

static void test_what_is_needed_and_absent_is_told(void **state)
{
    struct digest_inputs in = { .vcpus = 0 };
    uint8_t digest[SHA256_LEN] = { 7 };
    struct sevk_error err;

    (void)state;
    assert_fails(digest_compute(&in, digest, &err), &err, SEVK_USAGE,
                 "needs the firmware image");
    in.firmware = &firmware;
    in.vcpus = 1;
    assert_fails(digest_compute(&in, digest, &err), &err, SEVK_USAGE,
                 "the VMSA of the first vCPU");
    in.vmsa_bsp = bsp;
    assert_works(digest_compute(&in, digest, &err), &err);
    in.vcpus = 2;
    digest[0] = 7;
    assert_fails(digest_compute(&in, digest, &err), &err, SEVK_USAGE,
                 "the VMSA of the further vCPUs");
    in.vcpus = DIGEST_VCPUS_MAX + 1;
    in.vmsa_ap = ap;
    assert_fails(digest_compute(&in, digest, &err), &err, SEVK_USAGE,
                 "4097 vCPUs are more than 4096");
    assert_int_equal(digest[0], 7);
}

static void test_everything_enters_in_the_order_of_loading(void **state)
{
    (void)state;
    for (uint32_t vcpus = 0; vcpus < 6; vcpus++) {
        for (unsigned int hashes = 0; hashes < 2; hashes++) {
            struct digest_inputs in = {
                .firmware = &firmware,
                .kernel_hashes = hashes ? &table : NULL,
                .vcpus = vcpus,
                .vmsa_bsp = bsp,
                .vmsa_ap = ap,
            };
            uint8_t want[SHA256_LEN], got[SHA256_LEN];
            struct sevk_error err;

            plainly(hashes, vcpus, want);
            assert_works(digest_compute(&in, got, &err), &err);
            assert_memory_equal(got, want, sizeof got);
        }
    }
}

static void test_the_plain_digest_is_that_of_the_image(void **state)
{
    struct digest_inputs in = { .firmware = &firmware };
    uint8_t got[SHA256_LEN];

    (void)state;
    assert_true(digest_compute(&in, got, NULL));
    assert_memory_equal(got, firmware.digest, sizeof got);
}

static void test_a_digest_can_be_continued_in_many_ways(void **state)
{
    struct digest with = digest_begin(&firmware), without = with;
    uint8_t got[SHA256_LEN], want[SHA256_LEN];

    (void)state;
    digest_add_kernel_hashes(&with, &table);
    for (uint32_t vcpus = 0; vcpus < 4; vcpus++) {
        plainly(true, vcpus, want);
        digest_end(&with, got);
        assert_memory_equal(got, want, sizeof got);
        plainly(false, vcpus, want);
        digest_end(&without, got);
        assert_memory_equal(got, want, sizeof got);
        digest_add_vmsa(&with, vcpus == 0 ? bsp : ap);
        digest_add_vmsa(&without, vcpus == 0 ? bsp : ap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_needed_and_absent_is_told),
        cmocka_unit_test(test_everything_enters_in_the_order_of_loading),
        cmocka_unit_test(test_the_plain_digest_is_that_of_the_image),
        cmocka_unit_test(test_a_digest_can_be_continued_in_many_ways),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
