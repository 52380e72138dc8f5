/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kernel, initrd and command line hashes that QEMU measures. */
#ifndef SEVKIT_WIRE_KERNEL_HASH_TABLE_H
#define SEVKIT_WIRE_KERNEL_HASH_TABLE_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/guid.h"

/* formats.md 6.2: 168 bytes of table, 8 of padding, entries in this order. */
#define KERNEL_HASH_TABLE_LEN 176

struct kernel_hash_table {
    uint8_t cmdline[32]; /* SHA-256 with the terminating NUL */
    uint8_t initrd[32];  /* SHA-256 of nothing when there is none */
    uint8_t kernel[32];
};

SEVK_MUST_CHECK bool kernel_hash_table_decode(struct bytes in,
                                              struct kernel_hash_table *ret,
                                              struct sevk_error *err);
void kernel_hash_table_encode(const struct kernel_hash_table *table,
                              uint8_t out[static KERNEL_HASH_TABLE_LEN]);
SEVK_MUST_CHECK bool kernel_hash_table_dump(
    const struct kernel_hash_table *table, struct buf *to,
    struct sevk_error *err);

#endif
