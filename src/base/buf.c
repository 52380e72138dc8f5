/* SPDX-License-Identifier: Apache-2.0 */
/* A growable byte buffer that owns its memory. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/secret.h"

void buf_free(struct buf *b)
{
    if (b->p != NULL) {
        wipe(b->p, b->cap);
        free(b->p);
    }
    *b = (struct buf){ 0 };
}

/* realloc() may leave a copy of the old content behind: hence by hand. */
static bool move_to(struct buf *b, size_t cap, struct sevk_error *err)
{
    uint8_t *p = malloc(cap);

    if (p == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for %zu bytes", cap);
    }
    if (b->p != NULL) {
        memcpy(p, b->p, b->n);
        wipe(b->p, b->cap);
        free(b->p);
    }
    p[b->n] = 0;
    b->p = p;
    b->cap = cap;
    return true;
}

bool buf_reserve(struct buf *b, size_t n, struct sevk_error *err)
{
    size_t cap = b->cap == 0 ? 64 : b->cap;

    if (n >= SIZE_MAX / 4 - b->n) {
        return sevk_fail(err, SEVK_HOST, "out of memory for %zu bytes", n);
    }
    while (cap < b->n + n + 1) {
        cap *= 2;
    }
    return cap == b->cap || move_to(b, cap, err);
}

bool buf_append(struct buf *b, struct bytes add, struct sevk_error *err)
{
    if (!buf_reserve(b, add.n, err)) {
        return false;
    }
    if (add.n > 0) {
        memcpy(b->p + b->n, add.p, add.n);
    }
    b->n += add.n;
    b->p[b->n] = 0;
    return true;
}

bool buf_append_string(struct buf *b, const char *s, struct sevk_error *err)
{
    return buf_append(b, bytes_of_string(s), err);
}

bool buf_printf(struct buf *b, struct sevk_error *err, const char *fmt, ...)
{
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0) {
        return sevk_fail(err, SEVK_HOST, "text can't be formatted");
    }
    if (!buf_reserve(b, (size_t)n, err)) {
        return false;
    }
    va_start(args, fmt);
    vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, args);
    va_end(args);
    b->n += (size_t)n;
    return true;
}

void buf_consume(struct buf *b, size_t n)
{
    if (n == 0) {
        return;
    }
    memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
    b->p[b->n] = 0;
}
