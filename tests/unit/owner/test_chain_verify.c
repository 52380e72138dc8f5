/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts over chains: each link, each way to break it. */
#include "base/own.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/chain.h"
#include "unit/owner/certs.h"

static void assert_link(const struct chain_verdict *v, enum chain_link_id id,
                        enum chain_link_state state, const char *part)
{
    assert_false(v->yes);
    assert_int_equal(v->links[id].state, state);
    if (strstr(v->links[id].reason, part) == NULL) {
        fail_msg("%s: '%s' does not contain '%s'", chain_link_name(id),
                 v->links[id].reason, part);
    }
}

static void test_an_empty_chain_is_a_no_with_all_links_missing(void **state)
{
    OWN(trust_free) struct trust trust = trust_made();
    OWN(chain_free) struct chain *chain = NULL;
    struct chain_verdict v;

    (void)state;
    assert_true(chain_new(&chain, NULL));
    v = verdict_of(chain, &trust);
    for (unsigned int i = 0; i < CHAIN_LINKS; i++) {
        assert_link(&v, i, CHAIN_LINK_MISSING, "there is no ");
    }
    assert_false(v.has_cek);
    assert_false(v.has_pdh);
    assert_string_equal(chain_verdict_reason(&v),
                        "there is no CEK certificate");
}

static void test_a_verdict_of_zeros_is_no_yes(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct chain_verdict v = { 0 };

    (void)state;
    assert_false(v.yes);
    assert_non_null(chain_verdict_reason(&v));
    assert_true(chain_verdict_summary(&v, &text, NULL));
    assert_string_equal(buf_string(&text), "no: not verified");
}

static void test_a_real_chain_of_naples_holds(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(naples_chain, 0);
    OWN(trust_free) struct trust trust = trust_amd();
    struct chain_verdict v = verdict_of(chain, &trust);
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    assert_true(v.yes);
    assert_null(chain_verdict_reason(&v));
    assert_false(v.is_virtual);
    assert_false(v.completed);
    assert_string_equal(v.root, "AMD Naples");
    assert_string_equal(v.generation, "Naples");
    assert_true(chain_verdict_summary(&v, &text, NULL));
    assert_string_equal(buf_string(&text),
                        "all links hold, up to the trusted root AMD Naples");
}

static void test_a_real_chain_of_naples_is_warned_of(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(naples_chain, 0);
    OWN(trust_free) struct trust trust = trust_amd();
    struct chain_verdict v = verdict_of(chain, &trust);

    (void)state;
    assert_int_equal(v.n_warnings, 3);
    assert_non_null(strstr(v.warnings[0], "Naples"));
    assert_non_null(strstr(v.warnings[1], "PDH was made by firmware with API "
                                          "0.16"));
    assert_non_null(strstr(v.warnings[2], "CVE-2019-9836"));
}

static void test_the_oldest_fixed_version_is_in_doubt_and_later_ones_are_not(
    void **state)
{
    static const struct {
        uint8_t minor;
        const char *warning;
    } rows[] = {
        { 16, "API 0.16, which gives away" },
        { 17, "API 0.17, which gives away the PDH's private key up to build" },
        { 18, NULL },
    };
    OWN(trust_free) struct trust trust = trust_made();

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(chain_free)
        struct chain *chain = chain_of(made_chain, 1u << CHAIN_PDH);
        struct chain_verdict v;
        struct sev_cert pdh;

        cert_load("session/pdh.cert", &pdh);
        pdh.api_major = 0;
        pdh.api_minor = rows[i].minor;
        cert_sign(&pdh, 0, CHAIN_PEK, SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA256);
        chain_put(chain, &pdh);
        v = verdict_of(chain, &trust);
        assert_true(v.yes);
        assert_int_equal(v.n_warnings, rows[i].warning == NULL ? 0 : 1);
        assert_int_equal(v.old_firmware, rows[i].minor < 17);
        if (rows[i].warning != NULL) {
            assert_non_null(strstr(v.warnings[0], rows[i].warning));
        }
    }
}

static void test_the_made_chain_holds_when_its_root_is_trusted(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict v = verdict_of(chain, &trust);

    (void)state;
    assert_true(v.yes);
    assert_true(v.is_virtual);
    assert_string_equal(v.root, "virtual platform 'lab'");
    assert_int_equal(v.n_warnings, 0);
}

/* Its ASK names the ARK that signed it. */
static void test_a_virtual_chain_is_called_so_without_its_ark(void **state)
{
    OWN(chain_free)
    struct chain *chain = chain_of(made_chain, 1u << CHAIN_ARK);
    OWN(trust_free) struct trust trust = trust_amd();
    struct chain_verdict v = verdict_of(chain, &trust);

    (void)state;
    assert_false(v.yes);
    assert_true(v.is_virtual);
}

static void test_a_virtual_chain_is_a_no_for_who_trusts_amd_alone(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_amd();
    struct chain_verdict v = verdict_of(chain, &trust);

    (void)state;
    assert_link(&v, CHAIN_LINK_ARK_TRUSTED, CHAIN_LINK_BAD, "virtual platform");
    assert_true(v.is_virtual);
    assert_string_equal(v.root, "");
    for (unsigned int i = CHAIN_LINK_ARK_SELF; i < CHAIN_LINKS; i++) {
        assert_int_equal(v.links[i].state, CHAIN_LINK_OK);
    }
}

static void test_nobody_trusted_is_a_no_for_amds_chain_too(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(naples_chain, 0);
    struct trust nobody = { 0 };
    struct chain_verdict v = verdict_of(chain, &nobody);

    (void)state;
    assert_link(&v, CHAIN_LINK_ARK_TRUSTED, CHAIN_LINK_BAD, "not trusted");
    assert_string_equal(v.generation, "Naples");
    assert_false(v.is_virtual);
}

static void test_built_in_certificates_complete_a_chain(void **state)
{
    static const unsigned int without[] = { 1u << CHAIN_ASK, 1u << CHAIN_ARK,
                                            1u << CHAIN_ASK | 1u << CHAIN_ARK };
    OWN(trust_free) struct trust trust = trust_amd();

    (void)state;
    for (size_t i = 0; i < N_OF(without); i++) {
        OWN(chain_free)
        struct chain *chain = chain_of(naples_chain, without[i]);
        struct chain_verdict v = verdict_of(chain, &trust);

        assert_true(v.yes);
        assert_true(v.completed);
        assert_string_equal(v.root, "AMD Naples");
    }
}

static void test_each_missing_certificate_is_named(void **state)
{
    static const struct {
        enum chain_role role;
        enum chain_link_id link;
        const char *reason;
    } rows[] = {
        { CHAIN_PDH, CHAIN_LINK_PDH_PEK, "there is no PDH certificate" },
        { CHAIN_PEK, CHAIN_LINK_PDH_PEK, "there is no PEK certificate" },
        { CHAIN_PEK, CHAIN_LINK_PEK_CEK, "there is no PEK certificate" },
        { CHAIN_OCA, CHAIN_LINK_PEK_OCA, "there is no OCA certificate" },
        { CHAIN_OCA, CHAIN_LINK_OCA_SELF, "there is no OCA certificate" },
        { CHAIN_CEK, CHAIN_LINK_PEK_CEK, "there is no CEK certificate" },
        { CHAIN_CEK, CHAIN_LINK_CEK_ASK, "there is no CEK certificate" },
        /* The root that is trusted here brings no ASK. */
        { CHAIN_ASK, CHAIN_LINK_CEK_ASK, "no trusted root has an ASK" },
    };
    OWN(trust_free) struct trust trust = trust_made();

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(chain_free)
        struct chain *chain = chain_of(made_chain, 1u << rows[i].role);
        struct chain_verdict v = verdict_of(chain, &trust);

        assert_link(&v, rows[i].link, CHAIN_LINK_MISSING, rows[i].reason);
    }
}

static void test_the_cek_as_firmware_exports_it_is_asked_for_signed(
    void **state)
{
    OWN(chain_free)
    struct chain *chain = chain_of(
        made_chain, 1u << CHAIN_CEK | 1u << CHAIN_ASK | 1u << CHAIN_ARK);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict v;

    (void)state;
    chain_put_file(chain, "session/cek_unsigned.cert");
    v = verdict_of(chain, &trust);
    assert_link(&v, CHAIN_LINK_CEK_ASK, CHAIN_LINK_MISSING,
                "the CEK carries no signature");
    assert_non_null(strstr(chain_verdict_reason(&v), "sevkit chain fetch"));
}

/* Every link that depends on the certificate whose bit was flipped. */
static void test_a_flipped_bit_in_any_body_or_signature_breaks_a_link(
    void **state)
{
    OWN(trust_free) struct trust trust = trust_made();
    struct fake_rng rng = { 9 };

    (void)state;
    for (unsigned int role = 0; role < CHAIN_ROLES; role++) {
        OWN(buf_free) struct buf cert = vector_load(made_chain[role]);

        for (size_t i = 0; i < 24; i++) {
            OWN(chain_free)
            struct chain *chain = chain_of(made_chain, 1u << role);
            size_t at = fake_rng_below(
                &rng, role <= CHAIN_CEK ? SEV_CERT_BODY_LEN + 8 + 96 : 1600);
            uint8_t bit = (uint8_t)(1u << fake_rng_below(&rng, 8));

            if (role <= CHAIN_CEK && at >= SEV_CERT_BODY_LEN + 8 + 48) {
                at += 24; /* past r's zeros, into s */
            }
            cert.p[at] ^= bit;
            if (chain_add(chain, buf_bytes(&cert), "flipped", NULL)) {
                assert_false(verdict_of(chain, &trust).yes);
            }
            cert.p[at] ^= bit;
        }
    }
}

static void test_certificates_of_two_platforms_do_not_mix(void **state)
{
    OWN(trust_free) struct trust trust = trust_made();

    (void)state;
    for (unsigned int role = 0; role < CHAIN_ROLES; role++) {
        OWN(chain_free) struct chain *chain = chain_of(made_chain, 1u << role);

        chain_put_file(chain, naples_chain[role]);
        assert_false(verdict_of(chain, &trust).yes);
    }
}

static void test_a_pek_without_the_ceks_signature_is_a_no(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 1u << CHAIN_PEK);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict v;
    struct sev_cert pek;

    (void)state;
    cert_load("session/pek.cert", &pek);
    sev_cert_slot_set_empty(&pek.slots[0]);
    sev_cert_slot_set_empty(&pek.slots[1]);
    cert_sign(&pek, 0, CHAIN_OCA, SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256);
    chain_put(chain, &pek);
    v = verdict_of(chain, &trust);
    assert_link(&v, CHAIN_LINK_PEK_CEK, CHAIN_LINK_BAD,
                "the PEK carries no signature by the CEK");
    assert_int_equal(v.links[CHAIN_LINK_PEK_OCA].state, CHAIN_LINK_OK);
}

static void test_the_platform_id_is_that_of_the_key_alone(void **state)
{
    static const unsigned int no_cek = 1u << CHAIN_CEK;
    OWN(chain_free) struct chain *exported = chain_of(made_chain, no_cek);
    OWN(chain_free) struct chain *with = chain_of(made_chain, 0);
    OWN(chain_free) struct chain *naples = chain_of(naples_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    static struct chain_verdict a, b, c;
    struct sev_cert cek;

    (void)state;
    cert_load("session/cek_unsigned.cert", &cek);
    cek.api_minor++;
    chain_put(exported, &cek);
    a = verdict_of(exported, &trust);
    b = verdict_of(with, &trust);
    c = verdict_of(naples, &trust);
    assert_true(a.has_cek && b.has_cek && c.has_cek);
    assert_memory_equal(a.cek_fingerprint, b.cek_fingerprint, 32);
    assert_memory_not_equal(a.cek_fingerprint, c.cek_fingerprint, 32);
}

static void test_an_ark_that_only_looks_like_amds_is_not_trusted(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");
    OWN(buf_free) struct buf milan = vector_load("certs/milan/ark.cert");
    OWN(chain_free)
    struct chain *chain =
        chain_of(made_chain, 1u << CHAIN_ARK | 1u << CHAIN_ASK);
    OWN(trust_free) struct trust trust = trust_amd();
    struct chain_verdict v;

    (void)state;
    memcpy(ark.p + 4, milan.p + 4, 32); /* both of Milan's key ids */
    assert_true(chain_add(chain, buf_bytes(&ark), "evil", NULL));
    v = verdict_of(chain, &trust);
    assert_link(&v, CHAIN_LINK_ARK_TRUSTED, CHAIN_LINK_BAD, "not trusted");
    assert_link(&v, CHAIN_LINK_ARK_SELF, CHAIN_LINK_BAD, "does not hold");
    assert_string_equal(v.generation, "");
}

static void test_every_link_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(chain_link_name(CHAIN_LINK_PEK_CEK), "PEK by CEK");
    for (unsigned int i = 0; i < CHAIN_LINKS; i++) {
        assert_true(strlen(chain_link_name(i)) > 5);
    }
    assert_string_equal(chain_link_name(CHAIN_LINKS), "?");
    assert_string_equal(chain_role_name(CHAIN_ROLES), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_chain_is_a_no_with_all_links_missing),
        cmocka_unit_test(test_a_verdict_of_zeros_is_no_yes),
        cmocka_unit_test(test_a_real_chain_of_naples_holds),
        cmocka_unit_test(test_a_real_chain_of_naples_is_warned_of),
        cmocka_unit_test(
            test_the_oldest_fixed_version_is_in_doubt_and_later_ones_are_not),
        cmocka_unit_test(test_the_made_chain_holds_when_its_root_is_trusted),
        cmocka_unit_test(test_a_virtual_chain_is_called_so_without_its_ark),
        cmocka_unit_test(test_a_virtual_chain_is_a_no_for_who_trusts_amd_alone),
        cmocka_unit_test(test_nobody_trusted_is_a_no_for_amds_chain_too),
        cmocka_unit_test(test_built_in_certificates_complete_a_chain),
        cmocka_unit_test(test_each_missing_certificate_is_named),
        cmocka_unit_test(
            test_the_cek_as_firmware_exports_it_is_asked_for_signed),
        cmocka_unit_test(
            test_a_flipped_bit_in_any_body_or_signature_breaks_a_link),
        cmocka_unit_test(test_certificates_of_two_platforms_do_not_mix),
        cmocka_unit_test(test_a_pek_without_the_ceks_signature_is_a_no),
        cmocka_unit_test(test_the_platform_id_is_that_of_the_key_alone),
        cmocka_unit_test(test_an_ark_that_only_looks_like_amds_is_not_trusted),
        cmocka_unit_test(test_every_link_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
