/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes secret tables: the entries found can be written and found again. */
#include "wire/secret_table.h"

#include "fuzz.h"

#define ENTRIES_MAX 8

static void check_again(const struct secret_entry *entries, size_t n)
{
    size_t len = secret_table_len(entries, n);
    uint8_t *out = malloc(len);
    struct secret_entry again[ENTRIES_MAX];
    size_t again_n = 0;

    must(len >= SECRET_TABLE_HEAD_LEN && len % 16 == 0 && out != NULL);
    secret_table_encode(entries, n, out, len);
    must(secret_table_decode(bytes_make(out, len), again, ENTRIES_MAX, &again_n,
                             NULL));
    must(again_n == n);
    for (size_t i = 0; i < n; i++) {
        must(guid_equal(&again[i].guid, &entries[i].guid));
        must(bytes_equal(again[i].data, entries[i].data));
    }
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct secret_entry entries[ENTRIES_MAX];
    size_t found = 0;

    if (secret_table_decode(bytes_make(p, n), entries, ENTRIES_MAX, &found,
                            NULL)) {
        must(found <= ENTRIES_MAX);
        for (size_t i = 0; i < found; i++) {
            must(entries[i].data.p >= p && entries[i].data.p <= p + n);
            must(entries[i].data.n <= (size_t)(p + n - entries[i].data.p));
        }
        check_again(entries, found);
    }
    return 0;
}
