/* SPDX-License-Identifier: Apache-2.0 */
/* HMP's "x" and "xp": what was asked for, and how memory is shown. */
#include "qemu/memory_text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/error.h"

#define LINE_MAX_LEN 16

static uint32_t size_of_letter(char letter)
{
    switch (letter) {
    case 'b':
        return 1;
    case 'h':
        return 2;
    case 'w':
        return 4;
    case 'g':
    case 'L':
        return 8;
    default:
        return 0;
    }
}

/* Behind the slash; *AT is then behind the format. */
static bool parse_format(const char **at, struct memory_request *r,
                         struct sevk_error *err)
{
    if (isdigit((unsigned char)**at)) {
        char *end;
        unsigned long count = strtoul(*at, &end, 10);

        *at = end;
        r->count = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
    }
    for (; **at != '\0' && **at != ' '; (*at)++) {
        if (size_of_letter(**at) != 0) {
            r->size = size_of_letter(**at);
        } else if (strchr("oduxc", **at) != NULL) {
            r->format = **at;
        } else if (**at == 'i') {
            return sevk_fail(err, SEVK_REFUSED,
                             "SEV: encrypted memory shows no instructions");
        } else {
            return sevk_fail(err, SEVK_INPUT, "invalid char in format: '%c'",
                             **at);
        }
    }
    return true;
}

static bool parse_term(const char **at, uint64_t *ret, struct sevk_error *err)
{
    char *end;

    if (**at == '$') {
        return sevk_fail(err, SEVK_REFUSED,
                         "SEV: write the address as a number, not with a "
                         "register");
    }
    if (!isdigit((unsigned char)**at)) {
        return sevk_fail(err, SEVK_INPUT,
                         **at == '\0' ? "unexpected end of expression"
                                      : "invalid char '%c' in expression",
                         **at);
    }
    errno = 0;
    *ret = strtoull(*at, &end, 0);
    *at = end;
    return errno == 0 || sevk_fail(err, SEVK_INPUT, "number too large");
}

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " ");
}

static bool parse_address(const char *at, uint64_t *ret, struct sevk_error *err)
{
    uint64_t sum = 0;
    char sign = '+';

    for (;;) {
        uint64_t term = 0;

        skip_blanks(&at);
        if (!parse_term(&at, &term, err)) {
            return false;
        }
        sum = sign == '+' ? sum + term : sum - term;
        skip_blanks(&at);
        if (*at != '+' && *at != '-') {
            break;
        }
        sign = *at++;
    }
    *ret = sum;
    return *at == '\0' || sevk_fail(err, SEVK_INPUT,
                                    "extraneous characters at the end of line");
}

bool memory_request_parse(const char *arguments, struct memory_request *ret,
                          struct sevk_error *err)
{
    struct memory_request r = { .count = 1, .format = 'x', .size = 4 };

    skip_blanks(&arguments);
    if (*arguments == '/') {
        arguments++;
        if (!parse_format(&arguments, &r, err)) {
            return false;
        }
    }
    r.size = r.format == 'c' ? 1 : r.size;
    if (!parse_address(arguments, &r.address, err)) {
        return false;
    }
    if ((uint64_t)r.count * r.size > MEMORY_TEXT_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "more than %zu bytes: save them with pmemsave",
                         MEMORY_TEXT_MAX);
    }
    *ret = r;
    return true;
}

static uint64_t load_item(const uint8_t *p, uint32_t size)
{
    uint8_t wide[8] = { 0 };

    memcpy(wide, p, size);
    return load_le64(wide);
}

static bool append_char(struct buf *to, uint8_t c, struct sevk_error *err)
{
    return isprint(c) && c != '\'' && c != '\\'
               ? buf_printf(to, err, " '%c'", c)
               : buf_printf(to, err, " '\\x%02x'", c);
}

static bool append_item(struct buf *to, const struct memory_request *r,
                        const uint8_t *p, struct sevk_error *err)
{
    uint64_t value = load_item(p, r->size);
    int bits = 8 * (int)r->size;

    switch (r->format) {
    case 'o':
        return buf_printf(to, err, " %#*" PRIo64, (bits + 2) / 3, value);
    case 'd':
        return buf_printf(to, err, " %*" PRId64, (bits * 10 + 32) / 33,
                          (int64_t)value);
    case 'u':
        return buf_printf(to, err, " %*" PRIu64, (bits * 10 + 32) / 33, value);
    case 'c':
        return append_char(to, p[0], err);
    default:
        return buf_printf(to, err, " 0x%0*" PRIx64, bits / 4, value);
    }
}

bool memory_text_append(struct buf *to, const struct memory_request *r,
                        struct memory_reader reader, struct sevk_error *err)
{
    size_t left = (size_t)r->count * r->size;
    size_t per_line = r->size == 1 ? 8 : LINE_MAX_LEN;
    uint64_t at = r->address;

    while (left > 0) {
        uint8_t line[LINE_MAX_LEN];
        size_t n = left < per_line ? left : per_line;
        bool there = false;

        if (!reader.read(reader.ctx, at, line, n, &there, err) ||
            !buf_printf(to, err, "%016" PRIx64 ":", at)) {
            return false;
        }
        if (!there) {
            return buf_append_string(to, " Cannot access memory\r\n", err);
        }
        for (size_t i = 0; i < n; i += r->size) {
            if (!append_item(to, r, line + i, err)) {
                return false;
            }
        }
        if (!buf_append_string(to, "\r\n", err)) {
            return false;
        }
        left -= n;
        at += n;
    }
    return true;
}
