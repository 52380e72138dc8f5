/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a layout's dump: within src/wire only. */
#ifndef SEVKIT_WIRE_DUMP_H
#define SEVKIT_WIRE_DUMP_H

#include "base/buf.h"
#include "base/error.h"

/*
 * A dump is a line a field: the name, spaces up to a column, the value. A
 * dumper makes one, calls the functions for each field and returns
 * dump_done(): after a failure the rest is passed over, and the first error is
 * the one that is told.
 */
struct dump {
    struct buf *to;
    struct sevk_error *err;
    bool failed;
};

struct dump dump_begin(struct buf *to, struct sevk_error *err);

void dump_text(struct dump *d, const char *name, const char *fmt, ...)
    SEVK_PRINTF(3, 4);

/* The bytes in the order of the file, in lower case hexadecimal. */
void dump_bytes(struct dump *d, const char *name, struct bytes value);

/* The same for a little-endian number: the most significant byte first. */
void dump_le(struct dump *d, const char *name, struct bytes value);

SEVK_MUST_CHECK bool dump_done(const struct dump *d);

#endif
