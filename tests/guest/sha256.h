/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4), for inputs under 4 GiB. It is the guest's own, so that
 * what the guest prints does not rest on the library under test. */
#ifndef GUEST_SHA256_H
#define GUEST_SHA256_H

#include <stdint.h>

enum {
    SHA256_LEN = 32
};

struct sha256 {
    uint32_t h[8];
    uint32_t total;
    uint8_t block[64];
};

void sha256_start(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *data, uint32_t length);
void sha256_end(struct sha256 *sha, uint8_t ret_digest[static SHA256_LEN]);

#endif
