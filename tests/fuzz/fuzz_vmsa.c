/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes VMSAs: plain ones come back, of others what has a field. */
#include "wire/vmsa.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static uint8_t again[VMSA_LEN];
    static uint8_t twice[VMSA_LEN];
    struct buf text = { 0 };
    struct vmsa v;
    bool plain = false;

    if (!vmsa_decode(bytes_make(p, n), &v, &plain, NULL)) {
        return 0;
    }
    must(n == VMSA_LEN);
    vmsa_encode(&v, again);
    must(plain == (memcmp(again, p, n) == 0));
    must(vmsa_decode(bytes_make(again, n), &v, &plain, NULL) && plain);
    vmsa_encode(&v, twice);
    must(memcmp(again, twice, n) == 0);
    /* Giving a page its own fields changes nothing. */
    memcpy(twice, p, n);
    must(vmsa_update(twice, &v, NULL));
    must(memcmp(twice, p, n) == 0);
    must(vmsa_dump(&v, &text, NULL));
    buf_free(&text);
    return 0;
}
