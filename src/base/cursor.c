/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors that read and write byte layouts. */
#include "base/cursor.h"

#include <assert.h>

struct rd rd_make(struct bytes in)
{
    return (struct rd){ .in = in };
}

static const uint8_t *advance(struct rd *r, size_t n)
{
    const uint8_t *p;

    if (r->fault != RD_OK) {
        return NULL;
    }
    if (n > r->in.n - r->at) {
        r->fault = RD_SHORT;
        r->fault_at = r->at;
        return NULL;
    }
    p = r->in.p;
    if (r->at > 0) { /* an empty view may have no address to add to */
        p += r->at;
    }
    r->at += n;
    return p;
}

uint8_t rd_u8(struct rd *r)
{
    const uint8_t *p = advance(r, 1);

    return p == NULL ? 0 : *p;
}

uint16_t rd_le16(struct rd *r)
{
    const uint8_t *p = advance(r, 2);

    return p == NULL ? 0 : load_le16(p);
}

uint32_t rd_le32(struct rd *r)
{
    const uint8_t *p = advance(r, 4);

    return p == NULL ? 0 : load_le32(p);
}

uint64_t rd_le64(struct rd *r)
{
    const uint8_t *p = advance(r, 8);

    return p == NULL ? 0 : load_le64(p);
}

void rd_copy(struct rd *r, uint8_t *out, size_t n)
{
    const uint8_t *p = advance(r, n);

    if (n == 0) {
        return;
    }
    if (p == NULL) {
        memset(out, 0, n);
    } else {
        memcpy(out, p, n);
    }
}

struct bytes rd_view(struct rd *r, size_t n)
{
    const uint8_t *p = advance(r, n);

    return p == NULL ? (struct bytes){ 0 } : bytes_make(p, n);
}

void rd_zero(struct rd *r, size_t n)
{
    size_t begin = r->at;
    const uint8_t *p = advance(r, n);

    for (size_t i = 0; p != NULL && i < n; i++) {
        if (p[i] != 0) {
            r->fault = RD_RESERVED;
            r->fault_at = begin + i;
            return;
        }
    }
}

void rd_skip(struct rd *r, size_t n)
{
    (void)advance(r, n);
}

size_t rd_left(const struct rd *r)
{
    return r->fault != RD_OK ? 0 : r->in.n - r->at;
}

bool rd_ok(const struct rd *r, const char *what, struct sevk_error *err)
{
    switch (r->fault) {
    case RD_SHORT:
        return sevk_fail(err, SEVK_INPUT,
                         "%s: ends at %03zXh, within a field that begins at "
                         "%03zXh",
                         what, r->in.n, r->fault_at);
    case RD_RESERVED:
        return sevk_fail(err, SEVK_INPUT,
                         "%s: reserved bytes at %03zXh are not zero", what,
                         r->fault_at);
    case RD_OK:
        break;
    }
    return true;
}

bool rd_done(const struct rd *r, const char *what, struct sevk_error *err)
{
    if (!rd_ok(r, what, err)) {
        return false;
    }
    if (r->at != r->in.n) {
        return sevk_fail(err, SEVK_INPUT, "%s: %zu bytes too many", what,
                         r->in.n - r->at);
    }
    return true;
}

struct wr wr_make(uint8_t *out, size_t n)
{
    return (struct wr){ .out = out, .n = n };
}

static uint8_t *claim(struct wr *w, size_t n)
{
    uint8_t *p = w->out + w->at;

    assert(n <= w->n - w->at);
    w->at += n;
    return p;
}

void wr_u8(struct wr *w, uint8_t v)
{
    *claim(w, 1) = v;
}

void wr_le16(struct wr *w, uint16_t v)
{
    store_le16(claim(w, 2), v);
}

void wr_le32(struct wr *w, uint32_t v)
{
    store_le32(claim(w, 4), v);
}

void wr_le64(struct wr *w, uint64_t v)
{
    store_le64(claim(w, 8), v);
}

void wr_copy(struct wr *w, const uint8_t *p, size_t n)
{
    uint8_t *to = claim(w, n);

    if (n > 0) {
        memcpy(to, p, n);
    }
}

void wr_zero(struct wr *w, size_t n)
{
    memset(claim(w, n), 0, n);
}

void wr_zero_to(struct wr *w, size_t at)
{
    assert(at >= w->at);
    wr_zero(w, at - w->at);
}

void wr_end(const struct wr *w)
{
    assert(w->at == w->n);
    (void)w;
}

uint16_t load_le16(const uint8_t p[static 2])
{
    return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t load_le32(const uint8_t p[static 4])
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

uint64_t load_le64(const uint8_t p[static 8])
{
    return load_le32(p) | (uint64_t)load_le32(p + 4) << 32;
}

void store_le16(uint8_t p[static 2], uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

void store_le32(uint8_t p[static 4], uint32_t v)
{
    store_le16(p, (uint16_t)v);
    store_le16(p + 2, (uint16_t)(v >> 16));
}

void store_le64(uint8_t p[static 8], uint64_t v)
{
    store_le32(p, (uint32_t)v);
    store_le32(p + 4, (uint32_t)(v >> 32));
}
