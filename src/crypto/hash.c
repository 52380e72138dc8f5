/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, SHA-384 and HMAC-SHA256 from libcrypto. */

/*
 * libcrypto's SHA256_* functions are marked as deprecated in favour of EVP.
 * They are used on purpose: their state is a plain value that can be copied,
 * which the search for an explanation does a hundred thousand times a second,
 * and they need no provider to be looked up, which costs a short program more
 * than hashing a megabyte.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/hash.h"

#include <assert.h>

#include <openssl/sha.h>

#include "base/secret.h"

#define BLOCK_LEN 64

static_assert(sizeof(SHA256_CTX) <= sizeof(struct sha256),
              "struct sha256 has room for libcrypto's state");
static_assert(_Alignof(SHA256_CTX) <= _Alignof(struct sha256),
              "struct sha256 is aligned for libcrypto's state");

static SHA256_CTX *state_of(struct sha256 *h)
{
    return (SHA256_CTX *)(void *)h->state_;
}

void sha256_init(struct sha256 *h)
{
    SHA256_Init(state_of(h));
}

void sha256_update(struct sha256 *h, struct bytes data)
{
    if (data.n > 0) {
        SHA256_Update(state_of(h), data.p, data.n);
    }
}

void sha256_final(struct sha256 *h, uint8_t ret[static SHA256_LEN])
{
    SHA256_Final(ret, state_of(h));
    wipe(h, sizeof *h);
}

void sha256(struct bytes data, uint8_t ret[static SHA256_LEN])
{
    struct sha256 h;

    sha256_init(&h);
    sha256_update(&h, data);
    sha256_final(&h, ret);
}

void sha384(struct bytes data, uint8_t ret[static SHA384_LEN])
{
    SHA384(data.p, data.n, ret);
}

/* The key, hashed if it is longer than a block, padded and masked. */
static void begin_with_key(struct sha256 *h, struct bytes key, uint8_t mask)
{
    uint8_t block[BLOCK_LEN] = { 0 };
    WIPED(block);

    if (key.n > BLOCK_LEN) {
        sha256(key, block);
    } else if (key.n > 0) {
        memcpy(block, key.p, key.n);
    }
    for (size_t i = 0; i < BLOCK_LEN; i++) {
        block[i] ^= mask;
    }
    sha256_init(h);
    sha256_update(h, BYTES_OF(block));
}

void hmac_sha256(struct bytes key, const struct bytes *parts, size_t n_parts,
                 uint8_t ret[static SHA256_LEN])
{
    uint8_t inner[SHA256_LEN];
    struct sha256 h;
    WIPED(inner);

    begin_with_key(&h, key, 0x36);
    for (size_t i = 0; i < n_parts; i++) {
        sha256_update(&h, parts[i]);
    }
    sha256_final(&h, inner);
    begin_with_key(&h, key, 0x5c);
    sha256_update(&h, BYTES_OF(inner));
    sha256_final(&h, ret);
}

void hmac_key_init(struct hmac_key *k, struct bytes key)
{
    begin_with_key(&k->inner_, key, 0x36);
    begin_with_key(&k->outer_, key, 0x5c);
}

void hmac_key_clear(struct hmac_key *k)
{
    wipe(k, sizeof *k);
}

void hmac_key_mac(const struct hmac_key *k, struct bytes message,
                  uint8_t ret[static SHA256_LEN])
{
    uint8_t inner[SHA256_LEN];
    struct sha256 h = k->inner_;
    WIPED(inner);

    sha256_update(&h, message);
    sha256_final(&h, inner);
    h = k->outer_;
    sha256_update(&h, BYTES_OF(inner));
    sha256_final(&h, ret);
}
