/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's key derivation: SP 800-108 in counter mode. */
#include "fw/kdf.h"

#include <assert.h>

#include "base/cursor.h"
#include "crypto/hash.h"

bool fw_kdf(struct bytes key, const char *label, struct bytes context, size_t n,
            struct sevk_secret *ret, struct sevk_error *err)
{
    SECRET(out);
    uint8_t counter[4];
    uint8_t bits[4];
    uint8_t block[SHA256_LEN];
    WIPED(block);
    /* The label's NUL is the separator. */
    const struct bytes parts[] = {
        BYTES_OF(counter),
        bytes_make(label, strlen(label) + 1),
        context,
        BYTES_OF(bits),
    };

    assert(n >= 1 && n <= 8192);
    if (!secret_alloc(&out, n, err)) {
        return false;
    }
    store_le32(bits, (uint32_t)n * 8);
    for (size_t at = 0, i = 1; at < n; at += SHA256_LEN, i++) {
        size_t left = n - at < SHA256_LEN ? n - at : SHA256_LEN;

        store_le32(counter, (uint32_t)i);
        hmac_sha256(key, parts, sizeof parts / sizeof parts[0], block);
        memcpy(secret_expose_mutable(&out) + at, block, left);
    }
    secret_move(ret, &out);
    return true;
}
