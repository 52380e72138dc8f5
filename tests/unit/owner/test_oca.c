/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's certificate authority: what it signs, and what it does not. */
#include "owner/oca.h"

#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/sev_signature.h"
#include "unit/owner/certs.h"

static struct p384_key *key_of(enum chain_role role)
{
    OWN(buf_free) struct buf der = vector_load(made_key(role));
    struct p384_key *key = NULL;
    struct sevk_error err = { 0 };

    assert_works(p384_key_parse(buf_bytes(&der), "key", &key, &err), &err);
    return key;
}

/* The request whose signed answer the made chain's PEK is. */
static void load_csr(struct sev_cert *ret)
{
    cert_load("session/pek.cert", ret);
    sev_cert_slot_set_empty(&ret->slots[0]);
    sev_cert_slot_set_empty(&ret->slots[1]);
}

static bool sign_with(const struct p384_key *key, struct bytes oca,
                      const struct sev_cert *csr, uint8_t *ret,
                      struct sevk_error *err)
{
    uint8_t bytes[SEV_CERT_LEN];

    sev_cert_encode(csr, bytes);
    return oca_sign_csr(key, oca, BYTES_OF(bytes), ret, err);
}

static void test_malformed_inputs_are_refused_at_each_length(void **state)
{
    OWN(p384_key_free) struct p384_key *key = key_of(CHAIN_OCA);
    OWN(buf_free) struct buf oca = vector_load("session/oca.cert");
    static struct sev_cert csr;
    uint8_t bytes[SEV_CERT_LEN];
    uint8_t pek[SEV_CERT_LEN] = { 77 };
    struct sevk_error err;

    (void)state;
    load_csr(&csr);
    sev_cert_encode(&csr, bytes);
    for (size_t n = 0; n < SEV_CERT_LEN; n += 31) {
        assert_fails(
            oca_sign_csr(key, buf_bytes(&oca), bytes_make(bytes, n), pek, &err),
            &err, SEVK_INPUT, "signing request");
        assert_fails(
            oca_sign_csr(key, bytes_make(oca.p, n), BYTES_OF(bytes), pek, &err),
            &err, SEVK_INPUT, "OCA");
    }
    assert_int_equal(pek[0], 77);
}

static void test_what_is_no_request_is_not_signed(void **state)
{
    OWN(p384_key_free) struct p384_key *key = key_of(CHAIN_OCA);
    OWN(buf_free) struct buf oca = vector_load("session/oca.cert");
    static struct sev_cert csr;
    uint8_t pek[SEV_CERT_LEN];
    struct sevk_error err;

    (void)state;
    load_csr(&csr);
    csr.pubkey_usage = SEV_USAGE_PDH;
    assert_fails(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err,
                 SEVK_INPUT, "of the kind PDH");
    load_csr(&csr);
    csr.pubkey_algo = SEV_ALGO_ECDH_SHA256;
    assert_fails(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err,
                 SEVK_INPUT, "no usable key");
    load_csr(&csr);
    csr.pubkey[0] = 1; /* the curve */
    assert_fails(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err,
                 SEVK_INPUT, "no usable key");
    load_csr(&csr);
    csr.pubkey[4] ^= 1; /* off the curve */
    assert_fails(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err,
                 SEVK_INPUT, "no usable key");
    cert_load("session/pek.cert", &csr);
    assert_fails(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err,
                 SEVK_INPUT, "signed already");
}

static void test_the_key_must_be_the_certificate_s(void **state)
{
    OWN(p384_key_free) struct p384_key *other = key_of(CHAIN_CEK);
    OWN(p384_key_free) struct p384_key *key = key_of(CHAIN_OCA);
    OWN(buf_free) struct buf oca = vector_load("session/oca.cert");
    static struct sev_cert csr;
    uint8_t pek[SEV_CERT_LEN];
    struct sevk_error err;

    (void)state;
    load_csr(&csr);
    assert_fails(sign_with(other, buf_bytes(&oca), &csr, pek, &err), &err,
                 SEVK_INPUT, "not that of the OCA certificate");
    oca.p[0x41c] ^= 1; /* its signature */
    assert_fails(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err,
                 SEVK_INPUT, "OCA: the OCA has a signature");
}

static void test_a_signed_request_keeps_its_body(void **state)
{
    OWN(p384_key_free) struct p384_key *key = key_of(CHAIN_OCA);
    OWN(buf_free) struct buf oca = vector_load("session/oca.cert");
    OWN(buf_free) struct buf real = vector_load("session/pek.cert");
    char reason[CHAIN_REASON_LEN];
    static struct sev_cert csr, signed_pek;
    uint8_t pek[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    load_csr(&csr);
    assert_works(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err);
    assert_memory_equal(pek, real.p, SEV_CERT_BODY_LEN);
    assert_true(sev_signature_holds(BYTES_OF(pek), CHAIN_PEK, buf_bytes(&oca),
                                    CHAIN_OCA, reason));
    assert_true(sev_cert_decode(BYTES_OF(pek), &signed_pek, NULL));
    assert_int_equal(signed_pek.slots[0].usage, SEV_USAGE_OCA);
    assert_int_equal(signed_pek.slots[0].algo, SEV_ALGO_ECDSA_SHA256);
    assert_true(sev_cert_slot_is_empty(&signed_pek.slots[1]));
}

static void test_a_new_oca_holds_and_signs_for_a_whole_chain(void **state)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    OWN(chain_free)
    struct chain *chain = chain_of(made_chain, 1 << CHAIN_PEK | 1 << CHAIN_OCA);
    OWN(trust_free) struct trust trust = trust_made();
    struct fake_rng seed = { 5 };
    static struct sev_cert csr, pek, decoded;
    static uint8_t oca[SEV_CERT_LEN], bytes[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(oca_make(rng_fake(&seed), &key, oca, &err), &err);
    assert_true(sev_cert_decode(BYTES_OF(oca), &decoded, NULL));
    assert_int_equal(decoded.api_major + decoded.api_minor, 0);
    assert_true(sev_cert_slot_is_empty(&decoded.slots[1]));
    load_csr(&csr);
    assert_works(sign_with(key, BYTES_OF(oca), &csr, bytes, &err), &err);
    assert_true(sev_cert_decode(BYTES_OF(bytes), &pek, NULL));
    /* What the firmware adds when it imports the two. */
    cert_sign(&pek, 1, CHAIN_CEK, SEV_USAGE_CEK, SEV_ALGO_ECDSA_SHA256);
    chain_put(chain, &pek);
    assert_works(chain_add(chain, BYTES_OF(oca), "new", &err), &err);
    assert_true(verdict_of(chain, &trust).yes);
}

/* sevctl 0.6.2 leaves in it what happened to lie in its memory. */
static void test_what_lies_behind_the_point_does_not_matter(void **state)
{
    OWN(buf_free) struct buf oca = vector_load("sevctl/oca.cert");
    OWN(buf_free) struct buf der = vector_load("sevctl/oca_key.der");
    OWN(p384_key_free) struct p384_key *key = NULL;
    static struct sev_cert csr;
    uint8_t pek[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    load_csr(&csr);
    assert_works(p384_key_parse(buf_bytes(&der), "key", &key, &err), &err);
    assert_works(sign_with(key, buf_bytes(&oca), &csr, pek, &err), &err);
}

static void test_without_random_bytes_there_is_no_oca(void **state)
{
    struct p384_key *key = NULL;
    uint8_t oca[SEV_CERT_LEN] = { 77 };
    struct sevk_error err;

    (void)state;
    assert_fails(oca_make(rng_failing(), &key, oca, &err), &err, SEVK_HOST,
                 "no random bytes");
    assert_null(key);
    assert_int_equal(oca[0], 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed_inputs_are_refused_at_each_length),
        cmocka_unit_test(test_what_is_no_request_is_not_signed),
        cmocka_unit_test(test_the_key_must_be_the_certificate_s),
        cmocka_unit_test(test_a_signed_request_keeps_its_body),
        cmocka_unit_test(test_a_new_oca_holds_and_signs_for_a_whole_chain),
        cmocka_unit_test(test_what_lies_behind_the_point_does_not_matter),
        cmocka_unit_test(test_without_random_bytes_there_is_no_oca),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
