/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the layout of wire/kernel_hash_table.h: what is accepted comes back. */
#include "wire/kernel_hash_table.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf text = { 0 };
    struct kernel_hash_table value;
    uint8_t again[KERNEL_HASH_TABLE_LEN];

    if (!kernel_hash_table_decode(bytes_make(p, n), &value, NULL)) {
        return 0;
    }
    must(n == KERNEL_HASH_TABLE_LEN);
    kernel_hash_table_encode(&value, again);
    must(memcmp(again, p, n) == 0);
    must(kernel_hash_table_dump(&value, &text, NULL));
    must(text.n > 0 && text.p[text.n - 1] == '\n');
    buf_free(&text);
    return 0;
}
