/* SPDX-License-Identifier: Apache-2.0 */
/* Seals the firmware's state for the host to keep, and opens it again. */
#include "fw/nv.h"

#include "crypto/aes.h"
#include "crypto/hash.h"
#include "fw/kdf.h"

#define DATA_LEN (NV_LEN - SHA256_LEN - AES_BLOCK_LEN)
#define MAC_AT   DATA_LEN
#define IV_AT    (DATA_LEN + SHA256_LEN)

static bool derive(const struct chip *chip, const char *label, size_t n,
                   struct sevk_secret *ret, struct sevk_error *err)
{
    return fw_kdf(secret_expose(&chip->key), label, (struct bytes){ 0 }, n, ret,
                  err);
}

static bool compute_mac(const struct chip *chip, const uint8_t *area,
                        uint8_t ret[static SHA256_LEN], struct sevk_error *err)
{
    const struct bytes parts[] = { bytes_make(area, DATA_LEN),
                                   bytes_make(area + IV_AT, AES_BLOCK_LEN) };
    SECRET(key);

    if (!derive(chip, "sevkit-nv-integrity", SHA256_LEN, &key, err)) {
        return false;
    }
    hmac_sha256(secret_expose(&key), parts, 2, ret);
    return true;
}

/* Encrypts or decrypts the area's data. */
static bool crypt_data(const struct chip *chip, const uint8_t *iv,
                       const uint8_t *in, uint8_t *out, struct sevk_error *err)
{
    SECRET(key);

    return derive(chip, "sevkit-nv-encryption", AES128_KEY_LEN, &key, err) &&
           aes128_ctr(secret_expose(&key), iv, bytes_make(in, DATA_LEN), out,
                      err);
}

bool nv_seal(const struct chip *chip, struct rng rng,
             const struct identity *identity, uint8_t ret[static NV_LEN],
             struct sevk_error *err)
{
    SECRET(area);
    struct wr w;
    uint8_t *p;

    if (!secret_alloc(&area, NV_LEN, err)) {
        return false;
    }
    p = secret_expose_mutable(&area);
    w = wr_make(p, IDENTITY_PACKED_LEN);
    identity_pack(identity, &w);
    wr_end(&w);
    if (!rng_fill(rng, p + IV_AT, AES_BLOCK_LEN, err) ||
        !crypt_data(chip, p + IV_AT, p, p, err) ||
        !compute_mac(chip, p, p + MAC_AT, err)) {
        return false;
    }
    memcpy(ret, p, NV_LEN);
    return true;
}

bool nv_is_erased(const uint8_t area[static NV_LEN])
{
    for (size_t i = 0; i < NV_LEN; i++) {
        if (area[i] != 0xff) {
            return false;
        }
    }
    return true;
}

void nv_erase(uint8_t area[static NV_LEN])
{
    memset(area, 0xff, NV_LEN);
}

uint32_t nv_open(const struct chip *chip, const uint8_t area[static NV_LEN],
                 struct identity *ret)
{
    uint8_t mac[SHA256_LEN];
    SECRET(plain);
    struct rd r;

    if (!compute_mac(chip, area, mac, NULL) ||
        !secret_alloc(&plain, DATA_LEN, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    if (!secret_equal(mac, area + MAC_AT, sizeof mac)) {
        return SEV_STATUS_SECURE_DATA_INVALID;
    }
    if (!crypt_data(chip, area + IV_AT, area, secret_expose_mutable(&plain),
                    NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    r = rd_make(secret_expose(&plain));
    return identity_unpack(&r, ret) ? SEV_STATUS_SUCCESS
                                    : SEV_STATUS_SECURE_DATA_INVALID;
}
