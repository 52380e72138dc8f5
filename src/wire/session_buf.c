/* SPDX-License-Identifier: Apache-2.0 */
/* The session (SEV API 6.2; formats.md 2). */
#include "wire/session_buf.h"

#include "base/cursor.h"
#include "wire/dump.h"

bool session_buf_decode(struct bytes in, struct session_buf *ret,
                        struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct session_buf s;

    rd_copy(&r, s.nonce, sizeof s.nonce);           /* 00h */
    rd_copy(&r, s.wrap_tk, sizeof s.wrap_tk);       /* 10h */
    rd_copy(&r, s.wrap_iv, sizeof s.wrap_iv);       /* 30h */
    rd_copy(&r, s.wrap_mac, sizeof s.wrap_mac);     /* 40h */
    rd_copy(&r, s.policy_mac, sizeof s.policy_mac); /* 60h */
    if (!rd_done(&r, "session", err)) {
        return false;
    }
    *ret = s;
    return true;
}

void session_buf_encode(const struct session_buf *session,
                        uint8_t out[static SESSION_BUF_LEN])
{
    struct wr w = wr_make(out, SESSION_BUF_LEN);

    wr_copy(&w, session->nonce, sizeof session->nonce);           /* 00h */
    wr_copy(&w, session->wrap_tk, sizeof session->wrap_tk);       /* 10h */
    wr_copy(&w, session->wrap_iv, sizeof session->wrap_iv);       /* 30h */
    wr_copy(&w, session->wrap_mac, sizeof session->wrap_mac);     /* 40h */
    wr_copy(&w, session->policy_mac, sizeof session->policy_mac); /* 60h */
    wr_end(&w);
}

bool session_buf_dump(const struct session_buf *session, struct buf *to,
                      struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);

    dump_bytes(&d, "nonce", BYTES_OF(session->nonce));
    dump_bytes(&d, "wrapped keys", BYTES_OF(session->wrap_tk));
    dump_bytes(&d, "wrap IV", BYTES_OF(session->wrap_iv));
    dump_bytes(&d, "wrap MAC", BYTES_OF(session->wrap_mac));
    dump_bytes(&d, "policy MAC", BYTES_OF(session->policy_mac));
    return dump_done(&d);
}
