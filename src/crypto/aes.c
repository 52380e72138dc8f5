/* SPDX-License-Identifier: Apache-2.0 */
/* AES-128 from libcrypto. */
#include "crypto/aes.h"

#include <assert.h>
#include <limits.h>

#include <openssl/evp.h>

#include "base/error.h"
#include "base/own.h"

static void free_cipher_ctx(EVP_CIPHER_CTX **ctx)
{
    EVP_CIPHER_CTX_free(*ctx);
    *ctx = NULL;
}

bool aes128_ctr(struct bytes key, const uint8_t iv[static AES_BLOCK_LEN],
                struct bytes in, uint8_t *out, struct sevk_error *err)
{
    OWN(free_cipher_ctx) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;

    assert(key.n == AES128_KEY_LEN && in.n <= INT_MAX);
    if (ctx == NULL ||
        EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, key.p, iv) != 1 ||
        (in.n > 0 && EVP_EncryptUpdate(ctx, out, &n, in.p, (int)in.n) != 1)) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: AES-128-CTR failed");
    }
    return true;
}
