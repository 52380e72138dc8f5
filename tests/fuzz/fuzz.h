/* SPDX-License-Identifier: Apache-2.0 */
/* What a fuzz target is: one function that hostile bytes are given to. */
#ifndef SEVKIT_TESTS_FUZZ_H
#define SEVKIT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Parses N bytes at P in whatever way the target is about. What the parser
 * accepts must survive a round trip; a broken promise aborts through must().
 * The name is libFuzzer's; always returns 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Unlike assert() it is never compiled out. */
#define must(condition)                                                        \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__,   \
                    #condition);                                               \
            abort();                                                           \
        }                                                                      \
    } while (0)

/* The bytes as a C string, cut at the first NUL; the caller frees it. */
static inline char *fuzz_string(const uint8_t *p, size_t n)
{
    char *text = malloc(n + 1);

    must(text != NULL);
    if (n > 0) {
        memcpy(text, p, n);
    }
    text[n] = '\0';
    return text;
}

#endif
