/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel, initrd and command line, checked against the hash table that the
 * host put into the measured hash area (formats.md 6.2). */
#ifndef GUEST_KERNEL_H
#define GUEST_KERNEL_H

#include "bytes.h"

enum kernel_verdict {
    KERNEL_NONE,
    KERNEL_VERIFIED,
    KERNEL_NO_TABLE,
    KERNEL_MISMATCH,
    INITRD_MISMATCH,
    CMDLINE_MISMATCH,
};

/* The first blob that differs, in the order kernel, initrd, command line. A
 * blob that a table has no entry for differs. No table is no error: an area
 * without the table's GUID, or whose table does not fit it, has none. */
enum kernel_verdict kernel_check(struct area hashes);

/* Whether a word stands in the command line, which kernel_check() has read. */
bool kernel_cmdline_has(const char *word);

#endif
