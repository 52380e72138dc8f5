/* SPDX-License-Identifier: Apache-2.0 */
/* AES-128-XTS from libcrypto, also for pieces of a data unit. */
#include "crypto/aes_xts.h"

#include <assert.h>

#include <openssl/evp.h>

#include "base/own.h"
#include "base/secret.h"

#define XTS_MAX ((size_t)16 << 20)

struct aes128_xts {
    EVP_CIPHER_CTX *encrypt;
    EVP_CIPHER_CTX *decrypt;
    EVP_CIPHER_CTX *tweak;   /* one block under the tweak key, */
    EVP_CIPHER_CTX *untweak; /* and back */
};

void aes128_xts_free(struct aes128_xts **xts)
{
    if (*xts != NULL) {
        EVP_CIPHER_CTX_free((*xts)->encrypt);
        EVP_CIPHER_CTX_free((*xts)->decrypt);
        EVP_CIPHER_CTX_free((*xts)->tweak);
        EVP_CIPHER_CTX_free((*xts)->untweak);
        free(*xts);
    }
    *xts = NULL;
}

static bool prepare(EVP_CIPHER_CTX **ctx, const EVP_CIPHER *cipher,
                    const uint8_t *key, bool encrypt)
{
    *ctx = EVP_CIPHER_CTX_new();
    return *ctx != NULL &&
           EVP_CipherInit_ex(*ctx, cipher, NULL, key, NULL, encrypt) == 1 &&
           EVP_CIPHER_CTX_set_padding(*ctx, 0) == 1;
}

bool aes128_xts_new(struct bytes data_key, struct bytes tweak_key,
                    struct aes128_xts **ret, struct sevk_error *err)
{
    OWN(aes128_xts_free) struct aes128_xts *xts = calloc(1, sizeof *xts);
    uint8_t both[2 * AES128_KEY_LEN];
    WIPED(both);

    assert(data_key.n == AES128_KEY_LEN && tweak_key.n == AES128_KEY_LEN);
    if (secret_equal(data_key.p, tweak_key.p, AES128_KEY_LEN)) {
        return sevk_fail(err, SEVK_INPUT,
                         "AES-128-XTS: data key and tweak key are the same");
    }
    memcpy(both, data_key.p, AES128_KEY_LEN);
    memcpy(both + AES128_KEY_LEN, tweak_key.p, AES128_KEY_LEN);
    if (xts == NULL || !prepare(&xts->encrypt, EVP_aes_128_xts(), both, true) ||
        !prepare(&xts->decrypt, EVP_aes_128_xts(), both, false) ||
        !prepare(&xts->tweak, EVP_aes_128_ecb(), tweak_key.p, true) ||
        !prepare(&xts->untweak, EVP_aes_128_ecb(), tweak_key.p, false)) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: AES-128-XTS failed");
    }
    *ret = TAKE(xts);
    return true;
}

/* In GF(2^128), little-endian: IEEE 1619, 5.2. */
static void multiply_by_alpha(uint8_t t[static 16])
{
    uint8_t carry = 0;

    for (size_t i = 0; i < 16; i++) {
        uint8_t next = t[i] >> 7;

        t[i] = (uint8_t)(t[i] << 1 | carry);
        carry = next;
    }
    t[0] = (uint8_t)(t[0] ^ (carry != 0 ? 0x87 : 0));
}

static bool one_block(EVP_CIPHER_CTX *ctx, uint8_t block[static 16])
{
    int n = 0;

    return EVP_CipherUpdate(ctx, block, &n, block, 16) == 1 && n == 16;
}

/*
 * libcrypto starts at the beginning of a unit. A piece that begins at AT is
 * the beginning of a unit whose number encrypts to the tweak of AT's block.
 */
static bool number_of_piece(struct aes128_xts *xts,
                            const uint8_t unit[static 16], size_t at,
                            uint8_t ret[static 16])
{
    memcpy(ret, unit, 16);
    if (at == 0) {
        return true;
    }
    if (!one_block(xts->tweak, ret)) {
        return false;
    }
    for (size_t i = 0; i < at / 16; i++) {
        multiply_by_alpha(ret);
    }
    return one_block(xts->untweak, ret);
}

static bool run(struct aes128_xts *xts, EVP_CIPHER_CTX *ctx,
                const uint8_t unit[static 16], size_t at, struct bytes in,
                uint8_t *out, struct sevk_error *err)
{
    uint8_t number[16];
    int n = 0;

    assert(at % 16 == 0 && in.n % 16 == 0 && in.n > 0 && in.n < XTS_MAX &&
           at < XTS_MAX);
    if (!number_of_piece(xts, unit, at, number) ||
        EVP_CipherInit_ex(ctx, NULL, NULL, NULL, number, -1) != 1 ||
        EVP_CipherUpdate(ctx, out, &n, in.p, (int)in.n) != 1 ||
        n != (int)in.n) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: AES-128-XTS failed");
    }
    return true;
}

bool aes128_xts_encrypt(struct aes128_xts *xts, const uint8_t unit[static 16],
                        size_t at, struct bytes in, uint8_t *out,
                        struct sevk_error *err)
{
    return run(xts, xts->encrypt, unit, at, in, out, err);
}

bool aes128_xts_decrypt(struct aes128_xts *xts, const uint8_t unit[static 16],
                        size_t at, struct bytes in, uint8_t *out,
                        struct sevk_error *err)
{
    return run(xts, xts->decrypt, unit, at, in, out, err);
}
