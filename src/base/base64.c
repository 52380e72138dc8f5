/* SPDX-License-Identifier: Apache-2.0 */
/* Base64. */
#include "base/base64.h"

#include "base/own.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode_group(const uint8_t *in, size_t n, char out[4])
{
    uint32_t v = (uint32_t)in[0] << 16 | (n > 1 ? (uint32_t)in[1] << 8 : 0) |
                 (n > 2 ? in[2] : 0);

    out[0] = alphabet[v >> 18];
    out[1] = alphabet[v >> 12 & 63];
    out[2] = n > 1 ? alphabet[v >> 6 & 63] : '=';
    out[3] = n > 2 ? alphabet[v & 63] : '=';
}

bool base64_append(struct buf *to, struct bytes from, struct sevk_error *err)
{
    if (from.n > SIZE_MAX / 2) {
        return sevk_fail(err, SEVK_HOST, "out of memory for %zu bytes", from.n);
    }
    if (!buf_reserve(to, (from.n + 2) / 3 * 4, err)) {
        return false;
    }
    for (size_t i = 0; i < from.n; i += 3) {
        size_t n = from.n - i < 3 ? from.n - i : 3;

        encode_group(from.p + i, n, (char *)to->p + to->n);
        to->n += 4;
    }
    to->p[to->n] = 0;
    return true;
}

static int value_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* What has been read of the current group of four characters. */
struct group {
    uint32_t bits;
    unsigned int chars;
    unsigned int pads;
};

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool take_character(struct group *g, uint8_t c)
{
    int value = value_of(c);

    if (c == '=') {
        g->pads++;
        g->bits <<= 6;
    } else if (value >= 0 && g->pads == 0) {
        g->bits = g->bits << 6 | (uint32_t)value;
    } else {
        return false;
    }
    g->chars++;
    return g->pads == 0 || g->chars - g->pads >= 2;
}

/* The bytes of a full group; false when unused bits are not zero. */
static bool finish_group(const struct group *g, uint8_t *out, size_t *ret_n)
{
    size_t n = 3 - g->pads;

    if ((g->bits & ((1u << (8 * g->pads)) - 1)) != 0) {
        return false;
    }
    out[0] = (uint8_t)(g->bits >> 16);
    if (n > 1) {
        out[1] = (uint8_t)(g->bits >> 8);
    }
    if (n > 2) {
        out[2] = (uint8_t)g->bits;
    }
    *ret_n = n;
    return true;
}

/* Returns the position of the first fault, or text.n; *RET_N bytes in OUT. */
static size_t decode(struct bytes text, uint8_t *out, size_t *ret_n)
{
    struct group g = { 0 };
    bool ended = false;
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        size_t more = 0;

        if (is_space(text.p[i])) {
            continue;
        }
        if (ended || !take_character(&g, text.p[i])) {
            return i;
        }
        if (g.chars < 4) {
            continue;
        }
        if (!finish_group(&g, out + n, &more)) {
            return i;
        }
        n += more;
        ended = g.pads > 0;
        g = (struct group){ 0 };
    }
    *ret_n = n;
    return g.chars == 0 ? text.n : text.n + 1;
}

bool base64_decode(struct buf *to, struct bytes text, const char *what,
                   struct sevk_error *err)
{
    size_t n = 0;
    size_t at;

    if (!buf_reserve(to, text.n / 4 * 3 + 3, err)) {
        return false;
    }
    at = decode(text, to->p + to->n, &n);
    if (at != text.n) {
        to->p[to->n] = 0;
    }
    if (at > text.n) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: base64 text is cut off: the number of its "
                         "characters is not a multiple of 4",
                         what);
    }
    if (at < text.n) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: not base64 text: character %zu does not belong "
                         "there",
                         what, at + 1);
    }
    to->n += n;
    to->p[to->n] = 0;
    return true;
}

bool base64_decode_exact(uint8_t *ret, size_t n, struct bytes text,
                         const char *what, struct sevk_error *err)
{
    OWN(buf_free) struct buf whole = { 0 };

    if (!base64_decode(&whole, text, what, err)) {
        return false;
    }
    if (whole.n != n) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: %zu bytes are needed, the base64 text holds %zu",
                         what, n, whole.n);
    }
    memcpy(ret, whole.p, n);
    return true;
}
