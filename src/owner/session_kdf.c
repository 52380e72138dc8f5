/* SPDX-License-Identifier: Apache-2.0 */
/* The guest owner's key derivation. */
#include "owner/session_kdf.h"

#include <assert.h>

#include "base/cursor.h"
#include "base/secret.h"
#include "crypto/hash.h"

#define OUTPUT_MAX (255 * (size_t)SHA256_LEN)

void session_kdf(struct bytes key, const char *label, struct bytes context,
                 uint8_t *out, size_t n)
{
    static const uint8_t separator[1] = { 0 };
    uint8_t counter[4], length[4], block[SHA256_LEN];
    const struct bytes parts[] = {
        BYTES_OF(counter), bytes_of_string(label), BYTES_OF(separator),
        context,           BYTES_OF(length),
    };
    WIPED(block);

    assert(n <= OUTPUT_MAX);
    store_le32(length, (uint32_t)(n * 8));
    for (uint32_t i = 1; n > 0; i++) {
        size_t take = n < sizeof block ? n : sizeof block;

        store_le32(counter, i);
        hmac_sha256(key, parts, sizeof parts / sizeof parts[0], block);
        memcpy(out, block, take);
        out += take;
        n -= take;
    }
}
