/* SPDX-License-Identifier: Apache-2.0 */
/* A SHA-256 without a library, for programs that take none along. */
#ifndef SEVKIT_GUEST_SMALL_SHA256_H
#define SEVKIT_GUEST_SMALL_SHA256_H

#include <stdint.h>

/*
 * For inputs under 4 GiB. crypto/hash.h is the one to use where libcrypto is at
 * hand; this one is for sevkit-guest, which lies in an initramfs, and for the
 * guests of the tests, which have no library at all (and so do not rest on the
 * one under test). It includes nothing of ours for that reason.
 */
enum {
    SMALL_SHA256_LEN = 32
};

struct small_sha256 {
    uint32_t h[8];
    uint32_t total;
    uint8_t block[64];
};

void small_sha256_start(struct small_sha256 *sha);
void small_sha256_add(struct small_sha256 *sha, const void *data,
                      uint32_t length);
void small_sha256_end(struct small_sha256 *sha,
                      uint8_t ret_digest[static SMALL_SHA256_LEN]);

#endif
