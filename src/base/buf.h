/* SPDX-License-Identifier: Apache-2.0 */
/* A growable byte buffer that owns its memory. Not for secrets. */
#ifndef SEVKIT_BASE_BUF_H
#define SEVKIT_BASE_BUF_H

#include <stdarg.h>

#include "base/error.h"

#include "base/bytes.h"

/*
 * Start with all zeros; release with buf_free (also as OWN(buf_free)). "p" is
 * NULL while nothing was ever stored; otherwise the byte at p[n] exists and is
 * 0, so text can be passed on as a C string.
 *
 * Memory is wiped before it is given back, so that a buffer which a secret
 * went through by mistake does not keep it; that is a net, not a licence.
 */
struct buf {
    uint8_t *p;
    size_t n;
    size_t cap;
};

void buf_free(struct buf *b);

/* Makes room for N more bytes. Fails (SEVK_HOST) when memory is short. */
SEVK_MUST_CHECK bool buf_reserve(struct buf *b, size_t n,
                                 struct sevk_error *err);

SEVK_MUST_CHECK bool buf_append(struct buf *b, struct bytes add,
                                struct sevk_error *err);
SEVK_MUST_CHECK bool buf_append_string(struct buf *b, const char *s,
                                       struct sevk_error *err);
SEVK_MUST_CHECK bool buf_printf(struct buf *b, struct sevk_error *err,
                                const char *fmt, ...) SEVK_PRINTF(3, 4);

/* Removes the first N bytes (N is at most b->n). */
void buf_consume(struct buf *b, size_t n);

/* A view of the content, valid until the next change. */
static inline struct bytes buf_bytes(const struct buf *b)
{
    return (struct bytes){ b->p, b->n };
}

/* The content as a C string: "" when nothing was stored. */
static inline const char *buf_string(const struct buf *b)
{
    return b->p == NULL ? "" : (const char *)b->p;
}

#endif
