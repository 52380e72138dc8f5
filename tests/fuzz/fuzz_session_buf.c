/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the layout of wire/session_buf.h: what is accepted comes back. */
#include "wire/session_buf.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf text = { 0 };
    struct session_buf value;
    uint8_t again[SESSION_BUF_LEN];

    if (!session_buf_decode(bytes_make(p, n), &value, NULL)) {
        return 0;
    }
    must(n == SESSION_BUF_LEN);
    session_buf_encode(&value, again);
    must(memcmp(again, p, n) == 0);
    must(session_buf_dump(&value, &text, NULL));
    must(text.n > 0 && text.p[text.n - 1] == '\n');
    buf_free(&text);
    return 0;
}
