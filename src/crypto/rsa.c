/* SPDX-License-Identifier: Apache-2.0 */
/* RSASSA-PSS from libcrypto. */
#include "crypto/rsa.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/own.h"

struct rsa_key {
    EVP_PKEY *pkey;
    struct rsa_public public; /* taken out once: later nothing can fail */
};

static void free_bn(BIGNUM **bn)
{
    BN_free(*bn);
    *bn = NULL;
}

static void free_pkey(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
    *pkey = NULL;
}

static void free_pkey_ctx(EVP_PKEY_CTX **ctx)
{
    EVP_PKEY_CTX_free(*ctx);
    *ctx = NULL;
}

static void free_md_ctx(EVP_MD_CTX **ctx)
{
    EVP_MD_CTX_free(*ctx);
    *ctx = NULL;
}

static void free_builder(OSSL_PARAM_BLD **b)
{
    OSSL_PARAM_BLD_free(*b);
    *b = NULL;
}

static void free_params(OSSL_PARAM **p)
{
    OSSL_PARAM_free(*p);
    *p = NULL;
}

void rsa_key_free(struct rsa_key **key)
{
    if (*key != NULL) {
        EVP_PKEY_free((*key)->pkey);
        free(*key);
    }
    *key = NULL;
}

static void reverse(const uint8_t *from, size_t n, uint8_t *to)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = from[n - 1 - i];
    }
}

static EVP_PKEY *public_key(const struct rsa_public *key)
{
    OWN(free_bn) BIGNUM *n = BN_lebin2bn(key->modulus, (int)key->n, NULL);
    OWN(free_bn) BIGNUM *e = BN_lebin2bn(key->exponent, (int)key->n, NULL);
    OWN(free_builder) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    OWN(free_pkey_ctx)
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OWN(free_params) OSSL_PARAM *params = NULL;
    EVP_PKEY *pkey = NULL;

    if (n == NULL || e == NULL || b == NULL || ctx == NULL ||
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) != 1) {
        return NULL;
    }
    params = OSSL_PARAM_BLD_to_param(b);
    if (params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        return NULL;
    }
    return pkey;
}

static const EVP_MD *hash_for(size_t key_len)
{
    return key_len == 512 ? EVP_sha384() : EVP_sha256();
}

/* Sets PSS with a salt as long as the hash. */
static bool choose_padding(EVP_PKEY_CTX *ctx, const EVP_MD *hash)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, hash) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, EVP_MD_get_size(hash)) == 1;
}

bool rsa_verify(const struct rsa_public *key, struct bytes data,
                const uint8_t *signature)
{
    OWN(free_pkey) EVP_PKEY *pkey = NULL;
    OWN(free_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const EVP_MD *hash = hash_for(key->n);
    EVP_PKEY_CTX *pctx = NULL;
    uint8_t be[RSA_MAX_LEN];

    if (ctx == NULL || (key->n != 256 && key->n != 512)) {
        return false;
    }
    pkey = public_key(key);
    reverse(signature, key->n, be);
    return pkey != NULL &&
           EVP_DigestVerifyInit(ctx, &pctx, hash, NULL, pkey) == 1 &&
           choose_padding(pctx, hash) &&
           EVP_DigestVerify(ctx, be, key->n, data.p, data.n) == 1;
}

static bool number_of(const EVP_PKEY *pkey, const char *name, uint8_t *ret,
                      size_t n)
{
    OWN(free_bn) BIGNUM *bn = NULL;

    return EVP_PKEY_get_bn_param(pkey, name, &bn) == 1 &&
           BN_bn2lebinpad(bn, ret, (int)n) == (int)n;
}

bool rsa_key_generate(unsigned int bits, struct rsa_key **ret,
                      struct sevk_error *err)
{
    OWN(rsa_key_free) struct rsa_key *key = calloc(1, sizeof *key);
    struct rsa_public *public;

    assert(bits == 2048 || bits == 4096);
    if (key == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a key");
    }
    public = &key->public;
    public->n = bits / 8;
    key->pkey = EVP_RSA_gen(bits);
    if (key->pkey == NULL ||
        !number_of(key->pkey, OSSL_PKEY_PARAM_RSA_N, public->modulus,
                   public->n) ||
        !number_of(key->pkey, OSSL_PKEY_PARAM_RSA_E, public->exponent,
                   public->n)) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: making an RSA key failed");
    }
    *ret = TAKE(key);
    return true;
}

void rsa_key_public(const struct rsa_key *key, struct rsa_public *ret)
{
    *ret = key->public;
}

bool rsa_sign(const struct rsa_key *key, struct bytes data, uint8_t *ret,
              struct sevk_error *err)
{
    OWN(free_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t n = (size_t)EVP_PKEY_get_size(key->pkey);
    const EVP_MD *hash = hash_for(n);
    EVP_PKEY_CTX *pctx = NULL;
    uint8_t be[RSA_MAX_LEN];
    size_t got = sizeof be;

    if (ctx == NULL ||
        EVP_DigestSignInit(ctx, &pctx, hash, NULL, key->pkey) != 1 ||
        !choose_padding(pctx, hash) ||
        EVP_DigestSign(ctx, be, &got, data.p, data.n) != 1 || got != n) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: RSA-PSS failed");
    }
    reverse(be, n, ret);
    return true;
}
