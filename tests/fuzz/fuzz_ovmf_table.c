/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes OVMF's table: what is found can be written and found again. */
#include "wire/ovmf_table.h"

#include "fuzz.h"

/* The dump tells every field, so equal dumps are equal tables. */
static struct buf dump_of(const struct ovmf_table *t)
{
    struct buf text = { 0 };

    must(ovmf_table_dump(t, &text, NULL));
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const uint8_t behind[32];
    struct buf image = { 0 };
    struct buf text;
    struct buf text_again;
    struct ovmf_table t;
    struct ovmf_table again;

    if (!ovmf_table_decode(bytes_make(p, n), &t, NULL)) {
        return 0;
    }
    must(ovmf_table_encode(&t, &image, NULL));
    must(buf_append(&image, bytes_make(behind, sizeof behind), NULL));
    must(ovmf_table_decode(buf_bytes(&image), &again, NULL));
    text = dump_of(&t);
    text_again = dump_of(&again);
    must(bytes_equal(buf_bytes(&text), buf_bytes(&text_again)));
    buf_free(&image);
    buf_free(&text);
    buf_free(&text_again);
    return 0;
}
