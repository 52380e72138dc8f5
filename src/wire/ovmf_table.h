/* SPDX-License-Identifier: Apache-2.0 */
/* The GUIDed table at the end of an OVMF image. */
#ifndef SEVKIT_WIRE_OVMF_TABLE_H
#define SEVKIT_WIRE_OVMF_TABLE_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/guid.h"

/*
 * formats.md 6.1. The table is read backwards from 48 bytes before the end of
 * the image, which ends at 4 GiB. It can't be longer than a u16 says, so the
 * last OVMF_TAIL_MAX bytes of an image are enough to read it.
 */
#define OVMF_TAIL_MAX ((size_t)65536 + 64)

struct ovmf_area {
    bool present; /* the table has an entry, be it 0/0 */
    uint32_t base;
    uint32_t size;
};

struct ovmf_table {
    bool present;          /* there is a table at all */
    bool has_reset_vector; /* an SEV-ES entry */
    uint32_t reset_vector; /* CS base in the high half, IP in the low */
    struct ovmf_area secret;
    struct ovmf_area hashes;
    bool has_sev_metadata;
    uint32_t sev_metadata_offset; /* back from the end of the image */
};

/*
 * Reads the table from TAIL, the last bytes of an image (or all of it). An
 * image without a table is no error: "present" is false; the old form, in
 * which the reset vector's GUID stands in the footer's place, counts as a
 * table with a reset vector alone. Fails (SEVK_INPUT) when a length does not
 * fit or a known entry has the wrong size or stands there twice. Whether an
 * address makes sense (QEMU refuses a reset vector of 0, and a base of 0) is
 * the reader's question.
 */
SEVK_MUST_CHECK bool ovmf_table_decode(struct bytes tail,
                                       struct ovmf_table *ret,
                                       struct sevk_error *err);

/* Appends footer and entries as they stand at the end of an image: for tests
 * and for images of our own. The 32 bytes behind the footer are the caller's. */
SEVK_MUST_CHECK bool ovmf_table_encode(const struct ovmf_table *table,
                                       struct buf *to, struct sevk_error *err);

SEVK_MUST_CHECK bool ovmf_table_dump(const struct ovmf_table *table,
                                     struct buf *to, struct sevk_error *err);

#endif
