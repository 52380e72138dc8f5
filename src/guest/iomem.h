/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc/iomem says is reserved, low in memory. */
#ifndef SEVKIT_GUEST_IOMEM_H
#define SEVKIT_GUEST_IOMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lines are "  00810000-00810fff : Reserved", indented by depth; the kernel
 * shows zeros in place of addresses to whoever may not see them. The firmware's
 * page lies below 16 MiB (lab.md), so nothing above is looked at.
 */
#define IOMEM_PAGE       4096
#define IOMEM_LIMIT      ((uint64_t)16 << 20)
#define IOMEM_RANGES_MAX 64

struct iomem_range {
    uint64_t start; /* the first page that is whole, */
    uint64_t end;   /* and the byte behind the last, at most IOMEM_LIMIT */
};

/*
 * Writes the ranges named "Reserved" that have a whole page below the limit, at
 * most MAX, in the text's order; returns how many. Lines of another form are
 * passed over.
 */
size_t iomem_reserved(const char *text, struct iomem_range *ret, size_t max);

/* Whether the kernel hid the addresses: every line says 0 to 0. */
bool iomem_is_hidden(const char *text);

#endif
