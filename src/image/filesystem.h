/* SPDX-License-Identifier: Apache-2.0 */
/* A root file system as one file. */
#ifndef SEVKIT_IMAGE_FILESYSTEM_H
#define SEVKIT_IMAGE_FILESYSTEM_H

#include <sevkit/error.h>

/*
 * FROM is a folder, or an archive that tar unpacks. An ext4 file system of SIZE
 * bytes is made at TO (a new file) without being mounted: mke2fs fills it. WORK
 * is a folder of the caller's for what lies about in between.
 *
 * Root's files get the owners that they have; an ordinary user's fakeroot makes
 * them root's, or in an archive those that it names.
 *
 * SIZE 0: what the files take, half as much again and 64 MiB. *RET_SIZE is what
 * it became. Sizes are multiples of 1 MiB.
 */
#define FILESYSTEM_SIZE_MIN (UINT64_C(16) << 20)
#define FILESYSTEM_SIZE_MAX (UINT64_C(1) << 40)

SEVK_MUST_CHECK bool filesystem_make(const char *from, const char *to,
                                     const char *work, uint64_t size,
                                     uint64_t *ret_size,
                                     struct sevk_error *err);

#endif
