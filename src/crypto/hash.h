/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 as a value, SHA-384 in one call, HMAC-SHA256. */
#ifndef SEVKIT_CRYPTO_HASH_H
#define SEVKIT_CRYPTO_HASH_H

#include <sevkit/error.h>

#include "base/bytes.h"

#define SHA256_LEN 32
#define SHA384_LEN 48

/*
 * A running SHA-256 (FIPS 180-4). It holds no pointers: "=" copies it, so that
 * a state can be kept and continued in many ways. The functions can't fail.
 */
struct sha256 {
    uint64_t state_[14];
};

void sha256_init(struct sha256 *h);
void sha256_update(struct sha256 *h, struct bytes data);

/* Ends the hash; H is used up and must be begun anew. */
void sha256_final(struct sha256 *h, uint8_t ret[static SHA256_LEN]);

/* All in one. */
void sha256(struct bytes data, uint8_t ret[static SHA256_LEN]);

void sha384(struct bytes data, uint8_t ret[static SHA384_LEN]);

/*
 * HMAC-SHA256 (RFC 2104) over the N_PARTS pieces one after the other. KEY has
 * any length. The result is a MAC: compare it with secret_equal().
 */
void hmac_sha256(struct bytes key, const struct bytes *parts, size_t n_parts,
                 uint8_t ret[static SHA256_LEN]);

/*
 * The same for many messages under one key: the two blocks that the key makes
 * are hashed once. It stands for the key, so it is wiped: OWN(hmac_key_clear).
 */
struct hmac_key {
    struct sha256 inner_;
    struct sha256 outer_;
};

void hmac_key_init(struct hmac_key *k, struct bytes key);
void hmac_key_clear(struct hmac_key *k);
void hmac_key_mac(const struct hmac_key *k, struct bytes message,
                  uint8_t ret[static SHA256_LEN]);

#endif
