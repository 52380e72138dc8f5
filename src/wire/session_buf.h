/* SPDX-License-Identifier: Apache-2.0 */
/* The session: how the guest owner's transport keys reach the firmware. */
#ifndef SEVKIT_WIRE_SESSION_BUF_H
#define SEVKIT_WIRE_SESSION_BUF_H

#include <sevkit/error.h>

#include "base/buf.h"

/* SEV API 6.2 (LAUNCH_START), table "session data buffer"; formats.md 2. */
#define SESSION_BUF_LEN 128

struct session_buf {
    uint8_t nonce[16];
    uint8_t wrap_tk[32]; /* TEK, TIK under the KEK */
    uint8_t wrap_iv[16];
    uint8_t wrap_mac[32];
    uint8_t policy_mac[32];
};

SEVK_MUST_CHECK bool session_buf_decode(struct bytes in,
                                        struct session_buf *ret,
                                        struct sevk_error *err);
void session_buf_encode(const struct session_buf *session,
                        uint8_t out[static SESSION_BUF_LEN]);
SEVK_MUST_CHECK bool session_buf_dump(const struct session_buf *session,
                                      struct buf *to, struct sevk_error *err);

#endif
