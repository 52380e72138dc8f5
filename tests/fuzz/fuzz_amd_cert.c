/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes AMD's certificates: the accepted part of the input comes back. */
#include "wire/amd_cert.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf text = { 0 };
    struct amd_cert c;
    uint8_t again[AMD_CERT_MAX_LEN];
    size_t len = 0;

    if (!amd_cert_decode(bytes_make(p, n), &c, &len, NULL)) {
        return 0;
    }
    must(len <= n && len == amd_cert_len(c.modulus_bits));
    amd_cert_encode(&c, again);
    must(memcmp(again, p, len) == 0);
    must(amd_cert_dump(&c, &text, NULL));
    buf_free(&text);
    return 0;
}
