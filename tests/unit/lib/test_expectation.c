/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/expectation.c. */
#include "base/own.h"
#include "crypto/hash.h"
#include "lib/vector.h"
#include "unit/lib/stage.h"

#define SEV    0x03u
#define SEV_ES 0x07u

static void digest_of(const struct sevk_expectation *e, uint32_t policy,
                      uint8_t ret[SEVK_DIGEST_LEN])
{
    struct sevk_error err;

    assert_works(sevk_expectation_digest(e, policy, ret, &err), &err);
}

static void test_without_values_it_says_what_is_missing(void **state)
{
    OWN(sevk_expectation_free) struct sevk_expectation *e = NULL;
    uint8_t digest[SEVK_DIGEST_LEN];
    struct sevk_error err;

    (void)state;
    sevk_expectation_free(&e); /* NULL is fine */
    assert_works(sevk_expectation_new(&e, &err), &err);
    assert_fails(sevk_expectation_digest(e, SEV, digest, &err), &err,
                 SEVK_USAGE, "firmware");
}

static void test_values_out_of_bounds_change_nothing(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    uint8_t before[SEVK_DIGEST_LEN], after[SEVK_DIGEST_LEN];
    struct sevk_error err;

    (void)state;
    digest_of(e, SEV, before);
    assert_fails(sevk_expectation_set_vcpus(e, 0, &err), &err, SEVK_USAGE, "");
    assert_fails(sevk_expectation_set_vcpus(e, 4097, &err), &err, SEVK_USAGE,
                 "4097");
    assert_fails(sevk_expectation_set_cpu(e, "EPYC-Milano", &err), &err,
                 SEVK_USAGE, "EPYC-Milan");
    assert_fails(sevk_expectation_set_cpu(e, "host", &err), &err, SEVK_USAGE,
                 "host");
    assert_fails(sevk_expectation_set_vm_type(e, "init3", &err), &err,
                 SEVK_USAGE, "init3");
    assert_fails(sevk_expectation_set_policy(e, 0x80, &err), &err, SEVK_USAGE,
                 "reserved");
    assert_fails(
        sevk_expectation_set_kernel(e, "/no/such/file", NULL, NULL, &err), &err,
        SEVK_INPUT, "/no/such/file");
    digest_of(e, SEV, after);
    assert_memory_equal(before, after, sizeof before);
}

static void test_the_digest_is_the_hash_of_what_is_loaded(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    OWN(buf_free)
    struct buf bsp = vector_load("vmsa/milan-EPYC-Milan_legacy_bsp.bin");
    OWN(buf_free)
    struct buf ap = vector_load("vmsa/milan-EPYC-Milan_legacy_ap_80b004.bin");
    uint8_t got[SEVK_DIGEST_LEN], wanted[SEVK_DIGEST_LEN];
    struct sevk_error err;

    (void)state;
    digest_of(e, SEV, got);
    sha256(buf_bytes(&s->image), wanted);
    assert_memory_equal(got, wanted, sizeof got);

    assert_fails(sevk_expectation_digest(e, SEV_ES, got, &err), &err,
                 SEVK_USAGE, "vcpus");
    assert_works(sevk_expectation_set_vcpus(e, 3, &err), &err);
    assert_works(sevk_expectation_set_cpu(e, "EPYC-Milan", &err), &err);
    digest_of(e, SEV_ES, got);
    assert_works(buf_append(&s->image, buf_bytes(&bsp), &err), &err);
    assert_works(buf_append(&s->image, buf_bytes(&ap), &err), &err);
    assert_works(buf_append(&s->image, buf_bytes(&ap), &err), &err);
    sha256(buf_bytes(&s->image), wanted);
    assert_memory_equal(got, wanted, sizeof got);
}

static void test_vmsas_as_they_are_count_as_made_ones(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_expectation_free)
    struct sevk_expectation *made = stage_expectation(s);
    OWN(sevk_expectation_free)
    struct sevk_expectation *given = stage_expectation(s);
    OWN(buf_free)
    struct buf bsp = vector_load("vmsa/naples-EPYC_init2_bsp.bin");
    OWN(buf_free)
    struct buf ap = vector_load("vmsa/naples-EPYC_init2_ap_80b004.bin");
    uint8_t a[SEVK_DIGEST_LEN], b[SEVK_DIGEST_LEN];
    struct sevk_error err;

    (void)state;
    assert_works(sevk_expectation_set_vcpus(made, 2, &err), &err);
    assert_works(sevk_expectation_set_cpu(made, "EPYC", &err), &err);
    assert_works(sevk_expectation_set_vm_type(made, "init2", &err), &err);
    assert_works(sevk_expectation_set_vcpus(given, 2, &err), &err);
    assert_works(sevk_expectation_set_vmsas(given, bsp.p, ap.p, &err), &err);
    digest_of(made, SEV_ES, a);
    digest_of(given, SEV_ES, b);
    assert_memory_equal(a, b, sizeof a);
    sevk_expectation_set_sev_features(made, 0x20);
    digest_of(made, SEV_ES, a);
    assert_memory_not_equal(a, b, sizeof a);
}

static void test_kernels_count_by_their_hashes(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_expectation_free)
    struct sevk_expectation *files = stage_expectation(s);
    OWN(sevk_expectation_free)
    struct sevk_expectation *hashes = stage_expectation(s);
    uint8_t kernel[32], initrd[32];
    uint8_t a[SEVK_DIGEST_LEN], b[SEVK_DIGEST_LEN];
    struct sevk_error err;

    (void)state;
    sha256(bytes_of_string("kernel"), kernel);
    sha256(bytes_of_string("initrd"), initrd);
    assert_works(
        sevk_expectation_set_kernel(files, s->kernel, s->initrd, NULL, &err),
        &err);
    sevk_expectation_set_kernel_hashes(hashes, kernel, initrd, NULL);
    digest_of(files, SEV, a);
    digest_of(hashes, SEV, b);
    assert_memory_equal(a, b, sizeof a);
    sevk_expectation_set_kernel_hashes(hashes, kernel, NULL, NULL);
    digest_of(hashes, SEV, b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_works(sevk_expectation_set_kernel(files, s->kernel, NULL, "", &err),
                 &err);
    digest_of(files, SEV, a);
    assert_memory_equal(a, b, sizeof a);
}

static void test_listed_digests_last_until_values_change(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    const uint8_t listed[SEVK_DIGEST_LEN] = { 0xab };
    uint8_t got[SEVK_DIGEST_LEN];
    struct sevk_error err;

    (void)state;
    for (int i = 0; i < 64; i++) {
        assert_works(sevk_expectation_add_digest(e, listed, &err), &err);
    }
    assert_fails(sevk_expectation_add_digest(e, listed, &err), &err, SEVK_USAGE,
                 "64");
    digest_of(e, SEV, got);
    assert_memory_equal(got, listed, sizeof got);
    assert_works(sevk_expectation_set_vcpus(e, 2, &err), &err);
    digest_of(e, SEV, got);
    assert_memory_not_equal(got, listed, sizeof got);
}

static char *write_reference(const struct stage *s, const char *digest)
{
    char text[512];

    snprintf(text, sizeof text,
             "{ \"schema\": \"sevkit.reference/1\", \"type\": \"sev\",\n"
             "  \"firmware\": { \"sha256_hex\": \"%s\", \"size\": 4096 },\n"
             "  \"policy\": \"0x03\" }\n",
             digest);
    return temp_dir_write(&s->dir, "reference.json", bytes_of_string(text));
}

static void test_a_reference_comes_first(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_expectation_free)
    struct sevk_expectation *used = stage_expectation(s);
    OWN(sevk_expectation_free) struct sevk_expectation *e = NULL;
    OWN(sevk_firmware_free) struct sevk_firmware *firmware = NULL;
    char other[] =
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    OWN(own_free) char *path = write_reference(s, other);
    uint8_t digest[SEVK_DIGEST_LEN];
    struct sevk_error err;

    (void)state;
    assert_works(sevk_expectation_new(&e, &err), &err);
    assert_fails(sevk_expectation_read_reference(used, path, &err), &err,
                 SEVK_USAGE, "before");
    assert_fails(sevk_expectation_read_reference(e, s->kernel, &err), &err,
                 SEVK_INPUT, s->kernel);
    assert_works(sevk_expectation_read_reference(e, path, &err), &err);
    digest_of(e, SEV, digest);
    assert_int_equal(digest[1], 0x11);
    assert_fails(sevk_expectation_digest(e, 0x01, digest, &err), &err,
                 SEVK_USAGE, "policy");
    assert_works(sevk_firmware_read(s->firmware, &firmware, &err), &err);
    assert_fails(sevk_expectation_set_firmware(e, firmware, &err), &err,
                 SEVK_REFUSED, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_values_it_says_what_is_missing),
        cmocka_unit_test(test_values_out_of_bounds_change_nothing),
        cmocka_unit_test(test_the_digest_is_the_hash_of_what_is_loaded),
        cmocka_unit_test(test_vmsas_as_they_are_count_as_made_ones),
        cmocka_unit_test(test_kernels_count_by_their_hashes),
        cmocka_unit_test(test_listed_digests_last_until_values_change),
        cmocka_unit_test(test_a_reference_comes_first),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
