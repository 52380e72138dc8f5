/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in text. */
#include "base/number.h"

#include <inttypes.h>
#include <string.h>

static int digit_of(char c, unsigned int base)
{
    int v = c >= '0' && c <= '9'   ? c - '0'
            : c >= 'a' && c <= 'f' ? c - 'a' + 10
            : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                   : -1;

    return v >= 0 && (unsigned int)v < base ? v : -1;
}

bool number_parse(const char *text, uint64_t min, uint64_t max,
                  const char *what, uint64_t *ret, struct sevk_error *err)
{
    unsigned int base = 10;
    const char *p = text;
    uint64_t v = 0;
    bool fits = true;

    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        base = 16;
        p += 2;
    }
    if (*p == '\0') {
        return sevk_fail(err, SEVK_USAGE, "%s: '%.64s' is not a number", what,
                         text);
    }
    for (; *p != '\0'; p++) {
        int digit = digit_of(*p, base);

        if (digit < 0) {
            return sevk_fail(err, SEVK_USAGE, "%s: '%.64s' is not a number",
                             what, text);
        }
        fits = fits && v <= (UINT64_MAX - (uint64_t)digit) / base;
        v = v * base + (uint64_t)digit;
    }
    if (!fits || v < min || v > max) {
        return sevk_fail(err, SEVK_USAGE,
                         "%s: '%.64s' is not between %" PRIu64 " and %" PRIu64,
                         what, text, min, max);
    }
    *ret = v;
    return true;
}

bool number_parse_u32(const char *text, uint32_t min, uint32_t max,
                      const char *what, uint32_t *ret, struct sevk_error *err)
{
    uint64_t v = 0;

    if (!number_parse(text, min, max, what, &v, err)) {
        return false;
    }
    *ret = (uint32_t)v;
    return true;
}
