/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes launch packets: header and payload, opened with fixed keys. */
#include "fuzz.h"
#include "owner/launch_secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    size_t header = n < PACKET_HDR_LEN ? n : PACKET_HDR_LEN;
    const uint8_t measure[32] = { 0 };
    struct sevk_secret key = { 0 }, table = { 0 };
    bool yes = false;

    must(secret_alloc(&key, 16, NULL));
    if (launch_secret_open(bytes_make(p, header),
                           bytes_make(n == header ? p : p + header, n - header),
                           &key, &key, measure, &yes, &table, NULL)) {
        must(yes == (table.n > 0));
        must(!yes || table.n == n - header);
    }
    secret_clear(&key);
    secret_clear(&table);
    return 0;
}
