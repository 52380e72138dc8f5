/* SPDX-License-Identifier: Apache-2.0 */
/* The packet header of LAUNCH_SECRET, SEND_UPDATE and RECEIVE_UPDATE. */
#ifndef SEVKIT_WIRE_PACKET_H
#define SEVKIT_WIRE_PACKET_H

#include <sevkit/error.h>

#include "base/buf.h"

/* SEV API 6.6 (LAUNCH_SECRET), "packet header"; formats.md 8. */
#define PACKET_HDR_LEN 52

#define PACKET_FLAG_COMPRESSED 0x1u

/* The first byte of what a MAC covers: which kind of MAC it is (formats.md 5). */
enum packet_context {
    PACKET_CONTEXT_SECRET = 0x01,
    PACKET_CONTEXT_DATA = 0x02,
    PACKET_CONTEXT_MEASURE = 0x04,
};

struct packet_hdr {
    uint32_t flags;
    uint8_t iv[16];
    uint8_t mac[32];
};

SEVK_MUST_CHECK bool packet_hdr_decode(struct bytes in, struct packet_hdr *ret,
                                       struct sevk_error *err);
void packet_hdr_encode(const struct packet_hdr *hdr,
                       uint8_t out[static PACKET_HDR_LEN]);
SEVK_MUST_CHECK bool packet_hdr_dump(const struct packet_hdr *hdr,
                                     struct buf *to, struct sevk_error *err);

/*
 * What the MAC covers in front of the payload: context, flags, IV, guest_len,
 * trans_len.
 */
#define PACKET_PREFIX_LEN 29

void packet_prefix_encode(enum packet_context context,
                          const struct packet_hdr *hdr, uint32_t guest_len,
                          uint32_t trans_len,
                          uint8_t out[static PACKET_PREFIX_LEN]);

#endif
