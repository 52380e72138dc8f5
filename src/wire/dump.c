/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a layout's dump. */
#include "wire/dump.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/hex.h"

struct dump dump_begin(struct buf *to, struct sevk_error *err)
{
    return (struct dump){ .to = to, .err = err };
}

static void name_line(struct dump *d, const char *name)
{
    d->failed = d->failed || !buf_printf(d->to, d->err, "%-18s", name);
}

static void end_line(struct dump *d)
{
    d->failed = d->failed || !buf_append_string(d->to, "\n", d->err);
}

void dump_text(struct dump *d, const char *name, const char *fmt, ...)
{
    char text[128];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    name_line(d, name);
    d->failed = d->failed || !buf_append_string(d->to, text, d->err);
    end_line(d);
}

void dump_bytes(struct dump *d, const char *name, struct bytes value)
{
    name_line(d, name);
    d->failed = d->failed || !hex_append(d->to, value, d->err);
    end_line(d);
}

void dump_le(struct dump *d, const char *name, struct bytes value)
{
    name_line(d, name);
    for (size_t i = value.n; i > 0; i--) {
        d->failed = d->failed ||
                    !hex_append(d->to, bytes_make(&value.p[i - 1], 1), d->err);
    }
    end_line(d);
}

bool dump_done(const struct dump *d)
{
    return !d->failed;
}
