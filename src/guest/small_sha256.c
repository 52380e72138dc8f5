/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, as FIPS 180-4 writes it. The rounds are unrolled by eight, so that
 * the working variables trade names instead of moving.
 */
#include "guest/small_sha256.h"

#include <stddef.h>

/* FIPS 180-4, 4.2.2 */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static inline uint32_t read_be32(const uint8_t *from)
{
    uint32_t value;
    __builtin_memcpy(&value, from, sizeof(value));
    return __builtin_bswap32(value);
}

/* FIPS 180-4, 6.2.2 step 1 */
static void schedule(uint32_t w[static 64], const uint8_t *block)
{
    for (size_t t = 0; t < 16; t++) {
        w[t] = read_be32(block + 4 * t);
    }
    for (size_t t = 16; t < 64; t++) {
        uint32_t a = w[t - 15], b = w[t - 2];
        uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
        uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
}

/* FIPS 180-4, 6.2.2 step 3: after the round d is the new e, h the new a. */
#define ROUND(a, b, c, d, e, f, g, h, t)                                       \
    do {                                                                       \
        uint32_t t1 = h + K[t] + w[t] + (g ^ (e & (f ^ g))) +                  \
                      (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25));          \
        d += t1;                                                               \
        h = t1 + ((a & b) | (c & (a | b))) +                                   \
            (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22));                    \
    } while (0)

static void compress(uint32_t state[static 8], const uint8_t *block)
{
    uint32_t w[64];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

    schedule(w, block);
    for (size_t t = 0; t < 64; t += 8) {
        ROUND(a, b, c, d, e, f, g, h, t);
        ROUND(h, a, b, c, d, e, f, g, t + 1);
        ROUND(g, h, a, b, c, d, e, f, t + 2);
        ROUND(f, g, h, a, b, c, d, e, t + 3);
        ROUND(e, f, g, h, a, b, c, d, t + 4);
        ROUND(d, e, f, g, h, a, b, c, t + 5);
        ROUND(c, d, e, f, g, h, a, b, t + 6);
        ROUND(b, c, d, e, f, g, h, a, t + 7);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void small_sha256_start(struct small_sha256 *sha)
{
    /* FIPS 180-4, 5.3.3 */
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };

    __builtin_memcpy(sha->h, initial, sizeof(initial));
    sha->total = 0;
}

void small_sha256_add(struct small_sha256 *sha, const void *data,
                      uint32_t length)
{
    const uint8_t *from = data;
    uint32_t held = sha->total % 64;

    sha->total += length;
    if (held > 0) {
        uint32_t take = length < 64 - held ? length : 64 - held;
        __builtin_memcpy(sha->block + held, from, take);
        if (held + take < 64) {
            return;
        }
        compress(sha->h, sha->block);
        from += take;
        length -= take;
    }
    for (; length >= 64; from += 64, length -= 64) {
        compress(sha->h, from);
    }
    __builtin_memcpy(sha->block, from, length);
}

void small_sha256_end(struct small_sha256 *sha,
                      uint8_t ret_digest[static SMALL_SHA256_LEN])
{
    static const uint8_t padding[64] = { 0x80 };
    uint32_t total = sha->total;
    uint32_t bits[2] = { __builtin_bswap32(total >> 29),
                         __builtin_bswap32(total << 3) };

    small_sha256_add(sha, padding, 1 + (119 - total % 64) % 64);
    small_sha256_add(sha, bits, sizeof(bits));
    for (size_t i = 0; i < 8; i++) {
        uint32_t word = __builtin_bswap32(sha->h[i]);
        __builtin_memcpy(ret_digest + 4 * i, &word, sizeof(word));
    }
}
