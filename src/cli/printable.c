/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside, made fit for JSON and for a terminal. */
#include "cli/printable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * The length of the valid UTF-8 sequence at P, 0 if there is none, and its
 * character. Stops at the NUL, which never continues a sequence.
 */
static size_t decode(const char *text, uint32_t *ret_char)
{
    const uint8_t *p = (const uint8_t *)text;
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t n = p[0] < 0x80             ? 1
               : (p[0] & 0xe0) == 0xc0 ? 2
               : (p[0] & 0xf0) == 0xe0 ? 3
               : (p[0] & 0xf8) == 0xf0 ? 4
                                       : 0;
    uint32_t c;

    if (n == 0) {
        return 0;
    }
    c = n == 1 ? p[0] : p[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3fu);
    }
    if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
        return 0;
    }
    *ret_char = c;
    return n;
}

char *printable_utf8(const char *text)
{
    size_t len = strlen(text);
    char *copy = len > SIZE_MAX / 3 - 1 ? NULL : malloc(len * 3 + 1);
    char *to = copy;

    if (copy == NULL) {
        return NULL;
    }
    while (*text != '\0') {
        uint32_t c;
        size_t n = decode(text, &c);

        if (n == 0) {
            memcpy(to, "\xef\xbf\xbd", 3);
            to += 3;
            text++;
            continue;
        }
        memcpy(to, text, n);
        to += n;
        text += n;
    }
    *to = '\0';
    return copy;
}

void printable_put(const char *text, bool keep_nl, FILE *to)
{
    while (*text != '\0') {
        uint32_t c = 0;
        size_t n = decode(text, &c);
        bool control = c < 0x20 || (c >= 0x7f && c <= 0x9f);

        if (n > 0 && (!control || (keep_nl && c == '\n'))) {
            fwrite(text, 1, n, to);
        } else {
            fputc('?', to);
        }
        text += n == 0 ? 1 : n;
    }
}
