/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts: what makes a no, and what a yes says of itself. */
#include "attest/verdict.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"
#include "owner/measurement.h"
#include "unit/attest/case.h"
#include "unit/owner/certs.h"
#include "wire/policy.h"

#define POLICY 0x03

/* An expectation of the case's files, and evidence that fits it. */
struct fixture {
    struct test_case *c;
    struct expectation *expectation;
    struct sevk_secret tik;
    struct evidence evidence;
    struct verdict_platform platform;
};

static void measure(struct fixture *f)
{
    struct measure_input in = {
        .api_major = f->evidence.api_major,
        .api_minor = f->evidence.api_minor,
        .build = f->evidence.build,
        .policy = f->evidence.policy,
        .mnonce = { 9, 8, 7 },
    };

    sha256(buf_bytes(&f->c->host.loaded), in.digest);
    memcpy(f->evidence.measure.mnonce, in.mnonce, sizeof in.mnonce);
    assert_works(measurement_compute(&in, &f->tik, f->evidence.measure.measure,
                                     &f->c->err),
                 &f->c->err);
}

static int setup(void **state)
{
    static const uint8_t key[MEASUREMENT_KEY_LEN] = { 1, 2, 3 };
    struct fixture *f = calloc(1, sizeof *f);
    struct sevk_error err;
    void *c = NULL;

    assert_non_null(f);
    assert_int_equal(case_setup(&c), 0);
    f->c = c;
    assert_works(expectation_read(&f->c->options.expect, &f->c->vm,
                                  &f->expectation, &err) &&
                     expectation_settle(f->expectation, POLICY, &err) &&
                     secret_copy(&f->tik, BYTES_OF(key), &err),
                 &err);
    f->evidence = (struct evidence){
        .api_major = 1, .api_minor = 51, .build = 3, .policy = POLICY
    };
    f->platform.verified = f->platform.has_id = true;
    measure(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    void *c = f->c;

    expectation_free(&f->expectation);
    secret_clear(&f->tik);
    free(f);
    return case_teardown(&c);
}

static void judge(struct fixture *f, struct verdict *v)
{
    assert_works(verdict_reach(&f->evidence, f->expectation, &f->platform,
                               &f->tik, v, &f->c->err),
                 &f->c->err);
}

static void assert_no(struct fixture *f, const char *reason)
{
    OWN(verdict_clear) struct verdict v = { 0 };

    judge(f, &v);
    assert_no_because(&v, reason);
    assert_true(v.has_inputs && v.has_evidence);
    assert_true(v.not_covered.n > 0);
}

static void evidence_that_fits_is_a_yes(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };

    judge(f, &v);
    assert_true(v.yes);
    assert_int_equal(v.reasons.n, 0);
    assert_true(v.covered.n > 0);
    assert_true(v.has_firmware && v.has_kernel_hashes);
    assert_memory_equal(v.digest, f->expectation->digests[0], SHA256_LEN);
}

static void every_flipped_bit_of_the_measurement_is_a_no(void **state)
{
    struct fixture *f = *state;

    for (unsigned int bit = 0; bit < 8 * 48; bit++) {
        uint8_t *at = bit < 256 ? &f->evidence.measure.measure[bit / 8]
                                : &f->evidence.measure.mnonce[bit / 8 - 32];

        *at ^= (uint8_t)(1u << bit % 8);
        assert_no(f, "not that of the expected firmware, kernel");
        *at ^= (uint8_t)(1u << bit % 8);
    }
}

static void every_flipped_bit_of_the_tik_is_a_no(void **state)
{
    struct fixture *f = *state;

    for (unsigned int bit = 0; bit < 8 * MEASUREMENT_KEY_LEN; bit++) {
        secret_expose_mutable(&f->tik)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_no(f, "the session is another one");
        secret_expose_mutable(&f->tik)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void what_the_host_says_wrongly_is_a_no(void **state)
{
    struct fixture *f = *state;
    const struct evidence right = f->evidence;

    f->evidence.api_minor = 52;
    assert_no(f, "not that of the expected");
    f->evidence = right;
    f->evidence.build = 4;
    assert_no(f, "not that of the expected");
    f->evidence = right;
    for (unsigned int bit = 0; bit < 32; bit++) {
        f->evidence.policy = right.policy ^ 1u << bit;
        assert_no(f, "instead of 0x03");
    }
}

static void a_guest_that_runs_under_another_policy_is_a_no(void **state)
{
    struct fixture *f = *state;

    f->evidence.policy = 0x01; /* and its MAC is right */
    measure(f);
    assert_no(f, "under policy 0x01 (nodbg) instead of 0x03 (nodbg,noks)");
}

static void firmware_below_the_least_api_is_a_no_although_it_fits(void **state)
{
    struct fixture *f = *state;

    f->evidence.api_minor = 49;
    measure(f);
    assert_no(f, "at least 1.51");
    f->evidence.api_major = 0;
    f->evidence.api_minor = 12;
    assert_no(f, "below 0.17");
}

static void one_of_several_digests_is_enough(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };
    struct expectation *e = f->expectation;

    e->n_digests = 3;
    memcpy(e->digests[1], e->digests[0], SHA256_LEN);
    memset(e->digests[0], 0, SHA256_LEN);
    judge(f, &v);
    assert_true(v.yes);
    assert_memory_equal(v.digest, e->digests[1], SHA256_LEN);
    memset(e->digests[1], 1, SHA256_LEN);
    assert_no(f, "not that of the expected");
}

/* -- The platform. ------------------------------------------------------------------- */

static void keys_that_nobody_vouches_for_are_said_in_a_yes(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };

    f->platform = (struct verdict_platform){ 0 };
    judge(f, &v);
    assert_true(v.yes);
    assert_true(says(&v.not_covered, "no verified certificate chain"));
}

static void a_named_platform_needs_somebody_who_vouches(void **state)
{
    struct fixture *f = *state;

    f->expectation->rules.n_platforms = 1; /* id: 32 zero bytes */
    f->platform = (struct verdict_platform){ 0 };
    assert_no(f, "which platform the keys were made for");
    /* The id that is asked for, but of a chain that does not hold. */
    f->platform.has_id = true;
    assert_no(f, "which platform the keys were made for");
    f->platform.verified = true;
    f->platform.has_id = false;
    assert_no(f, "which platform the keys were made for");
    f->platform.verified = f->platform.has_id = true;
    f->platform.id[0] = 1;
    assert_no(f, "none of the 1");
}

static void a_chain_that_does_not_hold_is_a_no_for_each_link(void **state)
{
    struct fixture *f = *state;
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 1 << CHAIN_PEK);
    OWN(trust_free) struct trust trust = trust_made();
    OWN(verdict_clear) struct verdict v = { 0 };
    struct chain_verdict cv = verdict_of(chain, &trust);

    assert_works(verdict_of_chain(&cv, &f->expectation->rules, &v, &f->c->err),
                 &f->c->err);
    assert_false(v.yes);
    assert_int_equal(v.reasons.n, 3); /* by CEK, by OCA, and the PDH */
    assert_true(says(&v.reasons, "PEK by CEK"));
    assert_false(v.platform.verified);
    assert_false(v.has_evidence);
}

static void keys_that_old_firmware_gave_away_are_a_no(void **state)
{
    struct fixture *f = *state;
    static const struct {
        uint8_t minor;
        bool yes;
    } rows[] = { { 16, false }, { 17, true }, { 22, true } };

    f->expectation->rules.min_api_major = 0;
    f->expectation->rules.min_api_minor = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWN(chain_free)
        struct chain *chain = chain_of(made_chain, 1u << CHAIN_PDH);
        OWN(trust_free) struct trust trust = trust_made();
        OWN(verdict_clear) struct verdict v = { 0 };
        struct chain_verdict cv;
        struct sev_cert pdh;

        cert_load("session/pdh.cert", &pdh);
        pdh.api_major = 0;
        pdh.api_minor = rows[i].minor;
        cert_sign(&pdh, 0, CHAIN_PEK, SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA256);
        chain_put(chain, &pdh);
        cv = verdict_of(chain, &trust);
        assert_true(cv.yes);
        assert_works(
            verdict_of_chain(&cv, &f->expectation->rules, &v, &f->c->err),
            &f->c->err);
        assert_int_equal(v.yes, rows[i].yes);
        assert_int_equal(says(&v.reasons, "CVE-2019-9836"), !rows[i].yes);
    }
}

static void a_virtual_platform_is_called_so_in_every_verdict(void **state)
{
    struct fixture *f = *state;
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    OWN(verdict_clear) struct verdict v = { 0 };
    struct chain_verdict cv = verdict_of(chain, &trust);

    f->platform = verdict_platform_of_chain(&cv);
    assert_true(f->platform.verified && f->platform.is_virtual);
    judge(f, &v);
    assert_true(v.yes && v.platform.is_virtual);
    assert_true(says(&v.not_covered, "VIRTUAL"));
}

#define VERDICT_TEST(name)                                                     \
    cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        VERDICT_TEST(evidence_that_fits_is_a_yes),
        VERDICT_TEST(every_flipped_bit_of_the_measurement_is_a_no),
        VERDICT_TEST(every_flipped_bit_of_the_tik_is_a_no),
        VERDICT_TEST(what_the_host_says_wrongly_is_a_no),
        VERDICT_TEST(a_guest_that_runs_under_another_policy_is_a_no),
        VERDICT_TEST(firmware_below_the_least_api_is_a_no_although_it_fits),
        VERDICT_TEST(one_of_several_digests_is_enough),
        VERDICT_TEST(keys_that_nobody_vouches_for_are_said_in_a_yes),
        VERDICT_TEST(a_named_platform_needs_somebody_who_vouches),
        VERDICT_TEST(a_chain_that_does_not_hold_is_a_no_for_each_link),
        VERDICT_TEST(keys_that_old_firmware_gave_away_are_a_no),
        VERDICT_TEST(a_virtual_platform_is_called_so_in_every_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
