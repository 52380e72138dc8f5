/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's key derivation. */
#ifndef SEVKIT_FW_KDF_H
#define SEVKIT_FW_KDF_H

#include <sevkit/error.h>

#include "base/secret.h"

/*
 * SP 800-108 in counter mode with HMAC-SHA256 (SEV API, "key derivation";
 * formats.md 2, step 2). Block i, from 1, is the HMAC under KEY of
 *
 *     i (u32 LE) || LABEL without its NUL || 00h || CONTEXT || bits (u32 LE)
 *
 * and the output its N bytes, cut from the blocks one after the other. N is 1
 * to 8192. Fails with SEVK_HOST when there is no memory.
 */
SEVK_MUST_CHECK bool fw_kdf(struct bytes key, const char *label,
                            struct bytes context, size_t n,
                            struct sevk_secret *ret, struct sevk_error *err);

#endif
