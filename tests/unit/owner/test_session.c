/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: published values, and who gets none. */
#include "owner/session.h"

#include "base/cursor.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/session_kdf.h"
#include "unit/owner/certs.h"

/* A session for the made platform, verified, with keys of SEED. */
static bool make(uint32_t policy, uint64_t seed, struct session *ret,
                 struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict verdict = verdict_of(chain, &trust);
    struct fake_rng rng = { seed };

    return session_create(&verdict, chain, policy, rng_fake(&rng), ret, err);
}

static void test_an_unverified_platform_gets_no_session(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_amd();
    struct chain_verdict verdict = verdict_of(chain, &trust);
    struct chain_verdict nothing = { 0 };
    struct sevk_error err;
    SESSION(s);

    (void)state;
    assert_fails(session_create(&verdict, chain, 1, rng_system(), &s, &err),
                 &err, SEVK_REFUSED, "virtual platform");
    assert_fails(session_create(&nothing, chain, 1, rng_system(), &s, &err),
                 &err, SEVK_REFUSED, "its chain was not verified");
    assert_int_equal(s.tik.n, 0);
}

static void test_a_verdict_about_another_pdh_gets_no_session(void **state)
{
    OWN(chain_free) struct chain *good = chain_of(made_chain, 0);
    OWN(chain_free) struct chain *evil = chain_of(made_chain, 1u << CHAIN_PDH);
    OWN(chain_free) struct chain *none = chain_of(made_chain, 1u << CHAIN_PDH);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict verdict = verdict_of(good, &trust);
    struct sevk_error err;
    SESSION(s);

    (void)state;
    chain_put_file(evil, naples_chain[CHAIN_PDH]);
    assert_fails(session_create(&verdict, evil, 1, rng_system(), &s, &err),
                 &err, SEVK_REFUSED, "another PDH");
    assert_fails(session_create(&verdict, none, 1, rng_system(), &s, &err),
                 &err, SEVK_REFUSED, "another PDH");
}

static void test_reserved_policy_bits_get_no_session(void **state)
{
    struct sevk_error err;
    SESSION(s);

    (void)state;
    assert_fails(make(0x41, 1, &s, &err), &err, SEVK_USAGE, "reserved");
}

static void test_a_generator_that_fails_at_any_point_leaves_no_session(
    void **state)
{
    OWN(buf_free) struct buf pdh = vector_load("session/pdh.cert");
    uint8_t script[48 + 16 + 16 + 16 + 16] = { 1 };
    struct sevk_error err;
    SESSION(s);

    (void)state;
    for (size_t n = 0; n <= sizeof script; n++) {
        struct scripted_rng scripted = { bytes_make(script, n) };

        assert_int_equal(session_create_unverified(buf_bytes(&pdh), 1,
                                                   rng_scripted(&scripted), &s,
                                                   &err),
                         n == sizeof script);
        assert_int_equal(s.tik.n, n == sizeof script ? 16 : 0);
    }
}

static void test_a_pdh_that_is_none_gets_no_session(void **state)
{
    static const char *const rows[] = { "session/pek.cert", "session/oca.cert",
                                        "virtual/cek.cert" };
    OWN(buf_free) struct buf pdh = vector_load("session/pdh.cert");
    struct sevk_error err;
    SESSION(s);

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(buf_free) struct buf cert = vector_load(rows[i]);

        assert_fails(session_create_unverified(buf_bytes(&cert), 1,
                                               rng_system(), &s, &err),
                     &err, SEVK_INPUT, "not a PDH");
    }
    for (size_t n = 0; n < pdh.n; n++) {
        assert_false(session_create_unverified(bytes_make(pdh.p, n), 1,
                                               rng_system(), &s, NULL));
    }
    /* A key for ECDH that is another's than a PDH. */
    store_le32(pdh.p + 8, SEV_USAGE_PEK);
    assert_fails(
        session_create_unverified(buf_bytes(&pdh), 1, rng_system(), &s, &err),
        &err, SEVK_INPUT, "not a PDH");
}

static void test_a_point_off_the_curve_gets_no_session(void **state)
{
    OWN(buf_free) struct buf pdh = vector_load("session/pdh.cert");
    struct sevk_error err;
    SESSION(s);

    (void)state;
    for (size_t at = 0x14; at < 0x14 + 144; at++) {
        pdh.p[at] ^= 1;
        assert_fails(session_create_unverified(buf_bytes(&pdh), 1, rng_system(),
                                               &s, &err),
                     &err, SEVK_INPUT,
                     "PDH: the public key is not a point of curve P-384");
        pdh.p[at] ^= 1;
    }
}

static void secret_of_vector(const char *name, struct sevk_secret *ret)
{
    OWN(buf_free) struct buf bytes = vector_load(name);

    assert_true(secret_copy(ret, buf_bytes(&bytes), NULL));
}

static void hex_of_vector(const char *key, uint8_t *ret, size_t n)
{
    OWN(buf_free)
    struct buf text = vector_json_string("session/intermediates.json", key);

    unhex(buf_string(&text), ret, n);
}

static void test_the_vectors_session_is_made_byte_for_byte(void **state)
{
    OWN(buf_free) struct buf der = vector_load("session/godh_key.der");
    OWN(buf_free) struct buf want = vector_load("session/session.bin");
    OWN(p384_key_free) struct p384_key *godh = NULL;
    uint8_t nonce[16], iv[16], blob[SESSION_BUF_LEN];
    struct sev_ec_field field;
    struct sevk_error err;
    struct ec_point point;
    struct sev_cert pdh;
    SECRET(tek);
    SECRET(tik);

    (void)state;
    assert_works(p384_key_parse(buf_bytes(&der), "GODH", &godh, &err), &err);
    cert_load("session/pdh.cert", &pdh);
    sev_cert_get_ec(&pdh, &field);
    memcpy(point.x, field.x, sizeof point.x);
    memcpy(point.y, field.y, sizeof point.y);
    hex_of_vector("nonce", nonce, sizeof nonce);
    hex_of_vector("wrap_iv", iv, sizeof iv);
    secret_of_vector("session/tek.bin", &tek);
    secret_of_vector("session/tik.bin", &tik);
    assert_works(
        session_wrap(godh, &point, nonce, iv, &tek, &tik, 5, blob, &err), &err);
    assert_bytes_equal(BYTES_OF(blob), buf_bytes(&want));
}

/* The same through session_create, by way of what its generator gives. */
static void test_the_generators_bytes_are_used_in_the_promised_order(
    void **state)
{
    OWN(buf_free) struct buf der = vector_load("session/godh_key.der");
    OWN(buf_free) struct buf want_godh = vector_load("session/godh.cert");
    OWN(buf_free) struct buf want = vector_load("session/session.bin");
    OWN(buf_free) struct buf pdh = vector_load("session/pdh.cert");
    OWN(p384_key_free) struct p384_key *godh = NULL;
    uint8_t script[48 + 16 * 4];
    struct scripted_rng scripted = { BYTES_OF(script) };
    struct sevk_error err;
    SECRET(scalar);
    SESSION(s);

    (void)state;
    assert_works(p384_key_parse(buf_bytes(&der), "GODH", &godh, &err), &err);
    assert_works(p384_key_scalar(godh, &scalar, &err), &err);
    memcpy(script, secret_expose(&scalar).p, 48);
    hex_of_vector("nonce", script + 48, 16);
    hex_of_vector("tek", script + 64, 16);
    hex_of_vector("tik", script + 80, 16);
    hex_of_vector("wrap_iv", script + 96, 16);
    assert_works(session_create_unverified(buf_bytes(&pdh), 5,
                                           rng_scripted(&scripted), &s, &err),
                 &err);
    assert_bytes_equal(BYTES_OF(s.blob), buf_bytes(&want));
    assert_bytes_equal(BYTES_OF(s.godh), buf_bytes(&want_godh));
    assert_int_equal(s.policy, 5);
}

static void test_zeros_give_the_published_wrapping(void **state)
{
    const uint8_t zeros[32] = { 0 };
    struct session_buf blob = { 0 };
    struct sevk_error err;
    SECRET(z);
    SECRET(key);

    (void)state;
    /* formats.md 2: a Z-stage key of 16 zero bytes. */
    assert_true(secret_copy(&z, bytes_make(zeros, 16), NULL));
    assert_true(secret_copy(&key, bytes_make(zeros, 16), NULL));
    assert_works(session_wrap_shared(&z, &blob, &key, &key, 0, &err), &err);
    assert_hex(BYTES_OF(blob.wrap_tk), "2137bc7f9bb8bd7c3e55a576a15d3454"
                                       "b3856b8ba27afadf46dcfee9f02c02c4");
    assert_hex(BYTES_OF(blob.wrap_mac), "3176c0752738bd9d5e86689534020f52"
                                        "8c088f16238826b000b327dee6aeed7d");
    assert_hex(bytes_make(blob.policy_mac, 12), "aa7855e13839dd767cd5da7c");
}

static void test_keys_of_another_length_are_refused(void **state)
{
    struct session_buf blob = { 0 };
    struct sevk_error err;
    SECRET(z);
    SECRET(good);
    SECRET(bad);

    (void)state;
    assert_true(secret_alloc(&z, 48, NULL) && secret_alloc(&good, 16, NULL));
    for (size_t n = 1; n <= 32; n++) {
        if (n == 16) {
            continue;
        }
        assert_true(secret_alloc(&bad, n, NULL));
        assert_fails(session_wrap_shared(&z, &blob, &bad, &good, 0, &err), &err,
                     SEVK_INPUT, "the TEK has");
        assert_fails(session_wrap_shared(&z, &blob, &good, &bad, 0, &err), &err,
                     SEVK_INPUT, "the TIK has");
    }
}

/* What a platform does with PDH key and blob, written out once more. */
static void unwrap(const struct session *s, uint8_t ret_tek[16],
                   uint8_t ret_tik[16], bool *ret_macs)
{
    OWN(buf_free) struct buf der = vector_load("session/pdh_key.der");
    OWN(p384_key_free) struct p384_key *pdh = NULL;
    uint8_t master[16], kek[16], kik[16], keys[32], mac[32], policy_le[4];
    const struct bytes none = { NULL, 0 };
    struct bytes part = BYTES_OF(policy_le);
    struct session_buf blob;
    struct sev_ec_field f;
    struct sev_cert godh;
    struct ec_point p;
    SECRET(z);

    assert_true(p384_key_parse(buf_bytes(&der), "PDH", &pdh, NULL));
    assert_true(sev_cert_decode(BYTES_OF(s->godh), &godh, NULL));
    assert_true(session_buf_decode(BYTES_OF(s->blob), &blob, NULL));
    sev_cert_get_ec(&godh, &f);
    memcpy(p.x, f.x, sizeof p.x);
    memcpy(p.y, f.y, sizeof p.y);
    assert_true(p384_ecdh(pdh, &p, &z, NULL));
    session_kdf(secret_expose(&z), "sev-master-secret", BYTES_OF(blob.nonce),
                master, 16);
    session_kdf(BYTES_OF(master), "sev-kek", none, kek, 16);
    session_kdf(BYTES_OF(master), "sev-kik", none, kik, 16);
    assert_true(aes128_ctr(BYTES_OF(kek), blob.wrap_iv, BYTES_OF(blob.wrap_tk),
                           keys, NULL));
    memcpy(ret_tek, keys, 16);
    memcpy(ret_tik, keys + 16, 16);
    store_le32(policy_le, s->policy);
    hmac_sha256(bytes_make(keys + 16, 16), &part, 1, mac);
    *ret_macs = memcmp(mac, blob.policy_mac, 32) == 0;
    part = BYTES_OF(blob.wrap_tk);
    hmac_sha256(BYTES_OF(kik), &part, 1, mac);
    *ret_macs = *ret_macs && memcmp(mac, blob.wrap_mac, 32) == 0;
}

static void test_the_platform_unwraps_what_the_owner_wrapped(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 20; seed++) {
        uint32_t policy = (uint32_t)seed % 0x40 | 0x33010000;
        uint8_t tek[16], tik[16];
        struct sevk_error err;
        bool macs;
        SESSION(s);

        assert_works(make(policy, seed, &s, &err), &err);
        unwrap(&s, tek, tik, &macs);
        assert_true(macs);
        assert_bytes_equal(BYTES_OF(tek), secret_expose(&s.tek));
        assert_bytes_equal(BYTES_OF(tik), secret_expose(&s.tik));
    }
}

static void test_the_godh_is_what_firmware_asks_for(void **state)
{
    struct sevk_error err;
    struct sev_cert godh;
    struct ec_point p;
    struct sev_ec_field f;
    SESSION(s);

    (void)state;
    assert_works(make(1, 1, &s, &err), &err);
    assert_works(sev_cert_decode(BYTES_OF(s.godh), &godh, &err), &err);
    assert_int_equal(godh.version, 1);
    assert_int_equal(godh.pubkey_usage, SEV_USAGE_PDH);
    assert_int_equal(godh.pubkey_algo, SEV_ALGO_ECDH_SHA256);
    assert_true(sev_cert_slot_is_empty(&godh.slots[0]));
    assert_true(sev_cert_slot_is_empty(&godh.slots[1]));
    sev_cert_get_ec(&godh, &f);
    assert_int_equal(f.curve, SEV_CURVE_P384);
    memcpy(p.x, f.x, sizeof p.x);
    memcpy(p.y, f.y, sizeof p.y);
    assert_true(p384_point_valid(&p));
}

static void test_no_two_sessions_share_anything(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict v = verdict_of(chain, &trust);
    static struct session a, b;

    (void)state;
    assert_true(session_create(&v, chain, 1, rng_system(), &a, NULL));
    assert_true(session_create(&v, chain, 1, rng_system(), &b, NULL));
    assert_false(
        secret_equal(secret_expose(&a.tik).p, secret_expose(&b.tik).p, 16));
    assert_false(
        secret_equal(secret_expose(&a.tek).p, secret_expose(&b.tek).p, 16));
    assert_false(
        secret_equal(secret_expose(&a.tek).p, secret_expose(&a.tik).p, 16));
    assert_memory_not_equal(a.godh + 0x14, b.godh + 0x14, 72);
    assert_memory_not_equal(a.blob, b.blob, 16);
    /* A session that is made anew wipes the old one. */
    assert_true(session_create(&v, chain, 2, rng_system(), &a, NULL));
    assert_int_equal(a.policy, 2);
    session_clear(&a);
    session_clear(&b);
    assert_int_equal(a.tik.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_unverified_platform_gets_no_session),
        cmocka_unit_test(test_a_verdict_about_another_pdh_gets_no_session),
        cmocka_unit_test(test_reserved_policy_bits_get_no_session),
        cmocka_unit_test(
            test_a_generator_that_fails_at_any_point_leaves_no_session),
        cmocka_unit_test(test_a_pdh_that_is_none_gets_no_session),
        cmocka_unit_test(test_a_point_off_the_curve_gets_no_session),
        cmocka_unit_test(test_the_vectors_session_is_made_byte_for_byte),
        cmocka_unit_test(
            test_the_generators_bytes_are_used_in_the_promised_order),
        cmocka_unit_test(test_zeros_give_the_published_wrapping),
        cmocka_unit_test(test_keys_of_another_length_are_refused),
        cmocka_unit_test(test_the_platform_unwraps_what_the_owner_wrapped),
        cmocka_unit_test(test_the_godh_is_what_firmware_asks_for),
        cmocka_unit_test(test_no_two_sessions_share_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
