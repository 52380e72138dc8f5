/* SPDX-License-Identifier: Apache-2.0 */
/* RSASSA-PSS: the signatures of AMD's roots. */
#ifndef SEVKIT_CRYPTO_RSA_H
#define SEVKIT_CRYPTO_RSA_H

#include <sevkit/error.h>

#include "base/buf.h"

#define RSA_MAX_LEN 512 /* 4096 bits */

/*
 * Numbers are little-endian, as in AMD's certificates (formats.md 1.1, 1.3).
 * Two sizes exist: 2048 bits with SHA-256 and a salt of 32 bytes, 4096 bits
 * with SHA-384 and a salt of 48; MGF1 uses the same hash.
 */
struct rsa_public {
    size_t n; /* bytes of each number: 256 or 512 */
    uint8_t modulus[RSA_MAX_LEN];
    uint8_t exponent[RSA_MAX_LEN];
};

/* True when SIGNATURE (key->n bytes) is the key's over DATA; else just "no". */
bool rsa_verify(const struct rsa_public *key, struct bytes data,
                const uint8_t *signature);

/* A private key, of which only the virtual platform has any. */
struct rsa_key;
void rsa_key_free(struct rsa_key **key);

/* BITS is 2048 or 4096. Uses libcrypto's own generator; takes seconds. */
SEVK_MUST_CHECK bool rsa_key_generate(unsigned int bits, struct rsa_key **ret,
                                      struct sevk_error *err);

void rsa_key_public(const struct rsa_key *key, struct rsa_public *ret);

/* RET gets as many bytes as the key has. */
SEVK_MUST_CHECK bool rsa_sign(const struct rsa_key *key, struct bytes data,
                              uint8_t *ret, struct sevk_error *err);

#endif
