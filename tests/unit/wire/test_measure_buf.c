/* SPDX-License-Identifier: Apache-2.0 */
/* Measurements and attestation reports. */
#include "wire/measure_buf.h"

#include "base/own.h"
#include "layout.h"
#include "lib/hex.h"
#include "lib/vector.h"
#include "wire/sev_cert.h"

/* SHA-256 of "launch" begins so. */
#define LAUNCH_DIGEST "abfc412c"

static bool measure_again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct measure_buf m;

    if (!measure_buf_decode(in, &m, err)) {
        return false;
    }
    measure_buf_encode(&m, out);
    return true;
}

static bool report_again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct attestation a;

    if (!attestation_decode(in, &a, err)) {
        return false;
    }
    attestation_encode(&a, out);
    return true;
}

static const struct layout measure = { MEASURE_BUF_LEN, measure_again };
static const struct layout report = { ATTESTATION_LEN, report_again };

static void test_another_length_is_refused(void **state)
{
    OWN(buf_free) struct buf file = vector_load("attestation/report.bin");
    uint8_t zeros[MEASURE_BUF_LEN] = { 0 };

    (void)state;
    assert_length_is_exact(&measure, BYTES_OF(zeros));
    assert_length_is_exact(&report, buf_bytes(&file));
}

static void test_reserved_bytes_must_be_zero(void **state)
{
    OWN(buf_free) struct buf file = vector_load("attestation/report.bin");

    (void)state;
    assert_reserved(&report, buf_bytes(&file), 60, 4);
}

static void test_any_bytes_come_back(void **state)
{
    OWN(buf_free) struct buf file = vector_load("attestation/report.bin");
    uint8_t in[ATTESTATION_LEN];
    struct fake_rng rng = { 12 };

    (void)state;
    assert_comes_back(&report, buf_bytes(&file));
    assert_random_bytes_come_back(&measure);
    for (int round = 0; round < 200; round++) {
        fake_rng_bytes(&rng, in, sizeof in);
        memset(in + 60, 0, 4);
        assert_comes_back(&report, BYTES_OF(in));
    }
}

static void test_the_measure_comes_first_and_the_nonce_behind_it(void **state)
{
    struct measure_buf m = { .measure = { 1, 2 }, .mnonce = { 3, 4 } };
    uint8_t out[MEASURE_BUF_LEN];

    (void)state;
    measure_buf_encode(&m, out);
    assert_hex(
        BYTES_OF(out),
        "0102000000000000000000000000000000000000000000000000000000000000"
        "03040000000000000000000000000000");
}

/* formats.md 5. */
static void test_what_the_measure_is_the_mac_of(void **state)
{
    struct measure_input in = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = 0x33010005
    };
    uint8_t out[MEASURE_INPUT_LEN];

    (void)state;
    memset(in.digest, 0xdd, sizeof in.digest);
    memset(in.mnonce, 0xee, sizeof in.mnonce);
    measure_input_encode(&in, out);
    assert_hex(
        BYTES_OF(out),
        "04 01 33 03 05000133"
        "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
        "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");
}

/* The digest is SHA-256 of "launch". */
static void test_the_fields_of_a_recorded_report(void **state)
{
    OWN(buf_free) struct buf file = vector_load("attestation/report.bin");
    struct attestation a;

    (void)state;
    assert_true(attestation_decode(buf_bytes(&file), &a, NULL));
    assert_hex(BYTES_OF(a.mnonce), "000102030405060708090a0b0c0d0e0f");
    assert_hex(bytes_make(a.digest, 4), LAUNCH_DIGEST);
    assert_int_equal(a.policy, 5);
    assert_int_equal(a.sig_usage, SEV_USAGE_PEK);
    assert_int_equal(a.sig_algo, SEV_ALGO_ECDSA_SHA256);
    assert_true(bytes_all_zero(bytes_make(a.r + 48, 24)));
    assert_true(bytes_all_zero(bytes_make(a.s + 48, 24)));
    assert_memory_equal(a.r, file.p + 64, 48);
    assert_memory_equal(a.s, file.p + 136, 48);
}

static void test_a_dump_tells_every_field(void **state)
{
    OWN(buf_free) struct buf file = vector_load("attestation/report.bin");
    OWN(buf_free) struct buf text = { 0 };
    struct attestation a;

    (void)state;
    assert_true(attestation_decode(buf_bytes(&file), &a, NULL));
    assert_true(attestation_dump(&a, &text, NULL));
    assert_non_null(
        strstr(buf_string(&text),
               "mnonce            000102030405060708090a0b0c0d0e0f\n"
               "launch digest     " LAUNCH_DIGEST));
    assert_non_null(
        strstr(buf_string(&text),
               "policy            0x00000005\n"
               "signature by      PEK (1002h)\n"
               "signature kind    ECDSA with SHA-256 (2h)\n"
               "r                 000000000000000000000000000000000000000000"
               "000000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_reserved_bytes_must_be_zero),
        cmocka_unit_test(test_any_bytes_come_back),
        cmocka_unit_test(test_the_measure_comes_first_and_the_nonce_behind_it),
        cmocka_unit_test(test_what_the_measure_is_the_mac_of),
        cmocka_unit_test(test_the_fields_of_a_recorded_report),
        cmocka_unit_test(test_a_dump_tells_every_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
