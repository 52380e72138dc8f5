/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal text. Not for secrets. */
#ifndef SEVKIT_BASE_HEX_H
#define SEVKIT_BASE_HEX_H

#include "base/buf.h"

/* Lower case, two digits a byte, appended to TO. */
SEVK_MUST_CHECK bool hex_append(struct buf *to, struct bytes from,
                                struct sevk_error *err);

/* Writes 2 * from.n digits and a NUL to TEXT, which holds as many. */
void hex_format(struct bytes from, char *ret_text);

/*
 * Exactly N bytes from 2 * N digits of either case, nothing else around them.
 * WHAT names the text in messages.
 */
SEVK_MUST_CHECK bool hex_decode(const char *text, uint8_t *ret, size_t n,
                                const char *what, struct sevk_error *err);

#endif
