/* SPDX-License-Identifier: Apache-2.0 */
/* Single signatures: judged by what lies beside them. */
#include "owner/cert_signature.h"

#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "unit/owner/certs.h"

/* A file's certificates and AMD's roots, as a test holds them. */
struct rig {
    struct buf bytes[CHAIN_ROLES];
    struct cert_item items[CHAIN_ROLES];
    struct trust roots;
    struct cert_signers signers;
};

static void rig_drop(struct rig *rig)
{
    for (size_t i = 0; i < CHAIN_ROLES; i++) {
        buf_free(&rig->bytes[i]);
    }
    trust_free(&rig->roots);
}

/* In the order of the roles, so that items[role] is the role's. */
static void rig_make(struct rig *rig, const char *const parts[])
{
    *rig = (struct rig){ .roots = trust_amd() };
    for (unsigned int i = 0; i < CHAIN_ROLES; i++) {
        rig->bytes[i] = vector_load(parts[i]);
        rig->items[i] =
            (struct cert_item){ .role = i, .bytes = buf_bytes(&rig->bytes[i]) };
    }
    rig->signers =
        (struct cert_signers){ rig->items, CHAIN_ROLES, &rig->roots };
}

static struct cert_signature slot_of(struct rig *rig, enum chain_role role,
                                     size_t slot)
{
    struct cert_signature s;

    cert_signature_of_slot(&rig->items[role], slot, &rig->signers, &s);
    return s;
}

static struct cert_signature amd_of(struct rig *rig, enum chain_role role)
{
    struct cert_signature s;

    cert_signature_of_amd(&rig->items[role], &rig->signers, &s);
    return s;
}

#define assert_state(call, expected, part)                                     \
    do {                                                                       \
        struct cert_signature got_ = (call);                                   \
        if (strstr(got_.reason, (part)) == NULL) {                             \
            fail_msg("'%s' does not contain '%s'", got_.reason, (part));       \
        }                                                                      \
        assert_int_equal(got_.state, (expected));                              \
    } while (0)

static void test_each_bit_of_a_signature_counts(void **state)
{
    OWN(rig_drop) struct rig rig;

    (void)state;
    rig_make(&rig, naples_chain);
    for (size_t bit = 0; bit < 8 * 48; bit += 61) {
        rig.bytes[CHAIN_PEK].p[0x41c + bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_state(slot_of(&rig, CHAIN_PEK, 0), CERT_SIGNATURE_BAD,
                     "does not hold");
        assert_int_equal(slot_of(&rig, CHAIN_PEK, 1).state, CERT_SIGNATURE_OK);
        rig.bytes[CHAIN_PEK].p[0x41c + bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    rig.bytes[CHAIN_CEK].p[0x41c + 100] ^= 1;
    assert_state(slot_of(&rig, CHAIN_CEK, 0), CERT_SIGNATURE_BAD,
                 "does not hold");
    rig.bytes[CHAIN_ASK].p[600] ^= 1;
    assert_state(amd_of(&rig, CHAIN_ASK), CERT_SIGNATURE_BAD, "does not hold");
    rig.bytes[CHAIN_ARK].p[600] ^= 1;
    assert_state(amd_of(&rig, CHAIN_ARK), CERT_SIGNATURE_BAD, "does not hold");
}

static void test_all_of_a_real_and_of_a_made_chain_hold(void **state)
{
    const char *const *const chains[] = { naples_chain, made_chain };

    (void)state;
    for (size_t i = 0; i < N_OF(chains); i++) {
        OWN(rig_drop) struct rig rig;

        rig_make(&rig, chains[i]);
        for (enum chain_role role = CHAIN_PDH; role <= CHAIN_CEK; role++) {
            assert_int_equal(slot_of(&rig, role, 0).state, CERT_SIGNATURE_OK);
            assert_int_equal(slot_of(&rig, role, 1).state,
                             role == CHAIN_PEK ? CERT_SIGNATURE_OK
                                               : CERT_SIGNATURE_EMPTY);
        }
        assert_int_equal(amd_of(&rig, CHAIN_ASK).state, CERT_SIGNATURE_OK);
        assert_int_equal(amd_of(&rig, CHAIN_ARK).state, CERT_SIGNATURE_OK);
        assert_string_equal(amd_of(&rig, CHAIN_ASK).root, "");
    }
}

static void test_without_a_signer_nothing_is_known_but_amd_s(void **state)
{
    OWN(rig_drop) struct rig naples;
    OWN(rig_drop) struct rig made;

    (void)state;
    rig_make(&naples, naples_chain);
    naples.signers.n = 0;
    assert_state(slot_of(&naples, CHAIN_PDH, 0), CERT_SIGNATURE_UNKNOWN,
                 "no PEK beside it");
    assert_state(slot_of(&naples, CHAIN_PEK, 1), CERT_SIGNATURE_UNKNOWN,
                 "no CEK beside it");
    assert_string_equal(slot_of(&naples, CHAIN_CEK, 0).root, "AMD Naples");
    assert_string_equal(amd_of(&naples, CHAIN_ASK).root, "AMD Naples");
    assert_int_equal(amd_of(&naples, CHAIN_ARK).state, CERT_SIGNATURE_OK);
    rig_make(&made, made_chain);
    made.signers.n = 0;
    assert_state(slot_of(&made, CHAIN_CEK, 0), CERT_SIGNATURE_UNKNOWN,
                 "none of AMD's");
    assert_state(amd_of(&made, CHAIN_ASK), CERT_SIGNATURE_UNKNOWN, "no ARK");
}

static void test_of_two_signers_the_right_one_is_found(void **state)
{
    OWN(rig_drop) struct rig rig;
    OWN(rig_drop) struct rig other;

    (void)state;
    rig_make(&rig, naples_chain);
    rig_make(&other, made_chain);
    rig.items[CHAIN_OCA].role = CHAIN_PEK; /* the place is another PEK's now */
    rig.items[CHAIN_OCA].bytes = other.items[CHAIN_PEK].bytes;
    assert_int_equal(slot_of(&rig, CHAIN_PDH, 0).state, CERT_SIGNATURE_OK);
    rig.items[CHAIN_ASK].bytes = other.items[CHAIN_ASK].bytes;
    assert_string_equal(slot_of(&rig, CHAIN_CEK, 0).root, "AMD Naples");
}

static void test_slots_with_half_a_signature_are_bad(void **state)
{
    static struct sev_cert pek;
    OWN(rig_drop) struct rig rig;

    (void)state;
    rig_make(&rig, naples_chain);
    cert_load("certs/naples/pek.cert", &pek);
    pek.slots[0].usage = SEV_USAGE_INVALID;
    sev_cert_encode(&pek, rig.bytes[CHAIN_PEK].p);
    assert_state(slot_of(&rig, CHAIN_PEK, 0), CERT_SIGNATURE_BAD,
                 "neither empty nor");
    pek.slots[0].usage = SEV_USAGE_OCA;
    pek.slots[0].algo = SEV_ALGO_NONE;
    sev_cert_encode(&pek, rig.bytes[CHAIN_PEK].p);
    assert_state(slot_of(&rig, CHAIN_PEK, 0), CERT_SIGNATURE_BAD,
                 "neither empty nor");
    pek.slots[0].usage = 0x77;
    pek.slots[0].algo = SEV_ALGO_ECDSA_SHA256;
    sev_cert_encode(&pek, rig.bytes[CHAIN_PEK].p);
    assert_state(slot_of(&rig, CHAIN_PEK, 0), CERT_SIGNATURE_UNKNOWN,
                 "unknown kind (77h)");
}

static void test_a_signer_of_the_wrong_kind_counts_nothing(void **state)
{
    static struct sev_cert pdh;
    OWN(rig_drop) struct rig rig;

    (void)state;
    rig_make(&rig, made_chain);
    cert_load("session/pdh.cert", &pdh);
    cert_sign(&pdh, 1, CHAIN_OCA, SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256);
    sev_cert_encode(&pdh, rig.bytes[CHAIN_PDH].p);
    assert_state(slot_of(&rig, CHAIN_PDH, 1), CERT_SIGNATURE_BAD,
                 "by the OCA counts nothing");
    assert_int_equal(slot_of(&rig, CHAIN_PDH, 0).state, CERT_SIGNATURE_OK);
}

static void test_an_ark_that_names_another_signer_is_bad(void **state)
{
    OWN(rig_drop) struct rig rig;

    (void)state;
    rig_make(&rig, made_chain);
    rig.bytes[CHAIN_ARK].p[20] ^= 1;
    assert_state(amd_of(&rig, CHAIN_ARK), CERT_SIGNATURE_BAD,
                 "names another key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_bit_of_a_signature_counts),
        cmocka_unit_test(test_all_of_a_real_and_of_a_made_chain_hold),
        cmocka_unit_test(test_without_a_signer_nothing_is_known_but_amd_s),
        cmocka_unit_test(test_of_two_signers_the_right_one_is_found),
        cmocka_unit_test(test_slots_with_half_a_signature_are_bad),
        cmocka_unit_test(test_a_signer_of_the_wrong_kind_counts_nothing),
        cmocka_unit_test(test_an_ark_that_names_another_signer_is_bad),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
