/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the layout of wire/measure_buf.h: what is accepted comes back. */
#include "wire/measure_buf.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf text = { 0 };
    struct attestation value;
    uint8_t again[ATTESTATION_LEN];

    if (!attestation_decode(bytes_make(p, n), &value, NULL)) {
        return 0;
    }
    must(n == ATTESTATION_LEN);
    attestation_encode(&value, again);
    must(memcmp(again, p, n) == 0);
    must(attestation_dump(&value, &text, NULL));
    must(text.n > 0 && text.p[text.n - 1] == '\n');
    buf_free(&text);
    return 0;
}
