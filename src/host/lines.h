/* SPDX-License-Identifier: Apache-2.0 */
/* Reading "key value" lines, as /proc, /sys and recordings have them. */
#ifndef SEVKIT_HOST_LINES_H
#define SEVKIT_HOST_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Finds the first line of TEXT that begins with KEY and then has white space
 * or a colon, and copies the rest without white space around it, cut to N - 1
 * characters, with control characters as "?". False: there is none.
 */
bool lines_value(const char *text, const char *key, char *ret, size_t n);

/* The same for a whole number, decimal or 0x. False also for another text. */
bool lines_number(const char *text, const char *key, uint64_t *ret);

/* The next word of *AT, cut to N - 1 characters; false at the end. */
bool lines_word(const char **at, char *ret, size_t n);

/* Is WORD one of the words of TEXT? */
bool lines_has_word(const char *text, const char *word);

/*
 * Copies the line at *AT, cut to N - 1 characters, and moves on to the next.
 * False at the end.
 */
bool lines_next(const char **at, char *ret, size_t n);

#endif
