/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes base64: an accepted text is, but for white space, the only one. */
#include "base/base64.h"

#include "fuzz.h"

static void strip(const uint8_t *p, size_t n, struct buf *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (strchr(" \t\r\n", p[i]) == NULL) {
            must(buf_append(ret, bytes_make(&p[i], 1), NULL));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf content = { 0 };
    struct buf again = { 0 };
    struct buf stripped = { 0 };

    if (base64_decode(&content, bytes_make(p, n), "input", NULL)) {
        must(base64_append(&again, buf_bytes(&content), NULL));
        strip(p, n, &stripped);
        must(bytes_equal(buf_bytes(&again), buf_bytes(&stripped)));
    } else {
        must(content.n == 0);
    }
    buf_free(&content);
    buf_free(&again);
    buf_free(&stripped);
    return 0;
}
