/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-XTS of a disk's sectors, as dm-crypt has it. */
#include "crypto/sector.h"

#include <assert.h>

#include <openssl/evp.h>

#include "base/cursor.h"
#include "base/error.h"
#include "base/own.h"
#include "base/secret.h"

#define UNIT 512 /* in which dm-crypt counts */

struct sector_cipher {
    EVP_CIPHER_CTX *ctx;
};

void sector_cipher_free(struct sector_cipher **cipher)
{
    if (*cipher != NULL) {
        EVP_CIPHER_CTX_free((*cipher)->ctx);
        free(*cipher);
    }
    *cipher = NULL;
}

bool sector_cipher_new(struct bytes key, struct sector_cipher **ret,
                       struct sevk_error *err)
{
    OWN(sector_cipher_free) struct sector_cipher *c = calloc(1, sizeof *c);

    assert(key.n == SECTOR_KEY_LEN);
    if (secret_equal(key.p, key.p + key.n / 2, key.n / 2)) {
        return sevk_fail(err, SEVK_INPUT,
                         "AES-256-XTS: data key and tweak key are the same");
    }
    if (c == NULL || (c->ctx = EVP_CIPHER_CTX_new()) == NULL ||
        EVP_EncryptInit_ex(c->ctx, EVP_aes_256_xts(), NULL, key.p, NULL) != 1) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: AES-256-XTS failed");
    }
    *ret = TAKE(c);
    return true;
}

bool sector_encrypt(struct sector_cipher *cipher, uint64_t first,
                    struct bytes in, uint8_t *out, struct sevk_error *err)
{
    assert(in.n % SECTOR_LEN == 0);
    for (size_t at = 0; at < in.n; at += SECTOR_LEN) {
        uint8_t number[16] = { 0 };
        int n = 0;

        store_le64(number, (first + at / SECTOR_LEN) * (SECTOR_LEN / UNIT));
        if (EVP_EncryptInit_ex(cipher->ctx, NULL, NULL, NULL, number) != 1 ||
            EVP_EncryptUpdate(cipher->ctx, out + at, &n, in.p + at,
                              SECTOR_LEN) != 1 ||
            n != SECTOR_LEN) {
            return sevk_fail(err, SEVK_HOST, "libcrypto: AES-256-XTS failed");
        }
    }
    return true;
}
