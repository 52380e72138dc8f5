/* SPDX-License-Identifier: Apache-2.0 */
/* The page in which the firmware keeps the secrets and the table of hashes. */
#include "guest/page.h"

#include "base/cursor.h"

#define HASHES_ALIGNMENT 16

/* Where the table of hashes begins; the page's end when there is none. */
static size_t find_hashes(struct bytes in, struct page *page)
{
    size_t at = 0;

    while (at + KERNEL_HASH_TABLE_LEN <= in.n) {
        if (kernel_hash_table_decode(
                bytes_make(in.p + at, KERNEL_HASH_TABLE_LEN), &page->hashes,
                NULL)) {
            page->has_hashes = true;
            return at;
        }
        at += HASHES_ALIGNMENT;
    }
    return in.n;
}

static void drop_used_up(struct page *page)
{
    size_t kept = 0;

    for (size_t i = 0; i < page->n_entries; i++) {
        if (!bytes_all_zero(BYTES_OF(page->entries[i].guid.b))) {
            page->entries[kept++] = page->entries[i];
        }
    }
    page->n_entries = kept;
}

static bool has_secrets(struct bytes in)
{
    return in.n >= SECRET_TABLE_HEAD_LEN &&
           bytes_equal(bytes_make(in.p, sizeof secret_table_guid.b),
                       BYTES_OF(secret_table_guid.b));
}

bool page_read(struct bytes in, struct page *ret, struct sevk_error *err)
{
    struct page page = { 0 };
    size_t room = find_hashes(in, &page);

    err->code = SEVK_OK;
    if (has_secrets(in)) {
        if (!secret_table_decode(bytes_make(in.p, room), page.entries,
                                 PAGE_ENTRIES_MAX, &page.n_entries, err)) {
            return false;
        }
        page.secrets_len = load_le32(in.p + sizeof secret_table_guid.b);
        drop_used_up(&page);
    }
    if (page.secrets_len == 0 && !page.has_hashes) {
        return false;
    }
    *ret = page;
    return true;
}
