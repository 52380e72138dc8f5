/* SPDX-License-Identifier: Apache-2.0 */
/* Where fetched certificates are kept, and taking them from there. */
#ifndef SEVKIT_CLI_CACHE_H
#define SEVKIT_CLI_CACHE_H

#include "cli/out.h"
#include "owner/cek_cache.h"

/*
 * The folder: GIVEN, else "sevkit" in $XDG_CACHE_HOME, else ".cache/sevkit" in
 * the home. NULL without an error when the environment names neither: then
 * there is no cache. *RET is the caller's to free.
 */
SEVK_MUST_CHECK bool cache_dir(const char *given, char **ret,
                               struct sevk_error *err);

/*
 * A CEK without AMD's signature gets the one that 'chain fetch' left in the
 * folder of this user, and a note says so. A file there that is of no use is
 * warned of, and CHAIN is then judged as it is.
 */
SEVK_MUST_CHECK bool chain_from_cache(struct chain *chain, struct out *out,
                                      struct sevk_error *err);

#endif
