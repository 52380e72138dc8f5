/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc/iomem says is reserved, low in memory. */
#include "guest/iomem.h"

#include <string.h>
#include <strings.h>

static unsigned digit(char c)
{
    return c >= '0' && c <= '9'   ? (unsigned)(c - '0')
           : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                  : 16;
}

/* One number without sign or prefix, as the kernel prints it. */
static bool take_hex(const char **at, uint64_t *ret)
{
    const char *p = *at;
    uint64_t value = 0;

    for (; digit(*p) < 16; p++) {
        if (value >> 60 != 0) {
            return false;
        }
        value = value << 4 | digit(*p);
    }
    if (p == *at) {
        return false;
    }
    *at = p;
    *ret = value;
    return true;
}

static bool take_text(const char **at, const char *text)
{
    size_t n = strlen(text);

    if (strncmp(*at, text, n) != 0) {
        return false;
    }
    *at += n;
    return true;
}

/* "  FIRST-LAST : NAME": where NAME begins; NULL for another line. */
static const char *read_line(const char *line, uint64_t *ret_first,
                             uint64_t *ret_last)
{
    const char *at = line + strspn(line, " ");

    return take_hex(&at, ret_first) && take_text(&at, "-") &&
                   take_hex(&at, ret_last) && take_text(&at, " : ")
               ? at
               : NULL;
}

static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return *at == '\n' ? at + 1 : at;
}

static bool is_reserved(const char *name)
{
    size_t n = strcspn(name, "\n");

    return n == strlen("Reserved") && strncasecmp(name, "Reserved", n) == 0;
}

/* False when no whole page of FIRST to LAST lies below the limit. */
static bool whole_pages(uint64_t first, uint64_t last, struct iomem_range *ret)
{
    if (first >= IOMEM_LIMIT || last < first) {
        return false;
    }
    ret->start = (first + IOMEM_PAGE - 1) / IOMEM_PAGE * IOMEM_PAGE;
    ret->end = last >= IOMEM_LIMIT ? IOMEM_LIMIT
                                   : (last + 1) / IOMEM_PAGE * IOMEM_PAGE;
    return ret->start < ret->end;
}

size_t iomem_reserved(const char *text, struct iomem_range *ret, size_t max)
{
    size_t n = 0;

    for (const char *at = text; *at != '\0' && n < max; at = next_line(at)) {
        uint64_t first = 0;
        uint64_t last = 0;
        const char *name = read_line(at, &first, &last);

        if (name != NULL && is_reserved(name) &&
            whole_pages(first, last, &ret[n])) {
            n++;
        }
    }
    return n;
}

bool iomem_is_hidden(const char *text)
{
    for (const char *at = text; *at != '\0'; at = next_line(at)) {
        uint64_t first = 0;
        uint64_t last = 0;

        if (read_line(at, &first, &last) != NULL && last != 0) {
            return false;
        }
    }
    return true;
}
