/* SPDX-License-Identifier: Apache-2.0 */
/* Elliptic curve keys from libcrypto. */

/*
 * The EC_KEY functions are deprecated in favour of EVP_PKEY, which has no way
 * to make a key from a scalar and no way to bring a generator of one's own.
 * They are libcrypto's code all the same.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/ec.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/own.h"
#include "crypto/ec_key.h"
#include "crypto/hash.h"

static void free_bn(BIGNUM **bn)
{
    BN_clear_free(*bn);
    *bn = NULL;
}

static void free_bn_ctx(BN_CTX **ctx)
{
    BN_CTX_free(*ctx);
    *ctx = NULL;
}

static void free_ec_key(EC_KEY **ec)
{
    EC_KEY_free(*ec);
    *ec = NULL;
}

static void free_ec_point(EC_POINT **p)
{
    EC_POINT_free(*p);
    *p = NULL;
}

static void free_sig(ECDSA_SIG **sig)
{
    ECDSA_SIG_free(*sig);
    *sig = NULL;
}

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
    *bio = NULL;
}

static void free_pkey(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
    *pkey = NULL;
}

/* The one place where a certificate's little-endian numbers are turned. */
static BIGNUM *number_from_field(const uint8_t field[static EC_FIELD_LEN])
{
    return BN_lebin2bn(field, EC_FIELD_LEN, NULL);
}

static void number_to_field(const BIGNUM *bn, uint8_t ret[static EC_FIELD_LEN])
{
    int n = BN_bn2lebinpad(bn, ret, EC_FIELD_LEN);

    assert(n == EC_FIELD_LEN);
    (void)n;
}

static bool fail(struct sevk_error *err, const char *what)
{
    return sevk_fail(err, SEVK_HOST, "libcrypto: %s failed", what);
}

void p384_key_free(struct p384_key **key)
{
    if (*key != NULL) {
        EC_KEY_free((*key)->ec);
        free(*key);
    }
    *key = NULL;
}

static bool read_point(const EC_KEY *ec, struct ec_point *ret,
                       struct sevk_error *err)
{
    OWN(free_bn) BIGNUM *x = BN_new();
    OWN(free_bn) BIGNUM *y = BN_new();

    if (x == NULL || y == NULL ||
        EC_POINT_get_affine_coordinates(EC_KEY_get0_group(ec),
                                        EC_KEY_get0_public_key(ec), x, y,
                                        NULL) != 1) {
        return fail(err, "reading a public point");
    }
    number_to_field(x, ret->x);
    number_to_field(y, ret->y);
    return true;
}

static bool wrap_key(EC_KEY **ec, struct p384_key **ret, struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = calloc(1, sizeof *key);

    if (key == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a key");
    }
    key->ec = TAKE(*ec);
    if (!read_point(key->ec, &key->point, err)) {
        return false;
    }
    *ret = TAKE(key);
    return true;
}

/* A key pair of curve NID from its scalar; NULL when it is out of range. */
static EC_KEY *pair_from_scalar(int nid, struct bytes scalar)
{
    OWN(free_ec_key) EC_KEY *ec = EC_KEY_new_by_curve_name(nid);
    OWN(free_bn) BIGNUM *d = BN_secure_new();
    OWN(free_ec_point) EC_POINT *point = NULL;
    const EC_GROUP *group;

    if (ec == NULL || d == NULL ||
        BN_bin2bn(scalar.p, (int)scalar.n, d) == NULL) {
        return NULL;
    }
    group = EC_KEY_get0_group(ec);
    if (BN_is_zero(d) || BN_cmp(d, EC_GROUP_get0_order(group)) >= 0) {
        return NULL;
    }
    BN_set_flags(d, BN_FLG_CONSTTIME);
    point = EC_POINT_new(group);
    if (point == NULL || EC_POINT_mul(group, point, d, NULL, NULL, NULL) != 1 ||
        EC_KEY_set_private_key(ec, d) != 1 ||
        EC_KEY_set_public_key(ec, point) != 1) {
        return NULL;
    }
    return TAKE(ec);
}

bool p384_key_from_scalar(struct bytes scalar, struct p384_key **ret,
                          struct sevk_error *err)
{
    OWN(free_ec_key) EC_KEY *ec = NULL;

    if (scalar.n != P384_LEN) {
        return sevk_fail(err, SEVK_INPUT, "a P-384 scalar has 48 bytes");
    }
    ec = pair_from_scalar(NID_secp384r1, scalar);
    if (ec == NULL) {
        return sevk_fail(err, SEVK_INPUT, "the P-384 scalar is out of range");
    }
    return wrap_key(&ec, ret, err);
}

bool p384_key_generate(struct rng rng, struct p384_key **ret,
                       struct sevk_error *err)
{
    SECRET(scalar);
    OWN(free_ec_key) EC_KEY *ec = NULL;

    /* A scalar is out of range once in 2^190 draws: 8 are plenty. */
    for (int i = 0; ec == NULL && i < 8; i++) {
        if (!secret_random(&scalar, P384_LEN, rng, err)) {
            return false;
        }
        ec = pair_from_scalar(NID_secp384r1, secret_expose(&scalar));
    }
    if (ec == NULL) {
        return sevk_fail(err, SEVK_HOST,
                         "the random generator gives no usable P-384 key");
    }
    return wrap_key(&ec, ret, err);
}

bool p384_key_scalar(const struct p384_key *key, struct sevk_secret *ret,
                     struct sevk_error *err)
{
    SECRET(scalar);
    const BIGNUM *d = EC_KEY_get0_private_key(key->ec);

    if (!secret_alloc(&scalar, P384_LEN, err)) {
        return false;
    }
    if (BN_bn2binpad(d, secret_expose_mutable(&scalar), P384_LEN) != P384_LEN) {
        return fail(err, "reading a key");
    }
    secret_move(ret, &scalar);
    return true;
}

static EVP_PKEY *parse_private(struct bytes text)
{
    OWN(free_bio) BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
    static char no_passphrase[] = "";

    if (bio == NULL) {
        return NULL;
    }
    if (text.n > 10 && memcmp(text.p, "-----BEGIN", 10) == 0) {
        return PEM_read_bio_PrivateKey(bio, NULL, NULL, no_passphrase);
    }
    return d2i_PrivateKey_bio(bio, NULL);
}

bool p384_key_from_pkey(EVP_PKEY *pkey, const char *what, struct p384_key **ret,
                        struct sevk_error *err)
{
    OWN(free_ec_key) EC_KEY *ec = NULL;

    if (pkey != NULL && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC) {
        ec = EVP_PKEY_get1_EC_KEY(pkey);
    }
    if (ec == NULL || EC_KEY_get0_private_key(ec) == NULL ||
        EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) != NID_secp384r1 ||
        EC_KEY_check_key(ec) != 1) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: not a private key of curve P-384 in DER or PEM",
                         what);
    }
    return wrap_key(&ec, ret, err);
}

bool p384_key_parse(struct bytes text, const char *what, struct p384_key **ret,
                    struct sevk_error *err)
{
    OWN(free_pkey) EVP_PKEY *pkey = NULL;

    if (text.n <= 64 * 1024) {
        pkey = parse_private(text);
    }
    return p384_key_from_pkey(pkey, what, ret, err);
}

void p384_key_point(const struct p384_key *key, struct ec_point *ret)
{
    *ret = key->point;
}

/*
 * The public key at POINT; NULL when it is not on the curve. Range and curve
 * equation are all there is to check: the order of P-384 is prime and its
 * cofactor 1, so every such point has that order (SP 800-56A, 5.6.2.3.4).
 * EC_KEY_check_key() would multiply by the order as well, at the cost of a
 * signature.
 */
static EC_KEY *public_from_point(const struct ec_point *point)
{
    OWN(free_ec_key) EC_KEY *ec = EC_KEY_new_by_curve_name(NID_secp384r1);
    OWN(free_bn) BIGNUM *x = number_from_field(point->x);
    OWN(free_bn) BIGNUM *y = number_from_field(point->y);
    OWN(free_ec_point) EC_POINT *p = NULL;
    const EC_GROUP *group;
    const BIGNUM *prime;

    if (ec == NULL || x == NULL || y == NULL) {
        return NULL;
    }
    group = EC_KEY_get0_group(ec);
    prime = EC_GROUP_get0_field(group);
    if (BN_cmp(x, prime) >= 0 || BN_cmp(y, prime) >= 0) {
        return NULL;
    }
    p = EC_POINT_new(group);
    /* libcrypto checks the curve equation here, and only here. */
    if (p == NULL ||
        EC_POINT_set_affine_coordinates(group, p, x, y, NULL) != 1 ||
        EC_POINT_is_at_infinity(group, p) == 1 ||
        EC_KEY_set_public_key(ec, p) != 1) {
        return NULL;
    }
    return TAKE(ec);
}

bool p384_point_valid(const struct ec_point *point)
{
    OWN(free_ec_key) EC_KEY *ec = public_from_point(point);

    return ec != NULL;
}

bool p384_ecdh(const struct p384_key *mine, const struct ec_point *theirs,
               struct sevk_secret *ret, struct sevk_error *err)
{
    OWN(free_ec_key) EC_KEY *ec = public_from_point(theirs);
    SECRET(z);

    if (ec == NULL) {
        return sevk_fail(err, SEVK_INPUT,
                         "the public key is not a point of curve P-384");
    }
    if (!secret_alloc(&z, P384_LEN, err)) {
        return false;
    }
    if (ECDH_compute_key(secret_expose_mutable(&z), P384_LEN,
                         EC_KEY_get0_public_key(ec), mine->ec,
                         NULL) != P384_LEN) {
        return fail(err, "ECDH");
    }
    secret_move(ret, &z);
    return true;
}

static size_t hash_data(enum ec_hash hash, struct bytes data,
                        uint8_t ret[static SHA384_LEN])
{
    if (hash == EC_SHA384) {
        sha384(data, ret);
        return SHA384_LEN;
    }
    sha256(data, ret);
    return SHA256_LEN;
}

bool p384_sign(const struct p384_key *key, enum ec_hash hash, struct bytes data,
               struct ec_signature *ret, struct sevk_error *err)
{
    uint8_t digest[SHA384_LEN];
    size_t n = hash_data(hash, data, digest);
    OWN(free_sig) ECDSA_SIG *sig = ECDSA_do_sign(digest, (int)n, key->ec);

    if (sig == NULL) {
        return fail(err, "ECDSA");
    }
    number_to_field(ECDSA_SIG_get0_r(sig), ret->r);
    number_to_field(ECDSA_SIG_get0_s(sig), ret->s);
    return true;
}

static ECDSA_SIG *signature_from_fields(const struct ec_signature *from)
{
    OWN(free_bn) BIGNUM *r = number_from_field(from->r);
    OWN(free_bn) BIGNUM *s = number_from_field(from->s);
    ECDSA_SIG *sig = ECDSA_SIG_new();

    if (sig != NULL && r != NULL && s != NULL &&
        ECDSA_SIG_set0(sig, r, s) == 1) {
        r = NULL;
        s = NULL;
        return sig;
    }
    ECDSA_SIG_free(sig);
    return NULL;
}

bool p384_verify(const struct ec_point *key, enum ec_hash hash,
                 struct bytes data, const struct ec_signature *signature)
{
    OWN(free_ec_key) EC_KEY *ec = public_from_point(key);
    OWN(free_sig) ECDSA_SIG *sig = signature_from_fields(signature);
    uint8_t digest[SHA384_LEN];
    size_t n = hash_data(hash, data, digest);

    return ec != NULL && sig != NULL &&
           ECDSA_do_verify(digest, (int)n, sig, ec) == 1;
}

bool secp256k1_public(const struct sevk_secret *scalar,
                      uint8_t ret[static 2 * SECP256K1_LEN],
                      struct sevk_error *err)
{
    OWN(free_ec_key)
    EC_KEY *ec = pair_from_scalar(NID_secp256k1, secret_expose(scalar));
    uint8_t point[1 + 2 * SECP256K1_LEN];

    if (ec == NULL) {
        return sevk_fail(err, SEVK_INPUT,
                         "the secp256k1 scalar is out of range");
    }
    /* The uncompressed form (SEC 1, 2.3.3): 04h, X, Y, big-endian. */
    if (EC_POINT_point2oct(EC_KEY_get0_group(ec), EC_KEY_get0_public_key(ec),
                           POINT_CONVERSION_UNCOMPRESSED, point, sizeof point,
                           NULL) != sizeof point) {
        return fail(err, "secp256k1");
    }
    memcpy(ret, point + 1, 2 * SECP256K1_LEN);
    return true;
}

/* ret = value mod (n - 1) + 1 */
static bool reduce(const BIGNUM *value, const BIGNUM *order, BIGNUM *ret)
{
    OWN(free_bn_ctx) BN_CTX *ctx = BN_CTX_secure_new();
    OWN(free_bn) BIGNUM *less = BN_dup(order);

    return ctx != NULL && less != NULL && BN_sub_word(less, 1) == 1 &&
           BN_mod(ret, value, less, ctx) == 1 && BN_add_word(ret, 1) == 1;
}

bool p384_scalar_from_bits(struct bytes be, struct sevk_secret *ret,
                           struct sevk_error *err)
{
    OWN(free_ec_key) EC_KEY *ec = EC_KEY_new_by_curve_name(NID_secp384r1);
    OWN(free_bn) BIGNUM *value = BN_bin2bn(be.p, (int)be.n, NULL);
    OWN(free_bn) BIGNUM *scalar = BN_secure_new();
    SECRET(out);

    if (!secret_alloc(&out, P384_LEN, err)) {
        return false;
    }
    if (ec == NULL || value == NULL || scalar == NULL ||
        !reduce(value, EC_GROUP_get0_order(EC_KEY_get0_group(ec)), scalar) ||
        BN_bn2binpad(scalar, secret_expose_mutable(&out), P384_LEN) !=
            P384_LEN) {
        return fail(err, "deriving a key");
    }
    secret_move(ret, &out);
    return true;
}
