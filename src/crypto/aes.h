/* SPDX-License-Identifier: Apache-2.0 */
/* AES-128 in the modes that SEV uses. */
#ifndef SEVKIT_CRYPTO_AES_H
#define SEVKIT_CRYPTO_AES_H

#include <sevkit/error.h>

#include "base/bytes.h"

#define AES128_KEY_LEN 16
#define AES_BLOCK_LEN  16

/*
 * AES-128-CTR (SP 800-38A, 6.5): OUT gets in.n bytes and may be the input's
 * own memory. The counter block begins as IV and counts as a 128-bit
 * big-endian number. Encrypting and decrypting are the same. KEY has exactly
 * 16 bytes, IN less than 2 GiB (asserted). Fails with SEVK_HOST when libcrypto
 * does.
 */
SEVK_MUST_CHECK bool aes128_ctr(struct bytes key,
                                const uint8_t iv[static AES_BLOCK_LEN],
                                struct bytes in, uint8_t *out,
                                struct sevk_error *err);

#endif
