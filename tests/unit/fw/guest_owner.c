/* SPDX-License-Identifier: Apache-2.0 */
/* A guest owner for tests of the firmware, written from formats.md alone. */
#include "unit/fw/guest_owner.h"

#include "base/cursor.h"
#include "base/own.h"
#include "crypto/aes.h"
#include "crypto/ec.h"
#include "crypto/hash.h"
#include "wire/sev_cert.h"

/* formats.md 2, step 2, for an output of 16 bytes. */
static void derive16(struct bytes key, const char *label, struct bytes context,
                     uint8_t ret[static 16])
{
    static const uint8_t one[4] = { 1, 0, 0, 0 };
    static const uint8_t zero[1] = { 0 };
    static const uint8_t bits[4] = { 128, 0, 0, 0 };
    const struct bytes parts[] = { BYTES_OF(one), bytes_of_string(label),
                                   BYTES_OF(zero), context, BYTES_OF(bits) };
    uint8_t block[32];

    hmac_sha256(key, parts, N_OF(parts), block);
    memcpy(ret, block, 16);
}

static void mac_of(const uint8_t key[static 16], struct bytes data,
                   uint8_t ret[static 32])
{
    hmac_sha256(bytes_make(key, 16), &data, 1, ret);
}

static void make_cert(const struct p384_key *key, uint8_t *ret)
{
    struct sev_cert cert = { .version = 1,
                             .pubkey_usage = SEV_USAGE_PDH,
                             .pubkey_algo = SEV_ALGO_ECDH_SHA256 };
    struct sev_ec_field field = { .curve = SEV_CURVE_P384 };
    struct ec_point point;

    p384_key_point(key, &point);
    memcpy(field.x, point.x, sizeof field.x);
    memcpy(field.y, point.y, sizeof field.y);
    sev_cert_set_ec(&cert, &field);
    sev_cert_slot_set_empty(&cert.slots[0]);
    sev_cert_slot_set_empty(&cert.slots[1]);
    sev_cert_encode(&cert, ret);
}

static void point_of(const uint8_t *pdh, struct ec_point *ret)
{
    struct sev_cert cert;
    struct sev_ec_field field;

    assert_true(sev_cert_decode(bytes_make(pdh, SEV_CERT_LEN), &cert, NULL));
    sev_cert_get_ec(&cert, &field);
    memcpy(ret->x, field.x, sizeof ret->x);
    memcpy(ret->y, field.y, sizeof ret->y);
}

static void derive_kek_and_kik(const struct sevk_secret *z,
                               const struct session_buf *s,
                               uint8_t kek[static 16], uint8_t kik[static 16])
{
    uint8_t master[16];

    derive16(secret_expose(z), "sev-master-secret", BYTES_OF(s->nonce), master);
    derive16(BYTES_OF(master), "sev-kek", (struct bytes){ 0 }, kek);
    derive16(BYTES_OF(master), "sev-kik", (struct bytes){ 0 }, kik);
}

static void wrap(struct guest_owner *owner, const struct sevk_secret *z,
                 struct fake_rng *random)
{
    struct session_buf s;
    uint8_t kek[16];
    uint8_t kik[16];
    uint8_t both[32];
    uint8_t policy[4];

    fake_rng_bytes(random, s.nonce, sizeof s.nonce);
    fake_rng_bytes(random, s.wrap_iv, sizeof s.wrap_iv);
    derive_kek_and_kik(z, &s, kek, kik);
    memcpy(both, owner->tek, 16);
    memcpy(both + 16, owner->tik, 16);
    assert_true(
        aes128_ctr(BYTES_OF(kek), s.wrap_iv, BYTES_OF(both), s.wrap_tk, NULL));
    mac_of(kik, BYTES_OF(s.wrap_tk), s.wrap_mac);
    store_le32(policy, owner->policy);
    mac_of(owner->tik, BYTES_OF(policy), s.policy_mac);
    session_buf_encode(&s, owner->session);
}

void guest_owner_make(struct guest_owner *ret, const uint8_t *pdh,
                      uint32_t policy, uint64_t seed)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct fake_rng random = { .seed = seed };
    struct ec_point point;
    SECRET(z);

    ret->policy = policy;
    fake_rng_bytes(&random, ret->tek, sizeof ret->tek);
    fake_rng_bytes(&random, ret->tik, sizeof ret->tik);
    assert_true(p384_key_generate(rng_fake(&random), &key, NULL));
    make_cert(key, ret->cert);
    point_of(pdh, &point);
    assert_true(p384_ecdh(key, &point, &z, NULL));
    wrap(ret, &z, &random);
}

void guest_owner_unwrap(struct guest_owner *ret, const struct p384_key *key,
                        const uint8_t *pdh, const uint8_t *session)
{
    struct session_buf s;
    struct ec_point point;
    uint8_t kek[16];
    uint8_t kik[16];
    uint8_t mac[32];
    uint8_t both[32];
    SECRET(z);

    assert_true(
        session_buf_decode(bytes_make(session, SESSION_BUF_LEN), &s, NULL));
    point_of(pdh, &point);
    assert_true(p384_ecdh(key, &point, &z, NULL));
    derive_kek_and_kik(&z, &s, kek, kik);
    mac_of(kik, BYTES_OF(s.wrap_tk), mac);
    assert_memory_equal(mac, s.wrap_mac, sizeof mac);
    assert_true(
        aes128_ctr(BYTES_OF(kek), s.wrap_iv, BYTES_OF(s.wrap_tk), both, NULL));
    memcpy(ret->tek, both, 16);
    memcpy(ret->tik, both + 16, 16);
}

void guest_owner_measure(const struct guest_owner *owner,
                         const struct fw_profile *profile,
                         const uint8_t *digest, const uint8_t *mnonce,
                         uint8_t ret[static 32])
{
    uint8_t in[56] = { 4, profile->api_major, profile->api_minor,
                       profile->build };
    bool old = profile->api_major == 0 && profile->api_minor < 17;

    store_le32(in + 4, owner->policy);
    memcpy(in + 8, digest, 32);
    memcpy(in + 40, mnonce, 16);
    mac_of(owner->tik, old ? bytes_make(in + 4, sizeof in - 4) : BYTES_OF(in),
           ret);
}

void guest_owner_seal(const struct guest_owner *owner,
                      const struct fw_profile *profile, uint32_t flags,
                      const uint8_t *measure, const uint8_t *plain, size_t n,
                      uint8_t ret_header[static PACKET_HDR_LEN],
                      uint8_t *ret_payload)
{
    struct packet_hdr hdr = { .flags = flags, .iv = { 7, 7, 7 } };
    uint8_t prefix[29] = { 1 };
    const struct bytes parts[] = { BYTES_OF(prefix), bytes_make(ret_payload, n),
                                   bytes_make(measure, 32) };
    bool old = profile->api_major == 0 && profile->api_minor < 17;

    assert_true(aes128_ctr(BYTES_OF(owner->tek), hdr.iv, bytes_make(plain, n),
                           ret_payload, NULL));
    store_le32(prefix + 1, flags);
    memcpy(prefix + 5, hdr.iv, 16);
    store_le32(prefix + 21, (uint32_t)n);
    store_le32(prefix + 25, (uint32_t)n);
    hmac_sha256(BYTES_OF(owner->tik), parts, old ? 2 : 3, hdr.mac);
    packet_hdr_encode(&hdr, ret_header);
}

uint32_t do_start_owned(struct rig *rig, const struct guest_owner *owner,
                        uint32_t *ret_handle)
{
    struct cmd_launch_start cmd = {
        .policy = owner->policy,
        .dh_paddr = RIG_RAM + 0x8000,
        .dh_len = SEV_CERT_LEN,
        .session_paddr = RIG_RAM + 0x9000,
        .session_len = SESSION_BUF_LEN,
    };
    uint8_t buf[CMD_LAUNCH_START_LEN];
    uint32_t status;

    memcpy(rig_at(rig, cmd.dh_paddr), owner->cert, SEV_CERT_LEN);
    memcpy(rig_at(rig, cmd.session_paddr), owner->session, SESSION_BUF_LEN);
    cmd_launch_start_encode(&cmd, buf);
    status = fw_command(rig->fw, SEV_CMD_LAUNCH_START, buf, sizeof buf);
    assert_true(cmd_launch_start_decode(BYTES_OF(buf), &cmd, NULL));
    *ret_handle = cmd.handle;
    return status;
}
