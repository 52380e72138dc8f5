/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors that read and write byte layouts, one field after the other. */
#ifndef SEVKIT_BASE_CURSOR_H
#define SEVKIT_BASE_CURSOR_H

#include "base/error.h"

#include "base/bytes.h"

/*
 * Reading. A decoder is a column of assignments in the order of the bytes,
 * with the specification's offsets at the right margin:
 *
 *     struct rd r = rd_make(bytes);
 *     c.version = rd_le32(&r);                       000h
 *     rd_zero(&r, 2);                                006h
 *     return rd_done(&r, "SEV certificate", err);
 *
 * A cursor that ran short, or met reserved bytes that are not zero, stays bad:
 * later reads return zeros, and rd_done() reports the first fault with its
 * offset. So the fields are checked once, at the end, before they are used.
 */
enum rd_fault {
    RD_OK = 0,
    RD_SHORT,    /* the bytes end before the field does */
    RD_RESERVED, /* reserved bytes are not zero */
};

struct rd {
    struct bytes in;
    size_t at;
    enum rd_fault fault;
    size_t
        fault_at; /* the offset of the field that ran short, or of the byte */
};

struct rd rd_make(struct bytes in);

uint8_t rd_u8(struct rd *r);
uint16_t rd_le16(struct rd *r);
uint32_t rd_le32(struct rd *r);
uint64_t rd_le64(struct rd *r);

/* Copies N bytes to OUT; zeros when the cursor is bad. */
void rd_copy(struct rd *r, uint8_t *out, size_t n);

/* A view of the next N bytes; empty when the cursor is bad. */
struct bytes rd_view(struct rd *r, size_t n);

/* Passes over N reserved bytes, which must be zero. */
void rd_zero(struct rd *r, size_t n);

/* Passes over N bytes of any value. */
void rd_skip(struct rd *r, size_t n);

/* How many bytes are left; 0 when the cursor is bad. */
size_t rd_left(const struct rd *r);

/*
 * True when every field was there and nothing is left. Otherwise fails with
 * SEVK_INPUT: "WHAT: ends at 41Ch, within a field that begins at 018h",
 * "WHAT: reserved bytes at 006h are not zero", "WHAT: 3 bytes too many".
 */
SEVK_MUST_CHECK bool rd_done(const struct rd *r, const char *what,
                             struct sevk_error *err);

/* The same, but bytes may be left over: for a layout inside a larger one. */
SEVK_MUST_CHECK bool rd_ok(const struct rd *r, const char *what,
                           struct sevk_error *err);

/*
 * Writing into an array whose size is right by construction: a write that does
 * not fit is a bug, and asserts. wr_end() asserts that the array is full.
 */
struct wr {
    uint8_t *out;
    size_t n;
    size_t at;
};

struct wr wr_make(uint8_t *out, size_t n);

void wr_u8(struct wr *w, uint8_t v);
void wr_le16(struct wr *w, uint16_t v);
void wr_le32(struct wr *w, uint32_t v);
void wr_le64(struct wr *w, uint64_t v);
void wr_copy(struct wr *w, const uint8_t *p, size_t n);
void wr_zero(struct wr *w, size_t n);

/* Writes zeros up to offset AT, which lies at or behind the cursor. */
void wr_zero_to(struct wr *w, size_t at);

void wr_end(const struct wr *w);

/* Single values at a place, for tables that are walked backwards. */
uint16_t load_le16(const uint8_t p[static 2]);
uint32_t load_le32(const uint8_t p[static 4]);
uint64_t load_le64(const uint8_t p[static 8]);
void store_le16(uint8_t p[static 2], uint16_t v);
void store_le32(uint8_t p[static 4], uint32_t v);
void store_le64(uint8_t p[static 8], uint64_t v);

#endif
