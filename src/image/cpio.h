/* SPDX-License-Identifier: Apache-2.0 */
/* An initial RAM disk: files and folders as one archive that Linux unpacks. */
#ifndef SEVKIT_IMAGE_CPIO_H
#define SEVKIT_IMAGE_CPIO_H

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * Format "newc" (Linux, Documentation/driver-api/early-userspace/
 * buffer-format.rst), not compressed. The same entries make the same bytes: they
 * are sorted by path, owned by root, without times, numbered from 1.
 *
 * Paths are relative ("bin/sh"), without "." and ".."; the folders above an
 * entry are made (0755).
 */
struct cpio_entry {
    char *path;
    uint32_t mode; /* with the type */
    struct buf content;
};

struct cpio {
    struct cpio_entry *entries;
    size_t n;
    size_t cap;
};

void cpio_free(struct cpio *cpio); /* also for OWN() */

SEVK_MUST_CHECK bool cpio_add_dir(struct cpio *cpio, const char *path,
                                  struct sevk_error *err);
/* Permissions are the lower nine bits of MODE. */
SEVK_MUST_CHECK bool cpio_add_file(struct cpio *cpio, const char *path,
                                   uint32_t mode, struct bytes content,
                                   struct sevk_error *err);
SEVK_MUST_CHECK bool cpio_add_link(struct cpio *cpio, const char *path,
                                   const char *target, struct sevk_error *err);

/* Whether there is something of this path. */
bool cpio_has(const struct cpio *cpio, const char *path);

/* Sorts, and appends the archive to TO. */
SEVK_MUST_CHECK bool cpio_write(struct cpio *cpio, struct buf *to,
                                struct sevk_error *err);

#endif
