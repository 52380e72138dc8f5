/* SPDX-License-Identifier: Apache-2.0 */
/* Makes SEV certificates: a body for a key, signatures of other keys. */
#include "fw/sign.h"

void sign_begin_cert(const struct fw_profile *profile, uint32_t usage,
                     const struct p384_key *key, struct sev_cert *ret)
{
    struct ec_point point;
    struct sev_ec_field field = { .curve = SEV_CURVE_P384 };

    *ret = (struct sev_cert){
        .version = 1,
        .api_major = profile->api_major,
        .api_minor = profile->api_minor,
        .pubkey_usage = usage,
        .pubkey_algo = usage == SEV_USAGE_PDH ? SEV_ALGO_ECDH_SHA256
                                              : SEV_ALGO_ECDSA_SHA256,
    };
    p384_key_point(key, &point);
    memcpy(field.x, point.x, sizeof field.x);
    memcpy(field.y, point.y, sizeof field.y);
    sev_cert_set_ec(ret, &field);
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        sev_cert_slot_set_empty(&ret->slots[i]);
    }
}

bool sign_cert(struct sev_cert *cert, size_t slot, uint32_t usage,
               const struct p384_key *signer, struct sevk_error *err)
{
    uint8_t body[SEV_CERT_BODY_LEN];
    struct ec_signature signature;

    sev_cert_encode_body(cert, body);
    if (!p384_sign(signer, EC_SHA256, BYTES_OF(body), &signature, err)) {
        return false;
    }
    sev_cert_slot_set_ecdsa(&cert->slots[slot], usage, SEV_ALGO_ECDSA_SHA256,
                            signature.r, signature.s);
    return true;
}

bool sign_cert_rsa(struct sev_cert *cert, const struct rsa_key *ask,
                   struct sevk_error *err)
{
    uint8_t body[SEV_CERT_BODY_LEN];
    uint8_t signature[SEV_CERT_SIG_LEN] = { 0 };
    struct rsa_public public;

    rsa_key_public(ask, &public);
    sev_cert_encode_body(cert, body);
    if (!rsa_sign(ask, BYTES_OF(body), signature, err)) {
        return false;
    }
    cert->slots[0].usage = SEV_USAGE_ASK;
    cert->slots[0].algo =
        public.n == RSA_MAX_LEN ? SEV_ALGO_RSA_SHA384 : SEV_ALGO_RSA_SHA256;
    memcpy(cert->slots[0].signature, signature, sizeof signature);
    return true;
}
