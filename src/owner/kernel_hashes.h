/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of what is booted directly: kernel, initrd, command line. */
#ifndef SEVKIT_OWNER_KERNEL_HASHES_H
#define SEVKIT_OWNER_KERNEL_HASHES_H

#include <sevkit/error.h>

#include "wire/kernel_hash_table.h"

/*
 * With kernel hashes on, QEMU puts these into a table that is measured behind
 * the firmware (formats.md 6.2), and a firmware that knows of it refuses other
 * files. Files are hashed as they are read, without being kept.
 */
#define KERNEL_FILE_MAX ((size_t)4 << 30)

/* A file's SHA-256. WHAT names it in messages ("kernel"). */
SEVK_MUST_CHECK bool kernel_hashes_file(const char *path, const char *what,
                                        uint8_t ret[static 32],
                                        struct sevk_error *err);

/* Of TEXT with its NUL; NULL counts as "". */
void kernel_hashes_cmdline(const char *text, uint8_t ret[static 32]);

/* Of bytes as they are: for what somebody else may have hashed. */
void kernel_hashes_bytes(struct bytes content, uint8_t ret[static 32]);

/* What stands there when there is no initrd: SHA-256 of nothing. */
void kernel_hashes_no_initrd(uint8_t ret[static 32]);

/* INITRD and CMDLINE may be NULL: none. */
SEVK_MUST_CHECK bool kernel_hashes_read(const char *kernel, const char *initrd,
                                        const char *cmdline,
                                        struct kernel_hash_table *ret,
                                        struct sevk_error *err);

#endif
