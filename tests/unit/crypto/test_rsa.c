/* SPDX-License-Identifier: Apache-2.0 */
/* RSA-PSS: AMD's own certificates, forged ones, and keys of our own. */
#include "crypto/rsa.h"

#include <stdio.h>

#include "base/own.h"
#include "lib/hex.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "wire/amd_cert.h"
#include "wire/sev_cert.h"

#include "rsa_vectors.h"

static const char *const products[] = { "naples", "rome", "milan", "genoa",
                                        "turin" };

/* A certificate of AMD with what is needed to check it. */
struct loaded {
    struct buf file;
    struct amd_cert cert;
    struct rsa_public key;
    struct bytes body;
};

static struct loaded load(const char *product, const char *name)
{
    struct sevk_error err = { 0 };
    struct loaded l = { 0 };
    size_t len = 0;
    char path[64];

    snprintf(path, sizeof path, "certs/%s/%s.cert", product, name);
    l.file = vector_load(path);
    assert_works(amd_cert_decode(buf_bytes(&l.file), &l.cert, &len, &err),
                 &err);
    assert_int_equal(len, l.file.n);
    l.key.n = l.cert.modulus_bits / 8;
    memcpy(l.key.modulus, l.cert.modulus, l.key.n);
    memcpy(l.key.exponent, l.cert.exponent, l.key.n);
    l.body = bytes_make(l.file.p, amd_cert_signed_len(l.cert.modulus_bits));
    return l;
}

static void test_amds_roots_sign_themselves_and_their_ask(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(products); i++) {
        struct loaded ark = load(products[i], "ark");
        struct loaded ask = load(products[i], "ask");

        assert_int_equal(ark.key.n, i == 0 ? 256 : 512);
        assert_true(rsa_verify(&ark.key, ark.body, ark.cert.signature));
        assert_true(rsa_verify(&ark.key, ask.body, ask.cert.signature));
        assert_false(rsa_verify(&ask.key, ask.body, ask.cert.signature));
        assert_false(rsa_verify(&ask.key, ark.body, ark.cert.signature));
        buf_free(&ark.file);
        buf_free(&ask.file);
    }
}

/* The CEK's first slot is the ASK's: RSA-2048 in a slot of 512 bytes. */
static void test_the_ask_signs_a_real_cek(void **state)
{
    struct loaded ask = load("naples", "ask");
    OWN(buf_free) struct buf cek = vector_load("certs/naples/cek.cert");
    struct sev_cert c;

    (void)state;
    assert_true(sev_cert_decode(buf_bytes(&cek), &c, NULL));
    assert_int_equal(c.slots[0].usage, SEV_USAGE_ASK);
    assert_true(rsa_verify(&ask.key, bytes_make(cek.p, SEV_CERT_BODY_LEN),
                           c.slots[0].signature));
    buf_free(&ask.file);
}

static void test_a_flipped_bit_anywhere_does_not_verify(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct loaded ark = load(products[i], "ark");

        for (size_t at = 0; at < ark.body.n; at += 37) {
            ark.file.p[at] ^= 0x10;
            assert_false(rsa_verify(&ark.key, ark.body, ark.cert.signature));
            ark.file.p[at] ^= 0x10;
        }
        for (size_t at = 0; at < ark.key.n; at += 31) {
            ark.cert.signature[at] ^= 1;
            assert_false(rsa_verify(&ark.key, ark.body, ark.cert.signature));
            ark.cert.signature[at] ^= 1;
        }
        assert_true(rsa_verify(&ark.key, ark.body, ark.cert.signature));
        assert_false(rsa_verify(&ark.key,
                                bytes_make(ark.body.p, ark.body.n - 1),
                                ark.cert.signature));
        buf_free(&ark.file);
    }
}

static void test_keys_that_are_none_verify_nothing(void **state)
{
    struct loaded ark = load("naples", "ark");
    struct rsa_public bad;

    (void)state;
    bad = ark.key;
    memset(bad.modulus, 0, sizeof bad.modulus);
    assert_false(rsa_verify(&bad, ark.body, ark.cert.signature));
    bad = ark.key;
    memset(bad.exponent, 0, sizeof bad.exponent);
    assert_false(rsa_verify(&bad, ark.body, ark.cert.signature));
    bad.exponent[0] = 1;
    assert_false(rsa_verify(&bad, ark.body, ark.cert.signature));
    bad = ark.key;
    memset(bad.modulus + 128, 0, 128); /* shorter than it says */
    assert_false(rsa_verify(&bad, ark.body, ark.cert.signature));
    bad = ark.key;
    bad.n = 0;
    assert_false(rsa_verify(&bad, ark.body, ark.cert.signature));
    bad.n = 128;
    assert_false(rsa_verify(&bad, ark.body, ark.cert.signature));
    bad.n = 512;
    assert_false(rsa_verify(&bad, ark.body, ark.cert.signature));
    buf_free(&ark.file);
}

/* Exponents as long as the modulus are a way to keep a verifier busy. */
static void test_a_huge_exponent_ends(void **state)
{
    struct loaded ark = load("milan", "ark");

    (void)state;
    memset(ark.key.exponent, 0xff, ark.key.n - 1);
    assert_false(rsa_verify(&ark.key, ark.body, ark.cert.signature));
    buf_free(&ark.file);
}

static void unhex_reversed(const char *text, uint8_t ret[static 256])
{
    uint8_t be[256];

    unhex(text, be, sizeof be);
    for (size_t i = 0; i < sizeof be; i++) {
        ret[i] = be[sizeof be - 1 - i];
    }
}

/* formats.md 1.1: the salt is as long as the hash, MGF1 has the same hash. */
static void test_only_one_padding_is_accepted(void **state)
{
    static const char *const others[] = { PSS_SALT_20, PSS_SALT_0,
                                          PSS_MGF1_SHA1, PKCS1_V15 };
    struct bytes text = bytes_of_string("salted");
    struct rsa_public key = { .n = 256, .exponent = { 1, 0, 1 } };
    uint8_t sig[256];

    (void)state;
    unhex_reversed(PSS_MODULUS, key.modulus);
    unhex_reversed(PSS_SALT_32, sig);
    assert_true(rsa_verify(&key, text, sig));
    for (size_t i = 0; i < N_OF(others); i++) {
        unhex_reversed(others[i], sig);
        assert_false(rsa_verify(&key, text, sig));
    }
}

static void test_a_key_of_our_own_signs_what_it_verifies(void **state)
{
    static const unsigned int sizes[] = { 2048, 4096 };
    struct bytes text = bytes_of_string("a certificate's body");

    (void)state;
    for (size_t i = 0; i < N_OF(sizes); i++) {
        OWN(rsa_key_free) struct rsa_key *key = NULL;
        struct rsa_public pub;
        uint8_t sig[RSA_MAX_LEN];
        uint8_t again[RSA_MAX_LEN];
        struct sevk_error err = { 0 };

        assert_works(rsa_key_generate(sizes[i], &key, &err), &err);
        rsa_key_public(key, &pub);
        assert_int_equal(pub.n, sizes[i] / 8);
        assert_true(pub.modulus[pub.n - 1] >= 0x80);
        assert_memory_equal(pub.exponent, "\1\0\1", 3);
        assert_true(bytes_all_zero(bytes_make(pub.exponent + 3, pub.n - 3)));
        assert_works(rsa_sign(key, text, sig, &err), &err);
        assert_true(rsa_verify(&pub, text, sig));
        assert_false(rsa_verify(&pub, bytes_of_string("another"), sig));
        /* PSS is salted: a second signature is another one. */
        assert_works(rsa_sign(key, text, again, &err), &err);
        assert_memory_not_equal(sig, again, pub.n);
        assert_true(rsa_verify(&pub, text, again));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amds_roots_sign_themselves_and_their_ask),
        cmocka_unit_test(test_the_ask_signs_a_real_cek),
        cmocka_unit_test(test_a_flipped_bit_anywhere_does_not_verify),
        cmocka_unit_test(test_keys_that_are_none_verify_nothing),
        cmocka_unit_test(test_a_huge_exponent_ends),
        cmocka_unit_test(test_only_one_padding_is_accepted),
        cmocka_unit_test(test_a_key_of_our_own_signs_what_it_verifies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
