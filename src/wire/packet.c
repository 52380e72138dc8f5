/* SPDX-License-Identifier: Apache-2.0 */
/* The packet header (SEV API 6.6; formats.md 8). */
#include "wire/packet.h"

#include "base/cursor.h"
#include "wire/dump.h"

bool packet_hdr_decode(struct bytes in, struct packet_hdr *ret,
                       struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct packet_hdr h;

    h.flags = rd_le32(&r);            /* 00h */
    rd_copy(&r, h.iv, sizeof h.iv);   /* 04h */
    rd_copy(&r, h.mac, sizeof h.mac); /* 14h */
    if (!rd_done(&r, "packet header", err)) {
        return false;
    }
    *ret = h;
    return true;
}

void packet_hdr_encode(const struct packet_hdr *hdr,
                       uint8_t out[static PACKET_HDR_LEN])
{
    struct wr w = wr_make(out, PACKET_HDR_LEN);

    wr_le32(&w, hdr->flags);                /* 00h */
    wr_copy(&w, hdr->iv, sizeof hdr->iv);   /* 04h */
    wr_copy(&w, hdr->mac, sizeof hdr->mac); /* 14h */
    wr_end(&w);
}

bool packet_hdr_dump(const struct packet_hdr *hdr, struct buf *to,
                     struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);

    dump_text(&d, "flags", "%Xh%s", hdr->flags,
              (hdr->flags & PACKET_FLAG_COMPRESSED) != 0 ? " (compressed)"
                                                         : "");
    dump_bytes(&d, "IV", BYTES_OF(hdr->iv));
    dump_bytes(&d, "MAC", BYTES_OF(hdr->mac));
    return dump_done(&d);
}

void packet_prefix_encode(enum packet_context context,
                          const struct packet_hdr *hdr, uint32_t guest_len,
                          uint32_t trans_len,
                          uint8_t out[static PACKET_PREFIX_LEN])
{
    struct wr w = wr_make(out, PACKET_PREFIX_LEN);

    wr_u8(&w, (uint8_t)context);          /* 00h */
    wr_le32(&w, hdr->flags);              /* 01h */
    wr_copy(&w, hdr->iv, sizeof hdr->iv); /* 05h */
    wr_le32(&w, guest_len);               /* 15h */
    wr_le32(&w, trans_len);               /* 19h */
    wr_end(&w);
}
