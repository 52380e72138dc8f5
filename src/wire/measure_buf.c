/* SPDX-License-Identifier: Apache-2.0 */
/* What LAUNCH_MEASURE and ATTESTATION return (formats.md 5). */
#include "wire/measure_buf.h"

#include "base/cursor.h"
#include "wire/dump.h"
#include "wire/packet.h"
#include "wire/sev_cert.h"

bool measure_buf_decode(struct bytes in, struct measure_buf *ret,
                        struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct measure_buf m;

    rd_copy(&r, m.measure, sizeof m.measure); /* 00h */
    rd_copy(&r, m.mnonce, sizeof m.mnonce);   /* 20h */
    if (!rd_done(&r, "measurement", err)) {
        return false;
    }
    *ret = m;
    return true;
}

void measure_buf_encode(const struct measure_buf *m,
                        uint8_t out[static MEASURE_BUF_LEN])
{
    struct wr w = wr_make(out, MEASURE_BUF_LEN);

    wr_copy(&w, m->measure, sizeof m->measure); /* 00h */
    wr_copy(&w, m->mnonce, sizeof m->mnonce);   /* 20h */
    wr_end(&w);
}

void measure_input_encode(const struct measure_input *in,
                          uint8_t out[static MEASURE_INPUT_LEN])
{
    struct wr w = wr_make(out, MEASURE_INPUT_LEN);

    wr_u8(&w, PACKET_CONTEXT_MEASURE);          /* 00h */
    wr_u8(&w, in->api_major);                   /* 01h */
    wr_u8(&w, in->api_minor);                   /* 02h */
    wr_u8(&w, in->build);                       /* 03h */
    wr_le32(&w, in->policy);                    /* 04h */
    wr_copy(&w, in->digest, sizeof in->digest); /* 08h */
    wr_copy(&w, in->mnonce, sizeof in->mnonce); /* 28h */
    wr_end(&w);
}

bool attestation_decode(struct bytes in, struct attestation *ret,
                        struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct attestation a;

    rd_copy(&r, a.mnonce, sizeof a.mnonce); /* 00h */
    rd_copy(&r, a.digest, sizeof a.digest); /* 10h */
    a.policy = rd_le32(&r);                 /* 30h */
    a.sig_usage = rd_le32(&r);              /* 34h */
    a.sig_algo = rd_le32(&r);               /* 38h */
    rd_zero(&r, 4);                         /* 3Ch */
    rd_copy(&r, a.r, sizeof a.r);           /* 40h */
    rd_copy(&r, a.s, sizeof a.s);           /* 88h */
    if (!rd_done(&r, "attestation report", err)) {
        return false;
    }
    *ret = a;
    return true;
}

void attestation_encode(const struct attestation *a,
                        uint8_t out[static ATTESTATION_LEN])
{
    struct wr w = wr_make(out, ATTESTATION_LEN);

    wr_copy(&w, a->mnonce, sizeof a->mnonce); /* 00h */
    wr_copy(&w, a->digest, sizeof a->digest); /* 10h */
    wr_le32(&w, a->policy);                   /* 30h */
    wr_le32(&w, a->sig_usage);                /* 34h */
    wr_le32(&w, a->sig_algo);                 /* 38h */
    wr_zero(&w, 4);                           /* 3Ch */
    wr_copy(&w, a->r, sizeof a->r);           /* 40h */
    wr_copy(&w, a->s, sizeof a->s);           /* 88h */
    wr_end(&w);
}

bool attestation_dump(const struct attestation *a, struct buf *to,
                      struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);

    dump_bytes(&d, "mnonce", BYTES_OF(a->mnonce));
    dump_bytes(&d, "launch digest", BYTES_OF(a->digest));
    dump_text(&d, "policy", "0x%08x", a->policy);
    dump_text(&d, "signature by", "%s (%Xh)", sev_usage_name(a->sig_usage),
              a->sig_usage);
    dump_text(&d, "signature kind", "%s (%Xh)", sev_algo_name(a->sig_algo),
              a->sig_algo);
    dump_le(&d, "r", BYTES_OF(a->r));
    dump_le(&d, "s", BYTES_OF(a->s));
    return dump_done(&d);
}
