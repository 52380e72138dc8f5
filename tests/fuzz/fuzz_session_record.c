/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes session records: what is read is written and read again the same. */
#include "fuzz.h"
#include "owner/session_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf first = { 0 }, second = { 0 };
    struct session_record r, again;

    if (!session_record_decode(bytes_make(p, n), "fuzz", &r, NULL)) {
        return 0;
    }
    must(session_record_encode(&r, &first, NULL));
    /* A year of five digits is a time that can't be written. */
    if (session_record_decode(buf_bytes(&first), "again", &again, NULL)) {
        must(again.used == r.used && again.policy == r.policy);
        must(session_record_encode(&again, &second, NULL));
        must(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
    }
    buf_free(&first);
    buf_free(&second);
    return 0;
}
