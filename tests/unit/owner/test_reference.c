/* SPDX-License-Identifier: Apache-2.0 */
/* References: read strictly, written as read, and what follows from them. */
#include "owner/reference.h"

#include <sys/stat.h>

#include "base/own.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "wire/policy.h"

#define HEX        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEAD(type) "{\"schema\":\"sevkit.reference/1\",\"type\":\"" type "\""

static bool decodes(const char *text, struct sevk_error *err)
{
    struct reference r;

    return reference_decode(bytes_of_string(text), "r.json", &r, err);
}

static void test_what_is_no_reference_is_refused(void **state)
{
    static const struct {
        const char *text, *part;
    } rows[] = {
        { "", "not JSON" },
        { "{}", "'schema' is missing" },
        { "{\"schema\":\"sevkit.session/1\",\"type\":\"sev\"}", "the schema" },
        { "{\"schema\":\"sevkit.reference/1\"}", "'type' is missing" },
        { HEAD("sev-snp") "}", "'sev-snp' is neither" },
        { HEAD("sev") ",\"vcpu\":1}", "'vcpu' is not a known name" },
        { HEAD("sev") ",\"vcpus\":0}", "'vcpus' is 0" },
        { HEAD("sev") ",\"vcpus\":4097}", "'vcpus'" },
        { HEAD("sev") ",\"vcpus\":-1}", "'vcpus'" },
        { HEAD("sev") ",\"vcpus\":\"4\"}", "'vcpus' is not a whole number" },
        { HEAD("sev") ",\"policy\":\"0x41\"}", "reserved" },
        { HEAD("sev") ",\"policy\":\"0x7\"}", "the policy says otherwise" },
        { HEAD("sev-es") ",\"policy\":\"0x3\"}", "the policy says otherwise" },
        { HEAD("sev") ",\"policy\":3}", "'policy' is not a text" },
        { HEAD("sev") ",\"vm_type\":\"snp\"}", "'snp'" },
        { HEAD("sev") ",\"min_api\":\"1\"}", "'min_api' is not MAJOR.MINOR" },
        { HEAD("sev") ",\"min_api\":\"1.2,es\"}", "'min_api'" },
        { HEAD("sev") ",\"min_api\":1.51}", "'min_api' is not a text" },
        { HEAD("sev") ",\"firmware\":{}}", "'sha256_hex' is missing" },
        { HEAD("sev") ",\"firmware\":{\"sha256_hex\":\"" HEX "\"}}",
          "'size' is missing" },
        { HEAD("sev") ",\"firmware\":{\"sha256_hex\":\"00\",\"size\":1}}",
          "sha256_hex" },
        { HEAD("sev") ",\"firmware\":{\"sha256_hex\":\"" HEX
                      "\",\"size\":1,\"path\":\"x\"}}",
          "'path' is not a known name" },
        { HEAD("sev") ",\"kernel_hashes\":{\"kernel_hex\":\"" HEX "\"}}",
          "'initrd_hex' is missing" },
        { HEAD("sev") ",\"cpu_signature\":\"EPYC\"}", "cpu_signature" },
        { HEAD("sev") ",\"cpu_signature\":\"0x100000000\"}", "cpu_signature" },
        { HEAD("sev") ",\"platform_ids_hex\":[\"00\"]}", "platform_ids_hex" },
        { HEAD("sev") ",\"launch_digests_hex\":\"" HEX "\"}",
          "'launch_digests_hex' is not an array" },
        { HEAD("sev") ",\"firmware_measures_boot\":\"no\"}",
          "'firmware_measures_boot' is not true or false" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        assert_fails(decodes(rows[i].text, &err), &err, SEVK_INPUT,
                     rows[i].part);
        assert_non_null(strstr(err.message, "reference 'r.json': "));
    }
}

static void test_the_least_reference_says_nothing_but_its_type(void **state)
{
    static const char text[] = HEAD("sev-es") "}";
    struct reference r;
    struct sevk_error err;

    (void)state;
    assert_works(reference_decode(bytes_of_string(text), "r", &r, &err), &err);
    assert_int_equal(r.type, REFERENCE_SEV_ES);
    assert_false(r.has_firmware || r.has_kernel_hashes || r.has_vcpus ||
                 r.has_policy || r.has_min_api || r.has_cpu_signature ||
                 r.has_vm_type || r.has_sev_features ||
                 r.has_firmware_measures_boot);
    assert_int_equal(r.n_platform_ids + r.n_launch_digests, 0);
}

/* A reference whose fields are there or not, and what they are, by RNG. */
static void arbitrary(struct fake_rng *rng, struct reference *r)
{
    uint32_t bits = fake_rng_below(rng, 1u << 10);

    *r = (struct reference){ 0 };
    r->type = (bits & 1) != 0 ? REFERENCE_SEV_ES : REFERENCE_SEV;
    r->has_firmware = (bits & 2) != 0;
    r->has_kernel_hashes = (bits & 4) != 0;
    r->has_firmware_measures_boot = (bits & 8) != 0;
    r->has_vcpus = (bits & 16) != 0;
    r->has_cpu_signature = (bits & 32) != 0;
    r->has_vm_type = (bits & 64) != 0;
    r->has_sev_features = (bits & 128) != 0;
    r->has_policy = (bits & 256) != 0;
    r->has_min_api = (bits & 512) != 0;
    if (r->has_firmware) {
        fake_rng_bytes(rng, r->firmware_digest, SHA256_LEN);
        r->firmware_size = fake_rng_below(rng, FIRMWARE_MAX_LEN + 1);
    }
    if (r->has_kernel_hashes) {
        fake_rng_bytes(rng, (uint8_t *)&r->kernel_hashes,
                       sizeof r->kernel_hashes);
    }
    r->firmware_measures_boot =
        r->has_firmware_measures_boot && fake_rng_below(rng, 2) == 1;
    r->vcpus = r->has_vcpus ? 1 + fake_rng_below(rng, DIGEST_VCPUS_MAX) : 0;
    r->cpu_signature = r->has_cpu_signature ? fake_rng_below(rng, ~0u) : 0;
    r->vm_type =
        r->has_vm_type && fake_rng_below(rng, 2) ? VMSA_INIT2 : VMSA_LEGACY;
    r->sev_features = r->has_sev_features ? fake_rng_below(rng, ~0u) : 0;
    r->policy = r->has_policy
                    ? (fake_rng_below(rng, ~0u) & 0xffff003b) |
                          (r->type == REFERENCE_SEV_ES ? POLICY_ES : 0)
                    : 0;
    r->min_api_major = r->has_min_api ? (uint8_t)fake_rng_below(rng, 256) : 0;
    r->min_api_minor = r->has_min_api ? (uint8_t)fake_rng_below(rng, 256) : 0;
    r->n_platform_ids = fake_rng_below(rng, REFERENCE_LIST_MAX + 1);
    r->n_launch_digests = fake_rng_below(rng, 3);
    fake_rng_bytes(rng, (uint8_t *)r->platform_ids,
                   r->n_platform_ids * SHA256_LEN);
    fake_rng_bytes(rng, (uint8_t *)r->launch_digests,
                   r->n_launch_digests * SHA256_LEN);
}

static void test_what_is_encoded_is_decoded(void **state)
{
    struct fake_rng rng = { 8 };

    (void)state;
    for (size_t i = 0; i < 300; i++) {
        OWN(buf_free) struct buf text = { 0 }, again = { 0 };
        static struct reference r, back;
        struct sevk_error err;

        arbitrary(&rng, &r);
        assert_works(reference_encode(&r, &text, &err), &err);
        memset(&back, 0xff, sizeof back);
        assert_works(reference_decode(buf_bytes(&text), "r", &back, &err),
                     &err);
        assert_works(reference_encode(&back, &again, &err), &err);
        assert_bytes_equal(buf_bytes(&text), buf_bytes(&again));
        assert_int_equal(back.vcpus, r.vcpus);
        assert_int_equal(back.policy, r.policy);
        assert_int_equal(back.sev_features, r.sev_features);
        assert_memory_equal(back.kernel_hashes.cmdline, r.kernel_hashes.cmdline,
                            32);
        assert_memory_equal(back.platform_ids, r.platform_ids,
                            r.n_platform_ids * SHA256_LEN);
    }
}

static void test_every_truncation_is_refused(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct fake_rng rng = { 3 };
    static struct reference r;

    (void)state;
    arbitrary(&rng, &r);
    assert_true(reference_encode(&r, &text, NULL));
    for (size_t n = 0; n + 1 < text.n; n++) {
        assert_false(reference_decode(bytes_make(text.p, n), "r", &r, NULL));
    }
}

static void test_files_are_written_and_read(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "r.json");
    static struct reference r, back;
    struct fake_rng rng = { 5 };
    struct sevk_error err;
    struct stat st;

    (void)state;
    arbitrary(&rng, &r);
    assert_works(reference_write(path, &r, &err), &err);
    assert_works(reference_read(path, &back, &err), &err);
    assert_int_equal(back.type, r.type);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_fails(reference_read("/nowhere/r", &back, &err), &err, SEVK_INPUT,
                 "reference '/nowhere/r'");
    assert_int_equal(temp_dir_count(&dir), 1);
}

static void load_firmware(struct firmware *fw)
{
    OWN(buf_free) struct buf image = vector_load("ovmf/ovmf_AmdSev_suffix.bin");

    assert_true(firmware_from_bytes(buf_bytes(&image), "f", fw, NULL));
}

static void describe_firmware(const struct firmware *fw, struct reference *r)
{
    r->has_firmware = true;
    memcpy(r->firmware_digest, fw->digest, SHA256_LEN);
    r->firmware_size = fw->size;
}

static void test_another_image_than_the_references_is_refused(void **state)
{
    static struct reference r;
    struct firmware fw;
    struct sevk_error err;

    (void)state;
    load_firmware(&fw);
    assert_works(reference_check_firmware(&r, &fw, &err), &err);
    describe_firmware(&fw, &r);
    assert_works(reference_check_firmware(&r, &fw, &err), &err);
    r.firmware_size++;
    assert_fails(reference_check_firmware(&r, &fw, &err), &err, SEVK_REFUSED,
                 "the firmware image is not the reference's");
    r.firmware_size--;
    for (size_t i = 0; i < SHA256_LEN; i++) {
        r.firmware_digest[i] ^= 1;
        assert_fails(reference_check_firmware(&r, &fw, &err), &err,
                     SEVK_REFUSED, "it has 4096 bytes");
        r.firmware_digest[i] ^= 1;
    }
}

static void test_listed_digests_are_those_that_count(void **state)
{
    static struct reference r = { .n_launch_digests = 2 };
    uint8_t got[2][SHA256_LEN];
    struct sevk_error err;
    size_t n = 0;

    (void)state;
    r.launch_digests[0][0] = 1;
    r.launch_digests[1][0] = 2;
    assert_works(reference_launch_digests(&r, NULL, got, 2, &n, &err), &err);
    assert_int_equal(n, 2);
    assert_int_equal(got[1][0], 2);
    assert_fails(reference_launch_digests(&r, NULL, got, 1, &n, &err), &err,
                 SEVK_USAGE, "lists 2 digests");
}

static void test_a_firmware_digest_alone_is_enough_when_nothing_follows(
    void **state)
{
    static struct reference r = { .type = REFERENCE_SEV };
    uint8_t got[1][SHA256_LEN];
    struct firmware fw;
    struct sevk_error err;
    size_t n = 0;

    (void)state;
    load_firmware(&fw);
    assert_fails(reference_launch_digests(&r, NULL, got, 1, &n, &err), &err,
                 SEVK_USAGE, "the firmware image itself is needed");
    describe_firmware(&fw, &r);
    assert_works(reference_launch_digests(&r, NULL, got, 1, &n, &err), &err);
    assert_memory_equal(got[0], fw.digest, SHA256_LEN);
    r.has_kernel_hashes = true;
    assert_fails(reference_launch_digests(&r, NULL, got, 1, &n, &err), &err,
                 SEVK_USAGE, "the firmware image itself is needed");
    r.has_kernel_hashes = false;
    r.type = REFERENCE_SEV_ES;
    assert_fails(reference_launch_digests(&r, NULL, got, 1, &n, &err), &err,
                 SEVK_USAGE, "the firmware image itself is needed");
}

static void test_with_the_image_the_digest_is_computed(void **state)
{
    static struct reference r = { .type = REFERENCE_SEV_ES,
                                  .has_kernel_hashes = true,
                                  .kernel_hashes.kernel = { 1 },
                                  .has_vcpus = true,
                                  .vcpus = 3,
                                  .has_cpu_signature = true,
                                  .cpu_signature = 0xa00f11,
                                  .has_vm_type = true,
                                  .vm_type = VMSA_INIT2,
                                  .has_sev_features = true,
                                  .sev_features = 0x20 };
    const struct vmsa_init init = { VMSA_INIT2, 0xa00f11, 0x80b004, 0x20 };
    static uint8_t bsp[VMSA_LEN], ap[VMSA_LEN];
    uint8_t got[1][SHA256_LEN], want[SHA256_LEN];
    struct firmware fw;
    struct digest_inputs in = { .firmware = &fw,
                                .kernel_hashes = &r.kernel_hashes,
                                .vcpus = 3,
                                .vmsa_bsp = bsp,
                                .vmsa_ap = ap };
    struct sevk_error err;
    size_t n = 0;

    (void)state;
    load_firmware(&fw);
    describe_firmware(&fw, &r);
    vmsa_init_bsp(&init, bsp);
    vmsa_init_ap(&init, ap);
    assert_true(digest_compute(&in, want, NULL));
    assert_works(reference_launch_digests(&r, &fw, got, 1, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_memory_equal(got[0], want, sizeof want);
    r.has_vcpus = false;
    assert_fails(reference_launch_digests(&r, &fw, got, 1, &n, &err), &err,
                 SEVK_USAGE, "lacks the number of vCPUs");
    r.has_vcpus = true;
    fw.digest[0] ^= 1;
    assert_fails(reference_launch_digests(&r, &fw, got, 1, &n, &err), &err,
                 SEVK_REFUSED, "not the reference's");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_reference_is_refused),
        cmocka_unit_test(test_the_least_reference_says_nothing_but_its_type),
        cmocka_unit_test(test_what_is_encoded_is_decoded),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_files_are_written_and_read),
        cmocka_unit_test(test_another_image_than_the_references_is_refused),
        cmocka_unit_test(test_listed_digests_are_those_that_count),
        cmocka_unit_test(
            test_a_firmware_digest_alone_is_enough_when_nothing_follows),
        cmocka_unit_test(test_with_the_image_the_digest_is_computed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
