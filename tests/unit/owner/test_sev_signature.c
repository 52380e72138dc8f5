/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures in SEV certificates: slots, usages, algorithms, keys. */
#include "owner/sev_signature.h"

#include "base/cursor.h"
#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "unit/owner/certs.h"

static char reason[CHAIN_REASON_LEN];

static bool holds(const struct sev_cert *child, enum chain_role child_role,
                  const struct sev_cert *parent, enum chain_role parent_role)
{
    static uint8_t a[SEV_CERT_LEN], b[SEV_CERT_LEN];

    sev_cert_encode(child, a);
    sev_cert_encode(parent, b);
    reason[0] = '\0';
    return sev_signature_holds(BYTES_OF(a), child_role, BYTES_OF(b),
                               parent_role, reason);
}

#define assert_no(call, part)                                                  \
    do {                                                                       \
        assert_false(call);                                                    \
        if (strstr(reason, (part)) == NULL) {                                  \
            fail_msg("'%s' does not contain '%s'", reason, (part));            \
        }                                                                      \
    } while (0)

static void test_malformed_certificates_are_a_no(void **state)
{
    OWN(buf_free) struct buf pek = vector_load("session/pek.cert");
    OWN(buf_free) struct buf pdh = vector_load("session/pdh.cert");

    (void)state;
    for (size_t n = 0; n < pek.n; n += 13) {
        assert_no(sev_signature_holds(buf_bytes(&pdh), CHAIN_PDH,
                                      bytes_make(pek.p, n), CHAIN_PEK, reason),
                  "malformed");
        assert_no(sev_signature_holds(bytes_make(pdh.p, n), CHAIN_PDH,
                                      buf_bytes(&pek), CHAIN_PEK, reason),
                  "malformed");
    }
}

static void test_either_slot_will_do(void **state)
{
    static struct sev_cert pek, oca, cek;

    (void)state;
    cert_load("session/oca.cert", &oca);
    cert_load("session/cek_unsigned.cert", &cek);
    for (size_t i = 0; i < 2; i++) {
        cert_load("session/pek.cert", &pek);
        sev_cert_slot_set_empty(&pek.slots[0]);
        sev_cert_slot_set_empty(&pek.slots[1]);
        cert_sign(&pek, i, CHAIN_OCA, SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256);
        assert_true(holds(&pek, CHAIN_PEK, &oca, CHAIN_OCA));
        assert_no(holds(&pek, CHAIN_PEK, &cek, CHAIN_CEK),
                  "the PEK carries no signature by the CEK");
        cert_sign(&pek, 1 - i, CHAIN_CEK, SEV_USAGE_CEK, SEV_ALGO_ECDSA_SHA256);
        assert_true(holds(&pek, CHAIN_PEK, &cek, CHAIN_CEK));
        assert_true(holds(&pek, CHAIN_PEK, &oca, CHAIN_OCA));
    }
}

static void test_the_hash_is_that_of_the_slots_algorithm(void **state)
{
    static struct sev_cert pdh, pek;

    (void)state;
    cert_load("session/pdh.cert", &pdh);
    cert_load("session/pek.cert", &pek);
    cert_sign(&pdh, 0, CHAIN_PEK, SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA384);
    assert_true(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK));
    pdh.slots[0].algo = SEV_ALGO_ECDSA_SHA256;
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK), "does not hold");
}

static void test_a_slots_usage_must_be_the_parents(void **state)
{
    static const uint32_t usages[] = { SEV_USAGE_OCA, SEV_USAGE_CEK,
                                       SEV_USAGE_PDH, SEV_USAGE_ASK, 0 };
    static struct sev_cert pdh, pek;

    (void)state;
    cert_load("session/pek.cert", &pek);
    for (size_t i = 0; i < N_OF(usages); i++) {
        cert_load("session/pdh.cert", &pdh);
        pdh.slots[0].usage = usages[i];
        assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK),
                  "carries no signature by the PEK");
    }
}

static void test_a_slots_algorithm_must_be_ecdsa(void **state)
{
    static const uint32_t algos[] = { SEV_ALGO_RSA_SHA256, SEV_ALGO_ECDH_SHA256,
                                      SEV_ALGO_RSA_SHA384, 99 };
    static struct sev_cert pdh, pek;

    (void)state;
    cert_load("session/pek.cert", &pek);
    for (size_t i = 0; i < N_OF(algos); i++) {
        cert_load("session/pdh.cert", &pdh);
        pdh.slots[0].algo = algos[i];
        assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK),
                  "carries no signature by the PEK");
    }
}

static void test_half_a_signature_in_any_slot_is_a_no(void **state)
{
    static struct sev_cert pdh, pek;

    (void)state;
    cert_load("session/pek.cert", &pek);
    cert_load("session/pdh.cert", &pdh);
    assert_true(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK));
    /* The firmware refuses it before it looks further: SEV API, appendix C. */
    memmove(&pdh.slots[1], &pdh.slots[0], sizeof pdh.slots[0]);
    pdh.slots[0].usage = SEV_USAGE_INVALID;
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK), "half a signature");
    pdh.slots[0].usage = SEV_USAGE_OCA;
    pdh.slots[0].algo = SEV_ALGO_NONE;
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK), "half a signature");
}

static void test_bytes_behind_a_signature_are_a_no(void **state)
{
    static struct sev_cert pdh, pek;

    (void)state;
    cert_load("session/pek.cert", &pek);
    cert_load("session/pdh.cert", &pdh);
    pdh.slots[0].signature[144] = 1;
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK), "does not hold");
}

static void test_a_key_of_another_kind_is_a_no(void **state)
{
    static struct sev_cert pdh, pek;

    (void)state;
    cert_load("session/pdh.cert", &pdh);
    cert_load("session/pek.cert", &pek);
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_CEK),
              "the CEK has a key of another kind");
    pek.pubkey_algo = SEV_ALGO_ECDH_SHA256;
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK),
              "the PEK has a key of another kind");
    cert_load("session/pek.cert", &pek);
    pdh.pubkey_algo = SEV_ALGO_ECDSA_SHA256; /* signed as such, too */
    cert_sign(&pdh, 0, CHAIN_PEK, SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA256);
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK),
              "the PDH has a key of another kind");
}

static void test_another_curve_is_a_no(void **state)
{
    static struct sev_cert pdh, pek;
    struct sev_ec_field field;

    (void)state;
    cert_load("session/pdh.cert", &pdh);
    cert_load("session/pek.cert", &pek);
    sev_cert_get_ec(&pdh, &field);
    field.curve = 1;
    sev_cert_set_ec(&pdh, &field);
    cert_sign(&pdh, 0, CHAIN_PEK, SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA256);
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK), "another curve");
}

static void test_a_point_off_the_curve_is_a_no_though_signed(void **state)
{
    static struct sev_cert pdh, pek;
    struct sev_ec_field field;

    (void)state;
    cert_load("session/pdh.cert", &pdh);
    cert_load("session/pek.cert", &pek);
    sev_cert_get_ec(&pdh, &field);
    field.x[0] ^= 1;
    sev_cert_set_ec(&pdh, &field);
    cert_sign(&pdh, 0, CHAIN_PEK, SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA256);
    assert_no(holds(&pdh, CHAIN_PDH, &pek, CHAIN_PEK), "no point of P-384");
}

static void test_the_oca_signs_itself(void **state)
{
    static struct sev_cert oca, pek;

    (void)state;
    cert_load("session/oca.cert", &oca);
    assert_true(holds(&oca, CHAIN_OCA, &oca, CHAIN_OCA));
    cert_load("session/pek.cert", &pek);
    assert_false(holds(&pek, CHAIN_PEK, &pek, CHAIN_PEK));
}

static void test_the_ceks_signature_is_looked_for_in_both_slots(void **state)
{
    OWN(buf_free) struct buf ask = vector_load("virtual/ask.cert");
    uint8_t bytes[SEV_CERT_LEN];
    static struct sev_cert cek;

    (void)state;
    cert_load("virtual/cek.cert", &cek);
    sev_cert_encode(&cek, bytes);
    assert_int_equal(cek_signature_check(BYTES_OF(bytes), buf_bytes(&ask)),
                     CEK_HOLDS);
    cek.slots[1] = cek.slots[0];
    sev_cert_slot_set_empty(&cek.slots[0]);
    sev_cert_encode(&cek, bytes);
    assert_int_equal(cek_signature_check(BYTES_OF(bytes), buf_bytes(&ask)),
                     CEK_HOLDS);
    assert_false(cek_is_unsigned(BYTES_OF(bytes)));
    cek.slots[1].algo = SEV_ALGO_RSA_SHA256; /* not what 4096 bits go with */
    sev_cert_encode(&cek, bytes);
    assert_int_equal(cek_signature_check(BYTES_OF(bytes), buf_bytes(&ask)),
                     CEK_NO_SLOT);
}

static void test_an_ark_does_not_sign_a_cek(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");
    OWN(buf_free) struct buf cek = vector_load("virtual/cek.cert");
    OWN(buf_free) struct buf bare = vector_load("session/cek_unsigned.cert");
    OWN(buf_free) struct buf ask = vector_load("certs/milan/ask.cert");

    (void)state;
    assert_int_equal(cek_signature_check(buf_bytes(&cek), buf_bytes(&ark)),
                     CEK_BAD);
    assert_int_equal(cek_signature_check(buf_bytes(&cek), buf_bytes(&ask)),
                     CEK_BAD);
    assert_int_equal(cek_signature_check(buf_bytes(&bare), buf_bytes(&ask)),
                     CEK_NO_SLOT);
    assert_true(cek_is_unsigned(buf_bytes(&bare)));
}

/* The key that did sign it, in a certificate that says it is an ARK's. */
static void test_the_right_key_with_another_usage_signs_no_cek(void **state)
{
    OWN(buf_free) struct buf ask = vector_load("virtual/ask.cert");
    OWN(buf_free) struct buf cek = vector_load("virtual/cek.cert");

    (void)state;
    assert_int_equal(cek_signature_check(buf_bytes(&cek), buf_bytes(&ask)),
                     CEK_HOLDS);
    store_le32(ask.p + 36, SEV_USAGE_ARK);
    assert_int_equal(cek_signature_check(buf_bytes(&cek), buf_bytes(&ask)),
                     CEK_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed_certificates_are_a_no),
        cmocka_unit_test(test_either_slot_will_do),
        cmocka_unit_test(test_the_hash_is_that_of_the_slots_algorithm),
        cmocka_unit_test(test_a_slots_usage_must_be_the_parents),
        cmocka_unit_test(test_a_slots_algorithm_must_be_ecdsa),
        cmocka_unit_test(test_half_a_signature_in_any_slot_is_a_no),
        cmocka_unit_test(test_bytes_behind_a_signature_are_a_no),
        cmocka_unit_test(test_a_key_of_another_kind_is_a_no),
        cmocka_unit_test(test_another_curve_is_a_no),
        cmocka_unit_test(test_a_point_off_the_curve_is_a_no_though_signed),
        cmocka_unit_test(test_the_oca_signs_itself),
        cmocka_unit_test(test_the_ceks_signature_is_looked_for_in_both_slots),
        cmocka_unit_test(test_the_right_key_with_another_usage_signs_no_cek),
        cmocka_unit_test(test_an_ark_does_not_sign_a_cek),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
