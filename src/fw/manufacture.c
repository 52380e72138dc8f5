/* SPDX-License-Identifier: Apache-2.0 */
/* The factory: a root, a signing key and a chip whose key they endorse. */
#include "crypto/rsa.h"
#include "fw/chip.h"
#include "fw/platform.h"
#include "fw/sign.h"

/* An AMD certificate without its signature; its key id is new. */
static bool begin_cert(uint32_t usage, const struct rsa_key *key,
                       struct rng rng, struct amd_cert *ret,
                       struct sevk_error *err)
{
    struct rsa_public public;

    rsa_key_public(key, &public);
    *ret = (struct amd_cert){
        .version = 1,
        .key_usage = usage,
        .exponent_bits = (uint32_t) public.n * 8,
        .modulus_bits = (uint32_t) public.n * 8,
    };
    memcpy(ret->exponent, public.exponent, public.n);
    memcpy(ret->modulus, public.modulus, public.n);
    memcpy(ret->key_id, PLATFORM_KEY_ID_PREFIX, PLATFORM_KEY_ID_PREFIX_LEN);
    return rng_fill(rng, ret->key_id + PLATFORM_KEY_ID_PREFIX_LEN,
                    AMD_CERT_KEY_ID_LEN - PLATFORM_KEY_ID_PREFIX_LEN, err);
}

static bool finish_cert(struct amd_cert *cert, const uint8_t *certifying_id,
                        const struct rsa_key *signer,
                        uint8_t ret[static AMD_CERT_MAX_LEN],
                        struct sevk_error *err)
{
    size_t n = amd_cert_signed_len(cert->modulus_bits);

    memcpy(cert->certifying_id, certifying_id, AMD_CERT_KEY_ID_LEN);
    amd_cert_encode(cert, ret);
    if (!rsa_sign(signer, bytes_make(ret, n), cert->signature, err)) {
        return false;
    }
    amd_cert_encode(cert, ret);
    return true;
}

/* ARK and ASK; *RET_ASK signs the CEK and is then forgotten. */
static bool make_roots(struct rng rng, struct chip *chip,
                       struct rsa_key **ret_ask, struct sevk_error *err)
{
    OWN(rsa_key_free) struct rsa_key *ark_key = NULL;
    OWN(rsa_key_free) struct rsa_key *ask_key = NULL;
    unsigned int bits = chip->profile.rsa_bits;
    struct amd_cert ark;
    struct amd_cert ask;

    if (!rsa_key_generate(bits, &ark_key, err) ||
        !rsa_key_generate(bits, &ask_key, err) ||
        !begin_cert(SEV_USAGE_ARK, ark_key, rng, &ark, err) ||
        !begin_cert(SEV_USAGE_ASK, ask_key, rng, &ask, err) ||
        !finish_cert(&ark, ark.key_id, ark_key, chip->ark, err) ||
        !finish_cert(&ask, ark.key_id, ark_key, chip->ask, err)) {
        return false;
    }
    chip->amd_len = amd_cert_len(bits);
    *ret_ask = TAKE(ask_key);
    return true;
}

/* A key that is also a scalar of secp256k1, which GET_ID needs. */
static bool make_chip_key(struct rng rng, struct chip *chip,
                          struct sevk_error *err)
{
    uint8_t id[CHIP_ID_LEN];

    /* All but one in 2^128 draws do. */
    for (int i = 0; i < 4; i++) {
        if (!secret_random(&chip->key, CHIP_KEY_LEN, rng, err)) {
            return false;
        }
        if (chip_id(chip, id, err)) {
            return true;
        }
    }
    return false;
}

static bool make_cek(const struct rsa_key *ask, struct chip *chip,
                     struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct sev_cert cert;

    if (!chip_derive_cek(&chip->key, &key, err)) {
        return false;
    }
    sign_begin_cert(&chip->profile, SEV_USAGE_CEK, key, &cert);
    if (!sign_cert_rsa(&cert, ask, err)) {
        return false;
    }
    sev_cert_encode(&cert, chip->cek);
    return true;
}

bool chip_manufacture(const struct fw_profile *profile, struct rng rng,
                      int64_t now, struct chip *fresh, struct sevk_error *err)
{
    OWN(rsa_key_free) struct rsa_key *ask = NULL;

    if (!fw_profile_check(profile, err)) {
        return false;
    }
    fresh->created = now;
    fresh->profile = *profile;
    if (!make_chip_key(rng, fresh, err) || !make_roots(rng, fresh, &ask, err) ||
        !make_cek(ask, fresh, err)) {
        chip_clear(fresh);
        return false;
    }
    return true;
}
