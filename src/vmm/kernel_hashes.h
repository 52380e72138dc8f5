/* SPDX-License-Identifier: Apache-2.0 */
/* The table of hashes that QEMU puts beside a directly booted kernel. */
#ifndef SEVKIT_VMM_KERNEL_HASHES_H
#define SEVKIT_VMM_KERNEL_HASHES_H

#include "base/bytes.h"
#include "wire/kernel_hash_table.h"

/*
 * formats.md 6.2. KERNEL and INITRD are the files' bytes (INITRD empty when
 * there is none); CMDLINE is what -append says, NULL when it was not given.
 */
void vmm_kernel_hashes(struct bytes kernel, struct bytes initrd,
                       const char *cmdline,
                       uint8_t out[static KERNEL_HASH_TABLE_LEN]);

#endif
