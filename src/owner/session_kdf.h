/* SPDX-License-Identifier: Apache-2.0 */
/* The guest owner's key derivation. */
#ifndef SEVKIT_OWNER_SESSION_KDF_H
#define SEVKIT_OWNER_SESSION_KDF_H

#include "base/bytes.h"

/*
 * SP 800-108 in counter mode with HMAC-SHA256 (SEV API 2.2.2; formats.md 2,
 * step 2): block i = HMAC(key, i || label || 00h || context || L), i and L
 * 32-bit little-endian, i from 1, L the output's length in bits; the label is
 * without its NUL. N is at most 8160 (asserted). OUT is a secret.
 */
void session_kdf(struct bytes key, const char *label, struct bytes context,
                 uint8_t *out, size_t n);

#endif
