/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's page, in physical memory. */
#ifndef SEVKIT_GUEST_MEMORY_H
#define SEVKIT_GUEST_MEMORY_H

#include "base/secret.h"
#include "guest/page.h"

/*
 * Looks at each page that ROOT/proc/iomem calls reserved below 16 MiB, through
 * ROOT/dev/mem. Pages that can't be read are passed over, but when none could
 * be, that is an error. *RET_FOUND false: there is no such page, and nothing
 * else was written.
 */
SEVK_MUST_CHECK bool memory_find(const char *root, uint64_t *ret_address,
                                 struct sevk_secret *ret_bytes,
                                 struct page *ret_page, bool *ret_found,
                                 struct sevk_error *err);

/* "ROOT/dev/mem"; the caller frees it. */
SEVK_MUST_CHECK bool memory_path(const char *root, char **ret,
                                 struct sevk_error *err);

/* Overwrites N bytes (at most a page) with zeros, and looks whether they are. */
SEVK_MUST_CHECK bool memory_zero(const char *path, uint64_t address, size_t n,
                                 struct sevk_error *err);

#endif
