/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal in tests. */
#include "lib/hex.h"

#include "base/hex.h"
#include "base/own.h"
#include "lib/unit.h"

static struct buf digits_of(const char *text)
{
    struct buf digits = { 0 };

    assert_true(buf_reserve(&digits, strlen(text), NULL));
    for (; *text != '\0'; text++) {
        if (*text != ' ') {
            assert_true(buf_append(&digits, bytes_make(text, 1), NULL));
        }
    }
    return digits;
}

void unhex(const char *text, uint8_t *ret, size_t n)
{
    OWN(buf_free) struct buf digits = digits_of(text);
    struct sevk_error err = { 0 };

    assert_works(hex_decode(buf_string(&digits), ret, n, text, &err), &err);
}

struct buf unhex_all(const char *text)
{
    OWN(buf_free) struct buf digits = digits_of(text);
    struct sevk_error err = { 0 };
    struct buf out = { 0 };
    size_t n = digits.n / 2;

    assert_works(buf_reserve(&out, n, &err), &err);
    assert_works(hex_decode(buf_string(&digits), out.p, n, text, &err), &err);
    out.n = n;
    out.p[n] = 0;
    return out;
}

void assert_bytes_are(struct bytes bytes, const char *text, const char *file,
                      int line)
{
    OWN(buf_free) struct buf found = { 0 };
    OWN(buf_free) struct buf digits = digits_of(text);

    assert_true(hex_append(&found, bytes, NULL));
    _assert_string_equal(buf_string(&found), buf_string(&digits), file, line);
}
