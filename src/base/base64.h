/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4). Not for secrets. */
#ifndef SEVKIT_BASE_BASE64_H
#define SEVKIT_BASE_BASE64_H

#include "base/buf.h"

/* One line, padded, no newline, appended to TO. */
SEVK_MUST_CHECK bool base64_append(struct buf *to, struct bytes from,
                                   struct sevk_error *err);

/*
 * Decodes TEXT and appends the bytes to TO. White space (space, tab, newline,
 * carriage return) may stand anywhere; padding must be exact and the unused
 * bits of the last character zero, so that one content has one text. WHAT
 * names the text in messages. TO is left as it was on failure.
 */
SEVK_MUST_CHECK bool base64_decode(struct buf *to, struct bytes text,
                                   const char *what, struct sevk_error *err);

/* The same for content whose size is known: exactly N bytes. */
SEVK_MUST_CHECK bool base64_decode_exact(uint8_t *ret, size_t n,
                                         struct bytes text, const char *what,
                                         struct sevk_error *err);

#endif
