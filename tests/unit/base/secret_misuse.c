/* SPDX-License-Identifier: Apache-2.0 */
/* Ways to leak a secret, of which none may compile; MISUSE 0 is fine. */
#include "base/base64.h"
#include "base/hex.h"
#include "base/secret.h"

bool leak(struct buf *to, struct sevk_secret *secret);

bool leak(struct buf *to, struct sevk_secret *secret)
{
#if MISUSE == 0
    (void)to;
    return secret_copy(secret, (struct bytes){ 0 }, NULL);
#elif MISUSE == 1
    return hex_append(to, *secret, NULL);
#elif MISUSE == 2
    return base64_append(to, *secret, NULL);
#elif MISUSE == 3
    return buf_append(to, *secret, NULL);
#elif MISUSE == 4
    return buf_append_string(to, secret, NULL);
#elif MISUSE == 5
    return buf_printf(to, NULL, "%s", *secret);
#endif
}
