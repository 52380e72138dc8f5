/* SPDX-License-Identifier: Apache-2.0 */
/* A view of bytes that somebody else owns. */
#ifndef SEVKIT_BASE_BYTES_H
#define SEVKIT_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Valid as long as what it was taken from; never freed. Copied with "=". */
struct bytes {
    const uint8_t *p;
    size_t n;
};

/* A view of a whole array object (not of a pointer). */
#define BYTES_OF(array)                                                        \
    ((struct bytes){ (const uint8_t *)(array), sizeof(array) })

static inline struct bytes bytes_make(const void *p, size_t n)
{
    return (struct bytes){ (const uint8_t *)p, n };
}

/* A view of a string without its NUL. */
static inline struct bytes bytes_of_string(const char *s)
{
    return bytes_make(s, strlen(s));
}

/*
 * Compares what is public. The time it takes depends on the content: MACs,
 * measurements, tokens and keys are compared with secret_equal().
 */
static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool bytes_all_zero(struct bytes b)
{
    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] != 0) {
            return false;
        }
    }
    return true;
}

#endif
