/* SPDX-License-Identifier: Apache-2.0 */
/* A libcrypto that fails: it is told, and no result is left behind. */
#include "base/own.h"
#include "crypto/aes.h"
#include "crypto/ec.h"
#include "crypto/rsa.h"
#include "lib/rng.h"
#include "lib/unit.h"

/*
 * These stand in front of libcrypto's, for this program alone: each fails as
 * libcrypto's own does. The parameters are libcrypto's as the ABI sees them.
 */
int EVP_EncryptUpdate(void *ctx, uint8_t *out, int *out_n, const uint8_t *in,
                      int n);
void *ECDSA_do_sign(const uint8_t *digest, int n, void *key);
int ECDH_compute_key(void *out, size_t n, const void *point, const void *key,
                     void *kdf);
size_t EC_POINT_point2oct(const void *group, const void *point, int form,
                          uint8_t *out, size_t n, void *ctx);
int BN_bn2binpad(const void *bn, uint8_t *out, int n);
int EVP_DigestSign(void *ctx, uint8_t *out, size_t *out_n, const uint8_t *in,
                   size_t n);

int EVP_EncryptUpdate(void *ctx, uint8_t *out, int *out_n, const uint8_t *in,
                      int n)
{
    (void)ctx, (void)out, (void)out_n, (void)in, (void)n;
    return 0;
}

void *ECDSA_do_sign(const uint8_t *digest, int n, void *key)
{
    (void)digest, (void)n, (void)key;
    return NULL;
}

int ECDH_compute_key(void *out, size_t n, const void *point, const void *key,
                     void *kdf)
{
    (void)out, (void)n, (void)point, (void)key, (void)kdf;
    return -1;
}

size_t EC_POINT_point2oct(const void *group, const void *point, int form,
                          uint8_t *out, size_t n, void *ctx)
{
    (void)group, (void)point, (void)form, (void)out, (void)n, (void)ctx;
    return 0;
}

int BN_bn2binpad(const void *bn, uint8_t *out, int n)
{
    (void)bn, (void)out, (void)n;
    return -1;
}

int EVP_DigestSign(void *ctx, uint8_t *out, size_t *out_n, const uint8_t *in,
                   size_t n)
{
    (void)ctx, (void)out, (void)out_n, (void)in, (void)n;
    return 0;
}

static struct p384_key *make_key(void)
{
    struct fake_rng seed = { 17 };
    struct p384_key *key = NULL;
    struct sevk_error err = { 0 };

    assert_works(p384_key_generate(rng_fake(&seed), &key, &err), &err);
    return key;
}

static void test_encrypting_fails(void **state)
{
    const uint8_t key[AES128_KEY_LEN] = { 0 };
    const uint8_t iv[AES_BLOCK_LEN] = { 0 };
    uint8_t out[4] = { 7, 7, 7, 7 };
    struct sevk_error err;

    (void)state;
    assert_fails(
        aes128_ctr(BYTES_OF(key), iv, bytes_make("text", 4), out, &err), &err,
        SEVK_HOST, "libcrypto: AES-128-CTR failed");
    assert_memory_equal(out, "\7\7\7\7", 4);
}

static void test_signing_fails(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    struct ec_signature sig = { .r = { 77 } };
    struct sevk_error err;

    (void)state;
    assert_fails(p384_sign(key, EC_SHA256, bytes_of_string("x"), &sig, &err),
                 &err, SEVK_HOST, "libcrypto: ECDSA failed");
    assert_int_equal(sig.r[0], 77);
}

static void test_sharing_a_secret_fails(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    struct ec_point p;
    struct sevk_error err;
    SECRET(z);

    (void)state;
    p384_key_point(key, &p);
    assert_fails(p384_ecdh(key, &p, &z, &err), &err, SEVK_HOST,
                 "libcrypto: ECDH failed");
    assert_int_equal(z.n, 0);
}

static void test_reading_and_deriving_keys_fails(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    uint8_t id[2 * SECP256K1_LEN] = { 77 };
    struct sevk_error err;
    SECRET(scalar);
    SECRET(one);

    (void)state;
    assert_fails(p384_key_scalar(key, &scalar, &err), &err, SEVK_HOST,
                 "libcrypto: reading a key failed");
    assert_fails(p384_scalar_from_bits(bytes_of_string("bits"), &scalar, &err),
                 &err, SEVK_HOST, "libcrypto: deriving a key failed");
    assert_int_equal(scalar.n, 0);
    assert_true(secret_alloc(&one, SECP256K1_LEN, NULL));
    secret_expose_mutable(&one)[SECP256K1_LEN - 1] = 1;
    assert_fails(secp256k1_public(&one, id, &err), &err, SEVK_HOST,
                 "libcrypto: secp256k1 failed");
    assert_int_equal(id[0], 77);
}

static void test_signing_with_rsa_fails(void **state)
{
    OWN(rsa_key_free) struct rsa_key *key = NULL;
    uint8_t sig[RSA_MAX_LEN] = { 77 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(rsa_key_generate(2048, &key, &err), &err);
    assert_fails(rsa_sign(key, bytes_of_string("x"), sig, &err), &err,
                 SEVK_HOST, "libcrypto: RSA-PSS failed");
    assert_int_equal(sig[0], 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encrypting_fails),
        cmocka_unit_test(test_signing_fails),
        cmocka_unit_test(test_sharing_a_secret_fails),
        cmocka_unit_test(test_reading_and_deriving_keys_fails),
        cmocka_unit_test(test_signing_with_rsa_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
