/* SPDX-License-Identifier: Apache-2.0 */
/* The table of hashes that QEMU puts beside a directly booted kernel. */
#include "vmm/kernel_hashes.h"

#include "crypto/hash.h"

void vmm_kernel_hashes(struct bytes kernel, struct bytes initrd,
                       const char *cmdline,
                       uint8_t out[static KERNEL_HASH_TABLE_LEN])
{
    const char *line = cmdline == NULL ? "" : cmdline;
    struct kernel_hash_table table;

    sha256(bytes_make(line, strlen(line) + 1), table.cmdline);
    sha256(initrd, table.initrd);
    sha256(kernel, table.kernel);
    kernel_hash_table_encode(&table, out);
}
