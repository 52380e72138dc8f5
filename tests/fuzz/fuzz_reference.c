/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes references: what is read is written and read again the same. */
#include "fuzz.h"
#include "owner/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf first = { 0 }, second = { 0 };
    struct reference r;

    if (!reference_decode(bytes_make(p, n), "fuzz", &r, NULL)) {
        return 0;
    }
    must(reference_encode(&r, &first, NULL));
    must(reference_decode(buf_bytes(&first), "again", &r, NULL));
    must(reference_encode(&r, &second, NULL));
    must(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
    buf_free(&first);
    buf_free(&second);
    return 0;
}
