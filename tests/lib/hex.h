/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal in tests: a fault in it fails the test. */
#ifndef SEVKIT_TESTS_HEX_H
#define SEVKIT_TESTS_HEX_H

#include "base/buf.h"

/* Exactly N bytes; spaces between digits are passed over. */
void unhex(const char *text, uint8_t *ret, size_t n);

/* As many bytes as TEXT has; the caller frees them. */
struct buf unhex_all(const char *text);

/* BYTES are those of TEXT; else the test fails and shows both. */
#define assert_hex(bytes, text)                                                \
    assert_bytes_are((bytes), (text), __FILE__, __LINE__)
void assert_bytes_are(struct bytes bytes, const char *text, const char *file,
                      int line);

#endif
