/* SPDX-License-Identifier: Apache-2.0 */
/* The page in which the firmware keeps the secrets and the table of hashes. */
#ifndef SEVKIT_GUEST_PAGE_H
#define SEVKIT_GUEST_PAGE_H

#include "base/bytes.h"
#include "wire/kernel_hash_table.h"
#include "wire/secret_table.h"

/*
 * OVMF's AmdSev build declares one page: the secrets in its first C00h bytes,
 * behind them the table of hashes (formats.md 6.1). The host filled the page,
 * so every length in it is checked against the page, and the table of secrets
 * ends before the table of hashes begins.
 */
#define PAGE_LEN         4096
#define PAGE_ENTRIES_MAX 64 /* Linux shows no more */

struct page {
    size_t secrets_len; /* as the table says it; 0: there is none */
    size_t n_entries;
    struct secret_entry entries[PAGE_ENTRIES_MAX]; /* views of the page */
    bool has_hashes;
    struct kernel_hash_table hashes;
};

/*
 * False, without an error, for a page that begins with neither the secrets'
 * GUID nor has a table of hashes in it. A table whose GUID is right and whose
 * lengths are not is an error in *ERR (SEVK_INPUT), and false, too: ERR is not
 * NULL, and its code tells (SEVK_OK: none). Entries that were used up (GUID
 * zero) are left out.
 */
SEVK_MUST_CHECK bool page_read(struct bytes page, struct page *ret,
                               struct sevk_error *err);

#endif
