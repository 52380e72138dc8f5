/* SPDX-License-Identifier: Apache-2.0 */
/* Measurements: the right MAC is a yes, everything else a no. */
#include "owner/measurement.h"

#include "base/base64.h"
#include "base/own.h"
#include "crypto/hash.h"
#include "lib/hex.h"
#include "lib/unit.h"
#include "wire/policy.h"

/* TIK 10h to 1fh, API 1.51, build 3, policy 7, SHA-256 of "launch", mnonce 00h
 * to 0fh; the MAC was made by Python's hmac module. */
static const char vector_mac[] = "29e56bedc8fbe3ce54dcb1ab33c5976c"
                                 "61df5e1ddf851f6b0c25dce6c3065544";

static void vector_tik(struct sevk_secret *ret)
{
    assert_true(secret_alloc(ret, 16, NULL));
    for (uint8_t i = 0; i < 16; i++) {
        secret_expose_mutable(ret)[i] = (uint8_t)(0x10 + i);
    }
}

static struct measure_buf vector_evidence(void)
{
    struct measure_buf m;

    unhex(vector_mac, m.measure, sizeof m.measure);
    for (uint8_t i = 0; i < 16; i++) {
        m.mnonce[i] = i;
    }
    return m;
}

static struct measurement_expected vector_expected(void)
{
    struct measurement_expected e = { .vcpus = 4 };

    sha256(bytes_of_string("launch"), e.digest);
    return e;
}

static bool says_yes(const struct measure_buf *m, uint8_t major, uint8_t minor,
                     uint8_t build, uint32_t policy,
                     const struct measurement_expected *e,
                     const struct sevk_secret *tik)
{
    struct measurement_verdict v;
    struct sevk_error err;

    assert_works(
        measurement_verify(m, major, minor, build, policy, e, tik, &v, &err),
        &err);
    assert_int_equal(v.n_covered > 0, v.yes);
    return v.yes;
}

static void test_the_vector_is_a_yes(void **state)
{
    struct measure_buf m = vector_evidence();
    struct measurement_expected e = vector_expected();
    struct measure_input in = { 1, 51, 3, 7, { 0 }, { 0 } };
    struct sevk_error err;
    uint8_t mac[32];
    SECRET(tik);

    (void)state;
    vector_tik(&tik);
    memcpy(in.digest, e.digest, sizeof in.digest);
    memcpy(in.mnonce, m.mnonce, sizeof in.mnonce);
    assert_works(measurement_compute(&in, &tik, mac, &err), &err);
    assert_hex(BYTES_OF(mac), vector_mac);
    assert_true(says_yes(&m, 1, 51, 3, 7, &e, &tik));
}

static void test_any_flipped_bit_of_the_evidence_is_a_no(void **state)
{
    struct measurement_expected e = vector_expected();
    SECRET(tik);

    (void)state;
    vector_tik(&tik);
    for (size_t bit = 0; bit < 8 * MEASURE_BUF_LEN; bit++) {
        struct measure_buf m = vector_evidence();
        uint8_t *at =
            bit / 8 < 32 ? &m.measure[bit / 8] : &m.mnonce[bit / 8 - 32];

        *at ^= (uint8_t)(1u << bit % 8);
        assert_false(says_yes(&m, 1, 51, 3, 7, &e, &tik));
    }
}

static void test_any_other_input_is_a_no(void **state)
{
    struct measure_buf m = vector_evidence();
    struct measurement_expected e = vector_expected(), other = e;
    SECRET(tik);

    (void)state;
    vector_tik(&tik);
    assert_false(says_yes(&m, 1, 52, 3, 7, &e, &tik));
    assert_false(says_yes(&m, 2, 51, 3, 7, &e, &tik));
    assert_false(says_yes(&m, 1, 51, 4, 7, &e, &tik));
    assert_false(says_yes(&m, 1, 51, 3, 0xf, &e, &tik));
    assert_false(says_yes(&m, 1, 51, 3, 0x01000007, &e, &tik));
    for (size_t bit = 0; bit < 256; bit++) {
        other = e;
        other.digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(says_yes(&m, 1, 51, 3, 7, &other, &tik));
    }
    for (size_t bit = 0; bit < 128; bit++) {
        secret_expose_mutable(&tik)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(says_yes(&m, 1, 51, 3, 7, &e, &tik));
        secret_expose_mutable(&tik)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(says_yes(&m, 1, 51, 3, 7, &e, &tik));
}

static void test_a_tik_of_another_length_is_refused(void **state)
{
    struct measure_buf m = vector_evidence();
    struct measurement_expected e = vector_expected();
    struct measurement_verdict v = { .yes = true };
    struct sevk_secret empty = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(measurement_verify(&m, 1, 51, 3, 7, &e, &empty, &v, &err),
                 &err, SEVK_INPUT, "the TIK has 0 bytes, not 16");
    for (size_t n = 1; n < 40; n++) {
        SECRET(tik);

        assert_true(secret_alloc(&tik, n, NULL));
        assert_int_equal(
            measurement_verify(&m, 1, 51, 3, 7, &e, &tik, &v, &err), n == 16);
    }
}

static void test_firmware_that_does_not_bind_secrets_is_refused(void **state)
{
    static const struct {
        uint8_t major, minor;
        bool ok;
    } rows[] = { { 0, 0, false },  { 0, 16, false }, { 0, 17, true },
                 { 0, 255, true }, { 1, 0, true },   { 255, 0, true } };
    struct measure_buf m = vector_evidence();
    struct measurement_expected e = vector_expected();
    struct measurement_verdict v;
    SECRET(tik);

    (void)state;
    vector_tik(&tik);
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err = { 0 };

        assert_int_equal(measurement_verify(&m, rows[i].major, rows[i].minor, 3,
                                            7, &e, &tik, &v, &err),
                         rows[i].ok);
        assert_int_equal(err.code, rows[i].ok ? SEVK_OK : SEVK_REFUSED);
        assert_int_equal(
            measurement_check_api(rows[i].major, rows[i].minor, NULL),
            rows[i].ok);
    }
}

static void test_vcpus_and_sev_es_go_together(void **state)
{
    struct measure_buf m = vector_evidence();
    struct measurement_expected e = vector_expected();
    struct measurement_verdict v;
    struct sevk_error err;
    SECRET(tik);

    (void)state;
    vector_tik(&tik);
    assert_fails(measurement_verify(&m, 1, 51, 3, 3, &e, &tik, &v, &err), &err,
                 SEVK_USAGE, "does not ask for SEV-ES");
    e.vcpus = 0;
    assert_fails(measurement_verify(&m, 1, 51, 3, 7, &e, &tik, &v, &err), &err,
                 SEVK_USAGE, "asks for SEV-ES, which needs");
}

static bool mentions(const char *const *sentences, size_t n, const char *part)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(sentences[i], part) != NULL) {
            return true;
        }
    }
    return false;
}

/* A verdict over the vector's digest with the MAC that fits POLICY. */
static void verdict_for(uint32_t policy, bool hashes, bool measures_boot,
                        bool right, struct measurement_verdict *ret)
{
    struct measurement_expected e = vector_expected();
    struct measure_buf m = vector_evidence();
    struct measure_input in = { 1, 51, 3, policy, { 0 }, { 0 } };
    SECRET(tik);

    vector_tik(&tik);
    e.kernel_hashes = hashes;
    e.firmware_measures_boot = measures_boot;
    e.vcpus = (policy & POLICY_ES) != 0 ? 4 : 0;
    memcpy(in.digest, e.digest, sizeof in.digest);
    memcpy(in.mnonce, m.mnonce, sizeof in.mnonce);
    assert_true(measurement_compute(&in, &tik, m.measure, NULL));
    m.measure[0] ^= right ? 0 : 1;
    assert_true(measurement_verify(&m, 1, 51, 3, policy, &e, &tik, ret, NULL));
    assert_int_equal(ret->yes, right);
}

static void test_a_verdict_tells_what_it_covers(void **state)
{
    static const struct {
        uint32_t policy;
        bool hashes, measures_boot;
        bool covers_kernel, covers_vcpus, boot_open;
    } rows[] = {
        { 3, false, false, false, false, true },
        { 3, true, false, true, false, false },
        { 7, false, false, false, true, true },
        { 7, true, false, true, true, false },
        { 7, false, true, false, true, false },
    };
    struct measurement_verdict v;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        verdict_for(rows[i].policy, rows[i].hashes, rows[i].measures_boot, true,
                    &v);
        assert_int_equal(mentions(v.covered, v.n_covered, "command line"),
                         rows[i].covers_kernel);
        assert_int_equal(
            mentions(v.covered, v.n_covered, "the number of vCPUs"),
            rows[i].covers_vcpus);
        assert_int_equal(mentions(v.not_covered, v.n_not_covered, "the vCPUs:"),
                         !rows[i].covers_vcpus);
        assert_int_equal(
            mentions(v.not_covered, v.n_not_covered, "which kernel is booted"),
            rows[i].boot_open);
        assert_true(mentions(v.not_covered, v.n_not_covered, "disks"));
        assert_true(mentions(v.not_covered, v.n_not_covered, "addresses"));
    }
}

static void test_a_no_covers_nothing_and_tells_the_inputs(void **state)
{
    struct measurement_verdict v;
    uint8_t digest[32];

    (void)state;
    verdict_for(7, true, false, false, &v);
    assert_int_equal(v.n_covered, 0);
    sha256(bytes_of_string("launch"), digest);
    assert_memory_equal(v.used.digest, digest, sizeof digest);
    assert_int_equal(v.used.policy, 7);
    assert_int_equal(v.used.api_minor, 51);
    assert_int_equal(v.used.mnonce[15], 15);
}

static void test_measurements_in_text_have_48_bytes(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    uint8_t bytes[MEASURE_BUF_LEN] = { 1, [47] = 2 };
    struct measure_buf m;
    struct sevk_error err;

    (void)state;
    assert_true(base64_append(&text, BYTES_OF(bytes), NULL));
    assert_works(measurement_parse(buf_string(&text), &m, &err), &err);
    assert_int_equal(m.measure[0], 1);
    assert_int_equal(m.mnonce[15], 2);
    for (size_t n = 0; n < text.n; n++) {
        char cut[80];

        memcpy(cut, text.p, n);
        cut[n] = '\0';
        assert_fails(measurement_parse(cut, &m, &err), &err, SEVK_INPUT,
                     "measurement");
    }
    assert_true(buf_append_string(&text, "AAAA", NULL));
    assert_fails(measurement_parse(buf_string(&text), &m, &err), &err,
                 SEVK_INPUT, "measurement");
}

static void test_a_probe_agrees_with_the_verdict(void **state)
{
    OWN(measurement_probe_clear) struct measurement_probe probe;
    struct measure_buf m = vector_evidence();
    struct measurement_expected e = vector_expected();
    struct measure_input in = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = 7
    };
    struct sevk_error err;
    SECRET(tik);

    (void)state;
    vector_tik(&tik);
    memcpy(in.digest, e.digest, sizeof in.digest);
    memcpy(in.mnonce, m.mnonce, sizeof in.mnonce);
    assert_works(measurement_probe_init(&probe, &tik, m.measure, &err), &err);
    assert_true(measurement_probe_fits(&probe, &in));
    in.build ^= 1;
    assert_false(measurement_probe_fits(&probe, &in));
    in.build ^= 1;
    in.digest[31] ^= 1;
    assert_false(measurement_probe_fits(&probe, &in));
    assert_true(secret_alloc(&tik, 15, NULL));
    assert_fails(measurement_probe_init(&probe, &tik, m.measure, &err), &err,
                 SEVK_INPUT, "15 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vector_is_a_yes),
        cmocka_unit_test(test_any_flipped_bit_of_the_evidence_is_a_no),
        cmocka_unit_test(test_any_other_input_is_a_no),
        cmocka_unit_test(test_a_tik_of_another_length_is_refused),
        cmocka_unit_test(test_firmware_that_does_not_bind_secrets_is_refused),
        cmocka_unit_test(test_vcpus_and_sev_es_go_together),
        cmocka_unit_test(test_a_verdict_tells_what_it_covers),
        cmocka_unit_test(test_a_no_covers_nothing_and_tells_the_inputs),
        cmocka_unit_test(test_measurements_in_text_have_48_bytes),
        cmocka_unit_test(test_a_probe_agrees_with_the_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
