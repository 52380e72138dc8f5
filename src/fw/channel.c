/* SPDX-License-Identifier: Apache-2.0 */
/* Unwraps an owner's transport keys and computes the channel's MACs. */
#include "fw/channel.h"

#include "base/cursor.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "fw/kdf.h"
#include "wire/policy.h"
#include "wire/sev_cert.h"

void channel_clear(struct channel *channel)
{
    secret_clear(&channel->tek);
    secret_clear(&channel->tik);
}

bool channel_open_without_owner(struct channel *ret, struct sevk_error *err)
{
    OWN(channel_clear) struct channel fresh = { 0 };

    if (!secret_alloc(&fresh.tek, CHANNEL_KEY_LEN, err) ||
        !secret_alloc(&fresh.tik, CHANNEL_KEY_LEN, err)) {
        return false;
    }
    secret_move(&ret->tek, &fresh.tek);
    secret_move(&ret->tik, &fresh.tik);
    return true;
}

uint32_t channel_read_owner_key(struct bytes in, struct ec_point *ret)
{
    struct sev_cert cert;
    struct sev_ec_field field;
    struct ec_point point;

    if (!sev_cert_decode(in, &cert, NULL) ||
        cert.pubkey_usage != SEV_USAGE_PDH ||
        cert.pubkey_algo != SEV_ALGO_ECDH_SHA256) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    sev_cert_get_ec(&cert, &field);
    memcpy(point.x, field.x, sizeof point.x);
    memcpy(point.y, field.y, sizeof point.y);
    if (field.curve != SEV_CURVE_P384 || !p384_point_valid(&point)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    *ret = point;
    return SEV_STATUS_SUCCESS;
}

struct wrapping_keys {
    struct sevk_secret kek;
    struct sevk_secret kik;
};

static void clear_wrapping_keys(struct wrapping_keys *keys)
{
    secret_clear(&keys->kek);
    secret_clear(&keys->kik);
}

/* formats.md 2, step 3. */
static bool derive_wrapping_keys(const struct sevk_secret *z,
                                 const struct session_buf *session,
                                 struct wrapping_keys *ret)
{
    const struct bytes nothing = { 0 };
    SECRET(master);

    return fw_kdf(secret_expose(z), "sev-master-secret",
                  BYTES_OF(session->nonce), CHANNEL_KEY_LEN, &master, NULL) &&
           fw_kdf(secret_expose(&master), "sev-kek", nothing, CHANNEL_KEY_LEN,
                  &ret->kek, NULL) &&
           fw_kdf(secret_expose(&master), "sev-kik", nothing, CHANNEL_KEY_LEN,
                  &ret->kik, NULL);
}

/* Decrypts WRAP_TK, which holds TEK, then TIK. */
static bool decrypt_keys(const struct wrapping_keys *keys,
                         const struct session_buf *session, struct channel *ret)
{
    SECRET(both);
    struct bytes plain;

    if (!secret_alloc(&both, sizeof session->wrap_tk, NULL) ||
        !aes128_ctr(secret_expose(&keys->kek), session->wrap_iv,
                    BYTES_OF(session->wrap_tk), secret_expose_mutable(&both),
                    NULL)) {
        return false;
    }
    plain = secret_expose(&both);
    return secret_copy(&ret->tek, bytes_make(plain.p, CHANNEL_KEY_LEN), NULL) &&
           secret_copy(&ret->tik,
                       bytes_make(plain.p + CHANNEL_KEY_LEN, CHANNEL_KEY_LEN),
                       NULL);
}

static bool policy_mac_holds(const struct channel *channel, uint32_t policy,
                             const uint8_t mac[static SHA256_LEN])
{
    uint8_t bytes[4];
    uint8_t expected[SHA256_LEN];
    const struct bytes part = BYTES_OF(bytes);

    store_le32(bytes, policy);
    hmac_sha256(secret_expose(&channel->tik), &part, 1, expected);
    return secret_equal(expected, mac, sizeof expected);
}

uint32_t channel_unwrap(const struct sevk_secret *z,
                        const struct session_buf *session, uint32_t policy,
                        struct channel *ret)
{
    OWN(clear_wrapping_keys) struct wrapping_keys keys = { 0 };
    OWN(channel_clear) struct channel fresh = { 0 };
    const struct bytes wrapped = BYTES_OF(session->wrap_tk);
    uint8_t mac[SHA256_LEN];

    if (!derive_wrapping_keys(z, session, &keys)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    hmac_sha256(secret_expose(&keys.kik), &wrapped, 1, mac);
    if (!secret_equal(mac, session->wrap_mac, sizeof mac)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    if (!decrypt_keys(&keys, session, &fresh)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    if (!policy_mac_holds(&fresh, policy, session->policy_mac)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    secret_move(&ret->tek, &fresh.tek);
    secret_move(&ret->tik, &fresh.tik);
    return SEV_STATUS_SUCCESS;
}

uint32_t channel_open(const struct p384_key *pdh, const struct ec_point *owner,
                      const struct session_buf *session, uint32_t policy,
                      struct channel *ret)
{
    SECRET(z);

    if (!p384_ecdh(pdh, owner, &z, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return channel_unwrap(&z, session, policy, ret);
}

/* TEK and TIK under the KEK, and the two MACs. */
static bool wrap(const struct channel *channel,
                 const struct wrapping_keys *keys, uint32_t policy,
                 struct session_buf *session)
{
    const struct bytes wrapped = BYTES_OF(session->wrap_tk);
    uint8_t raw_policy[4];
    const struct bytes policy_part = BYTES_OF(raw_policy);
    SECRET(both);
    uint8_t *p;

    if (!secret_alloc(&both, sizeof session->wrap_tk, NULL)) {
        return false;
    }
    p = secret_expose_mutable(&both);
    memcpy(p, secret_expose(&channel->tek).p, CHANNEL_KEY_LEN);
    memcpy(p + CHANNEL_KEY_LEN, secret_expose(&channel->tik).p,
           CHANNEL_KEY_LEN);
    if (!aes128_ctr(secret_expose(&keys->kek), session->wrap_iv,
                    secret_expose(&both), session->wrap_tk, NULL)) {
        return false;
    }
    hmac_sha256(secret_expose(&keys->kik), &wrapped, 1, session->wrap_mac);
    store_le32(raw_policy, policy);
    hmac_sha256(secret_expose(&channel->tik), &policy_part, 1,
                session->policy_mac);
    return true;
}

uint32_t channel_make(const struct p384_key *pdh,
                      const struct ec_point *receiver, uint32_t policy,
                      struct rng rng, struct channel *ret,
                      struct session_buf *ret_session)
{
    OWN(clear_wrapping_keys) struct wrapping_keys keys = { 0 };
    OWN(channel_clear) struct channel fresh = { 0 };
    struct session_buf session = { 0 };
    SECRET(z);

    if (!p384_ecdh(pdh, receiver, &z, NULL) ||
        !secret_random(&fresh.tek, CHANNEL_KEY_LEN, rng, NULL) ||
        !secret_random(&fresh.tik, CHANNEL_KEY_LEN, rng, NULL) ||
        !rng_fill(rng, session.nonce, sizeof session.nonce, NULL) ||
        !rng_fill(rng, session.wrap_iv, sizeof session.wrap_iv, NULL) ||
        !derive_wrapping_keys(&z, &session, &keys) ||
        !wrap(&fresh, &keys, policy, &session)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    secret_move(&ret->tek, &fresh.tek);
    secret_move(&ret->tik, &fresh.tik);
    *ret_session = session;
    return SEV_STATUS_SUCCESS;
}

void channel_packet_mac(const struct channel *channel,
                        const struct packet_hdr *hdr, struct bytes payload,
                        uint8_t ret[static 32])
{
    uint8_t prefix[PACKET_PREFIX_LEN];
    const struct bytes parts[] = { BYTES_OF(prefix), payload };

    packet_prefix_encode(PACKET_CONTEXT_DATA, hdr, (uint32_t)payload.n,
                         (uint32_t)payload.n, prefix);
    hmac_sha256(secret_expose(&channel->tik), parts, 2, ret);
}

void channel_measure(const struct channel *channel,
                     const struct measure_input *input, uint8_t ret[static 32])
{
    uint8_t bytes[MEASURE_INPUT_LEN];
    struct bytes part = BYTES_OF(bytes);

    measure_input_encode(input, bytes);
    if (!policy_api_at_least(input->api_major, input->api_minor, 0, 17)) {
        part = bytes_make(bytes + 4, sizeof bytes - 4);
    }
    hmac_sha256(secret_expose(&channel->tik), &part, 1, ret);
}

void channel_secret_mac(const struct channel *channel,
                        const struct fw_profile *profile,
                        const struct packet_hdr *hdr, uint32_t guest_len,
                        struct bytes payload, const uint8_t measure[static 32],
                        uint8_t ret[static 32])
{
    uint8_t prefix[PACKET_PREFIX_LEN];
    const struct bytes parts[] = {
        BYTES_OF(prefix),
        payload,
        bytes_make(measure, 32),
    };
    size_t n_parts = fw_profile_api_at_least(profile, 0, 17) ? 3 : 2;

    packet_prefix_encode(PACKET_CONTEXT_SECRET, hdr, guest_len,
                         (uint32_t)payload.n, prefix);
    hmac_sha256(secret_expose(&channel->tik), parts, n_parts, ret);
}
