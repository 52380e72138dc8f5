/* SPDX-License-Identifier: Apache-2.0 */
/* libcrypto's functions that can be told to fail (see faults.h). */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "faults/faults.h"

#define WRAP(type, name, params, args, failed)                                 \
    type __real_##name params;                                                 \
    type __wrap_##name params;                                                 \
    type __wrap_##name params                                                  \
    {                                                                          \
        return fault_due(FAULT_CRYPTO) ? failed : __real_##name args;          \
    }

#define MAKES(type, name, params, args) WRAP(type *, name, params, args, NULL)
#define DOES(name, params, args)        WRAP(int, name, params, args, 0)

/* -- What makes something: NULL. --------------------------------------------- */

MAKES(BIO, BIO_new, (const BIO_METHOD *m), (m))
MAKES(BIO, BIO_new_mem_buf, (const void *p, int n), (p, n))
MAKES(BN_CTX, BN_CTX_secure_new, (void), ())
MAKES(BIGNUM, BN_new, (void), ())
MAKES(BIGNUM, BN_secure_new, (void), ())
MAKES(BIGNUM, BN_dup, (const BIGNUM *a), (a))
MAKES(BIGNUM, BN_bin2bn, (const unsigned char *p, int n, BIGNUM *to),
      (p, n, to))
MAKES(BIGNUM, BN_lebin2bn, (const unsigned char *p, int n, BIGNUM *to),
      (p, n, to))
MAKES(ECDSA_SIG, ECDSA_SIG_new, (void), ())
MAKES(ECDSA_SIG, ECDSA_do_sign, (const unsigned char *p, int n, EC_KEY *key),
      (p, n, key))
MAKES(EC_KEY, EC_KEY_new_by_curve_name, (int nid), (nid))
MAKES(EC_POINT, EC_POINT_new, (const EC_GROUP *group), (group))
MAKES(EC_KEY, EVP_PKEY_get1_EC_KEY, (EVP_PKEY * key), (key))
MAKES(EVP_CIPHER_CTX, EVP_CIPHER_CTX_new, (void), ())
MAKES(EVP_MD_CTX, EVP_MD_CTX_new, (void), ())
MAKES(EVP_PKEY, EVP_PKEY_new, (void), ())
MAKES(EVP_PKEY_CTX, EVP_PKEY_CTX_new_from_name,
      (OSSL_LIB_CTX * ctx, const char *name, const char *query),
      (ctx, name, query))
MAKES(PKCS8_PRIV_KEY_INFO, EVP_PKEY2PKCS8, (const EVP_PKEY *key), (key))
MAKES(OSSL_PARAM_BLD, OSSL_PARAM_BLD_new, (void), ())
MAKES(OSSL_PARAM, OSSL_PARAM_BLD_to_param, (OSSL_PARAM_BLD * bld), (bld))
MAKES(EVP_PKEY, PEM_read_bio_PrivateKey,
      (BIO * bio, EVP_PKEY **to, pem_password_cb *cb, void *u),
      (bio, to, cb, u))
MAKES(EVP_PKEY, d2i_PrivateKey_bio, (BIO * bio, EVP_PKEY **to), (bio, to))
MAKES(X509_ALGOR, PKCS5_pbe2_set_iv,
      (const EVP_CIPHER *cipher, int rounds, unsigned char *salt, int n,
       unsigned char *iv, int prf),
      (cipher, rounds, salt, n, iv, prf))
MAKES(X509_SIG, PKCS8_set0_pbe,
      (const char *pass, int n, PKCS8_PRIV_KEY_INFO *key, X509_ALGOR *pbe),
      (pass, n, key, pbe))

/* -- What does something: 0. --------------------------------------------------- */

DOES(ECDSA_SIG_set0, (ECDSA_SIG * sig, BIGNUM *r, BIGNUM *s), (sig, r, s))
DOES(EC_KEY_check_key, (const EC_KEY *key), (key))
DOES(EC_KEY_set_private_key, (EC_KEY * key, const BIGNUM *d), (key, d))
DOES(EC_KEY_set_public_key, (EC_KEY * key, const EC_POINT *q), (key, q))
DOES(EC_POINT_mul,
     (const EC_GROUP *group, EC_POINT *to, const BIGNUM *n, const EC_POINT *q,
      const BIGNUM *m, BN_CTX *ctx),
     (group, to, n, q, m, ctx))
DOES(EC_POINT_get_affine_coordinates,
     (const EC_GROUP *group, const EC_POINT *q, BIGNUM *x, BIGNUM *y,
      BN_CTX *ctx),
     (group, q, x, y, ctx))
DOES(EC_POINT_set_affine_coordinates,
     (const EC_GROUP *group, EC_POINT *q, const BIGNUM *x, const BIGNUM *y,
      BN_CTX *ctx),
     (group, q, x, y, ctx))
DOES(EVP_CipherInit_ex,
     (EVP_CIPHER_CTX * ctx, const EVP_CIPHER *cipher, ENGINE *engine,
      const unsigned char *key, const unsigned char *iv, int encrypt),
     (ctx, cipher, engine, key, iv, encrypt))
DOES(EVP_CipherUpdate,
     (EVP_CIPHER_CTX * ctx, unsigned char *to, int *ret_n,
      const unsigned char *from, int n),
     (ctx, to, ret_n, from, n))
DOES(EVP_EncryptInit_ex,
     (EVP_CIPHER_CTX * ctx, const EVP_CIPHER *cipher, ENGINE *engine,
      const unsigned char *key, const unsigned char *iv),
     (ctx, cipher, engine, key, iv))
DOES(EVP_EncryptUpdate,
     (EVP_CIPHER_CTX * ctx, unsigned char *to, int *ret_n,
      const unsigned char *from, int n),
     (ctx, to, ret_n, from, n))
DOES(EVP_DigestSignInit,
     (EVP_MD_CTX * ctx, EVP_PKEY_CTX **ret, const EVP_MD *md, ENGINE *engine,
      EVP_PKEY *key),
     (ctx, ret, md, engine, key))
DOES(EVP_DigestSign,
     (EVP_MD_CTX * ctx, unsigned char *to, size_t *ret_n,
      const unsigned char *from, size_t n),
     (ctx, to, ret_n, from, n))
DOES(EVP_DigestVerifyInit,
     (EVP_MD_CTX * ctx, EVP_PKEY_CTX **ret, const EVP_MD *md, ENGINE *engine,
      EVP_PKEY *key),
     (ctx, ret, md, engine, key))
WRAP(int, EVP_DigestVerify,
     (EVP_MD_CTX * ctx, const unsigned char *sig, size_t n_sig,
      const unsigned char *from, size_t n),
     (ctx, sig, n_sig, from, n), -1)
WRAP(int, ECDSA_do_verify,
     (const unsigned char *p, int n, const ECDSA_SIG *sig, EC_KEY *key),
     (p, n, sig, key), -1)
WRAP(int, ECDH_compute_key,
     (void *to, size_t n, const EC_POINT *q, const EC_KEY *key,
      void *(*kdf)(const void *in, size_t n_in, void *out, size_t *n_out)),
     (to, n, q, key, kdf), -1)
DOES(EVP_PKEY_fromdata_init, (EVP_PKEY_CTX * ctx), (ctx))
DOES(EVP_PKEY_fromdata,
     (EVP_PKEY_CTX * ctx, EVP_PKEY **ret, int selection, OSSL_PARAM params[]),
     (ctx, ret, selection, params))
DOES(EVP_PKEY_set1_EC_KEY, (EVP_PKEY * key, EC_KEY *ec), (key, ec))
DOES(OSSL_PARAM_BLD_push_BN,
     (OSSL_PARAM_BLD * bld, const char *name, const BIGNUM *bn),
     (bld, name, bn))
DOES(PEM_write_bio_PKCS8, (BIO * bio, const X509_SIG *sig), (bio, sig))
DOES(PEM_write_bio_PKCS8_PRIV_KEY_INFO,
     (BIO * bio, const PKCS8_PRIV_KEY_INFO *key), (bio, key))
