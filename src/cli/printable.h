/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside, made fit for JSON and for a terminal. */
#ifndef SEVKIT_CLI_PRINTABLE_H
#define SEVKIT_CLI_PRINTABLE_H

#include <stdbool.h>
#include <stdio.h>

/*
 * A copy of TEXT in which each byte that is not part of a valid UTF-8 sequence
 * (RFC 3629: shortest form, no surrogates) is U+FFFD; NULL when memory is
 * short. The caller frees it.
 */
char *printable_utf8(const char *text);

/*
 * Writes TEXT; control characters (C0, DEL and C1: what moves cursors and
 * rewrites screens) and what is not UTF-8 become "?". Newlines stay if KEEP_NL.
 */
void printable_put(const char *text, bool keep_nl, FILE *to);

#endif
