/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the firmware's page: what is found in it lies in it. */
#include "guest/page.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct page page;
    struct sevk_error err = { .code = SEVK_HOST };
    size_t len = n < PAGE_LEN ? n : PAGE_LEN;

    if (!page_read(bytes_make(p, len), &page, &err)) {
        must(err.code == SEVK_OK || err.code == SEVK_INPUT);
        return 0;
    }
    must(page.secrets_len <= len && page.n_entries <= PAGE_ENTRIES_MAX);
    must(page.secrets_len > 0 || page.has_hashes);
    for (size_t i = 0; i < page.n_entries; i++) {
        const struct secret_entry *e = &page.entries[i];

        must(e->data.p >= p + SECRET_TABLE_HEAD_LEN + SECRET_TABLE_ENTRY_LEN);
        must(e->data.n <= page.secrets_len);
        must(e->data.p + e->data.n <= p + page.secrets_len);
    }
    return 0;
}
