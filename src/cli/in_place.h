/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are mended where they are. */
#ifndef SEVKIT_CLI_IN_PLACE_H
#define SEVKIT_CLI_IN_PLACE_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Replaces the content of PATH by TEXT, whole or not at all. Where PATH is a
 * link, the file that it leads to is replaced, and the link stays. The file
 * keeps its mode and owner; SEVK_HOST when it can't be given back to the owner.
 */
SEVK_MUST_CHECK bool in_place_write(const char *path, const struct buf *text,
                                    struct sevk_error *err);

#endif
