/* SPDX-License-Identifier: Apache-2.0 */
/* Elliptic curve keys: P-384 for SEV's certificates, secp256k1 for GET_ID. */
#ifndef SEVKIT_CRYPTO_EC_H
#define SEVKIT_CRYPTO_EC_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/random.h"
#include "base/secret.h"

/*
 * Points and signatures are held as SEV's certificates hold them (formats.md
 * 1.1): little-endian numbers in 72 bytes, zeros at the high end. libcrypto
 * wants big-endian numbers; ec.c turns them round in one function. The shared
 * secret of ECDH stays big-endian, as the key derivation wants it (formats.md
 * 2, step 1).
 */
#define EC_FIELD_LEN  72 /* a number in a certificate or a report */
#define P384_LEN      48 /* a coordinate or scalar of P-384 */
#define SECP256K1_LEN 32

struct ec_point {
    uint8_t x[EC_FIELD_LEN];
    uint8_t y[EC_FIELD_LEN];
};

struct ec_signature {
    uint8_t r[EC_FIELD_LEN];
    uint8_t s[EC_FIELD_LEN];
};

/* What the signed bytes are hashed with. */
enum ec_hash {
    EC_SHA256,
    EC_SHA384,
};

/* A P-384 key pair. Freed with p384_key_free(), also as OWN(). */
struct p384_key;
void p384_key_free(struct p384_key **key);

/*
 * A new key pair. Scalars come from RNG by rejection, so that a test's
 * generator gives a test's key.
 */
SEVK_MUST_CHECK bool p384_key_generate(struct rng rng, struct p384_key **ret,
                                       struct sevk_error *err);

/* From the scalar, 48 bytes big-endian, 1 to n - 1; else SEVK_INPUT. */
SEVK_MUST_CHECK bool p384_key_from_scalar(struct bytes scalar,
                                          struct p384_key **ret,
                                          struct sevk_error *err);

/* The scalar, 48 bytes big-endian. */
SEVK_MUST_CHECK bool p384_key_scalar(const struct p384_key *key,
                                     struct sevk_secret *ret,
                                     struct sevk_error *err);

/* Reads a private key: SEC1 or PKCS #8, DER or PEM, not encrypted. */
SEVK_MUST_CHECK bool p384_key_parse(struct bytes text, const char *what,
                                    struct p384_key **ret,
                                    struct sevk_error *err);

/* The public point. */
void p384_key_point(const struct p384_key *key, struct ec_point *ret);

/*
 * True when the point can be used: on the curve, not the point at infinity,
 * bytes above the 48th zero (CVE-2019-9836 was the lack of this check). False
 * is an answer about hostile input, hence no error.
 */
bool p384_point_valid(const struct ec_point *point);

/*
 * ECDH: the shared point's X coordinate, 48 bytes big-endian. A point that is
 * not valid is SEVK_INPUT.
 */
SEVK_MUST_CHECK bool p384_ecdh(const struct p384_key *mine,
                               const struct ec_point *theirs,
                               struct sevk_secret *ret, struct sevk_error *err);

/* ECDSA (FIPS 186-4) over HASH of DATA. */
SEVK_MUST_CHECK bool p384_sign(const struct p384_key *key, enum ec_hash hash,
                               struct bytes data, struct ec_signature *ret,
                               struct sevk_error *err);

/* True when SIGNATURE is the key's over DATA. Bad input is just "no". */
bool p384_verify(const struct ec_point *key, enum ec_hash hash,
                 struct bytes data, const struct ec_signature *signature);

/*
 * GET_ID (formats.md 1.5): the public point of the secp256k1 key whose scalar
 * is the chip's key, as X || Y, 32 bytes big-endian each. SCALAR has 32 bytes
 * big-endian and is 1 to n - 1; else SEVK_INPUT.
 */
SEVK_MUST_CHECK bool secp256k1_public(const struct sevk_secret *scalar,
                                      uint8_t ret[static 2 * SECP256K1_LEN],
                                      struct sevk_error *err);

/*
 * Reduces a big-endian number of any length to a scalar of P-384: value mod
 * (n - 1) + 1 (FIPS 186-4, B.4.1; formats.md 1.5). RET has 48 bytes,
 * big-endian.
 */
SEVK_MUST_CHECK bool p384_scalar_from_bits(struct bytes be,
                                           struct sevk_secret *ret,
                                           struct sevk_error *err);

#endif
