/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the layout of wire/packet.h: what is accepted comes back. */
#include "wire/packet.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf text = { 0 };
    struct packet_hdr value;
    uint8_t again[PACKET_HDR_LEN];

    if (!packet_hdr_decode(bytes_make(p, n), &value, NULL)) {
        return 0;
    }
    must(n == PACKET_HDR_LEN);
    packet_hdr_encode(&value, again);
    must(memcmp(again, p, n) == 0);
    must(packet_hdr_dump(&value, &text, NULL));
    must(text.n > 0 && text.p[text.n - 1] == '\n');
    buf_free(&text);
    return 0;
}
