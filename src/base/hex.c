/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal text. */
#include "base/hex.h"

static const char digits[] = "0123456789abcdef";

void hex_format(struct bytes from, char *ret_text)
{
    for (size_t i = 0; i < from.n; i++) {
        ret_text[2 * i] = digits[from.p[i] >> 4];
        ret_text[2 * i + 1] = digits[from.p[i] & 15];
    }
    ret_text[2 * from.n] = '\0';
}

bool hex_append(struct buf *to, struct bytes from, struct sevk_error *err)
{
    if (from.n > SIZE_MAX / 2) {
        return sevk_fail(err, SEVK_HOST, "out of memory for %zu bytes", from.n);
    }
    if (!buf_reserve(to, 2 * from.n, err)) {
        return false;
    }
    hex_format(from, (char *)to->p + to->n);
    to->n += 2 * from.n;
    return true;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

bool hex_decode(const char *text, uint8_t *ret, size_t n, const char *what,
                struct sevk_error *err)
{
    size_t len = strlen(text);

    if (len != 2 * n) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: %zu hexadecimal digits are needed, there are %zu",
                         what, 2 * n, len);
    }
    for (size_t i = 0; i < len; i++) {
        if (digit_value(text[i]) < 0) {
            return sevk_fail(err, SEVK_INPUT,
                             "%s: character %zu is not a hexadecimal digit",
                             what, i + 1);
        }
    }
    for (size_t i = 0; i < n; i++) {
        ret[i] = (uint8_t)(digit_value(text[2 * i]) << 4 |
                           digit_value(text[2 * i + 1]));
    }
    return true;
}
