/* SPDX-License-Identifier: Apache-2.0 */
/* The GUIDed table in which a guest finds its secrets. */
#ifndef SEVKIT_WIRE_SECRET_TABLE_H
#define SEVKIT_WIRE_SECRET_TABLE_H

#include <sevkit/error.h>

#include "base/bytes.h"
#include "base/guid.h"

/*
 * formats.md 8: table GUID, u32 length (GUID, itself and all entries; padding
 * not counted), then entries: GUID, u32 length (20 + data), data. Zeros up to
 * a multiple of 16 follow.
 */
#define SECRET_TABLE_HEAD_LEN  20
#define SECRET_TABLE_ENTRY_LEN 20 /* without its data */

extern const struct guid secret_table_guid;    /* 1e74f542-… */
extern const struct guid secret_luks_key_guid; /* 736869e5-… */

/*
 * "luks-key" (in either case), or a GUID in text; false for anything else. The
 * other way: the name of a known GUID, NULL for any other.
 */
SEVK_MUST_CHECK bool secret_guid_from_name(const char *name, struct guid *ret);
const char *secret_guid_name(const struct guid *guid);

struct secret_entry {
    struct guid guid;
    struct bytes data; /* of any length, also 0 */
};

/* Table plus padding; 0 when it would not fit into 2^31 bytes. */
size_t secret_table_len(const struct secret_entry *entries, size_t n);

/*
 * OUT_LEN is secret_table_len(), which is not 0 (asserted). The caller keeps
 * what is written as a secret.
 */
void secret_table_encode(const struct secret_entry *entries, size_t n,
                         uint8_t *out, size_t out_len);

/*
 * Walks a table: *RET_N entries, at most MAX, as views into IN. Bytes behind
 * the table's own length may be anything; padding that a writer counted in
 * that length (up to 15 zeros) is passed over. Fails (SEVK_INPUT) when the GUID is
 * another, a length does not fit its surroundings, or there are more entries.
 */
SEVK_MUST_CHECK bool secret_table_decode(struct bytes in,
                                         struct secret_entry *ret_entries,
                                         size_t max, size_t *ret_n,
                                         struct sevk_error *err);

#endif
