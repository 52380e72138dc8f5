/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in text: decimal or 0x, with limits. */
#ifndef SEVKIT_BASE_NUMBER_H
#define SEVKIT_BASE_NUMBER_H

#include "base/error.h"

/*
 * The whole of TEXT is one number, decimal or 0x with hexadecimal digits, no
 * sign, no space; MIN to MAX. Leading zeros do not make it octal. WHAT names
 * it in messages ("--vcpus").
 */
SEVK_MUST_CHECK bool number_parse(const char *text, uint64_t min, uint64_t max,
                                  const char *what, uint64_t *ret,
                                  struct sevk_error *err);

SEVK_MUST_CHECK bool number_parse_u32(const char *text, uint32_t min,
                                      uint32_t max, const char *what,
                                      uint32_t *ret, struct sevk_error *err);

#endif
