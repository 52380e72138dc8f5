/* SPDX-License-Identifier: Apache-2.0 */
/* A session: fresh transport keys, wrapped so that one platform can open them. */
#include "owner/session.h"

#include "base/cursor.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "owner/policy.h"
#include "owner/session_kdf.h"

void session_clear(struct session *session)
{
    secret_clear(&session->tek);
    secret_clear(&session->tik);
    wipe(session, sizeof *session);
}

/*
 * What wrapping needs for a moment, side by side in one secret: locked pages
 * cost more than what is computed in them.
 */
enum {
    AT_MASTER = 0,
    AT_KEK = AT_MASTER + SESSION_KEY_LEN,
    AT_KIK = AT_KEK + SESSION_KEY_LEN,
    AT_TK = AT_KIK + SESSION_KEY_LEN, /* TEK || TIK */
    SCRATCH_LEN = AT_TK + 2 * SESSION_KEY_LEN,
};

static struct bytes key_at(const struct sevk_secret *scratch, size_t at)
{
    return bytes_make(secret_expose(scratch).p + at, SESSION_KEY_LEN);
}

/* formats.md 2, step 3: KEK and KIK, 16 bytes each, from Z and the nonce. */
static void derive_wrapping_keys(const struct sevk_secret *z,
                                 const uint8_t nonce[static 16],
                                 struct sevk_secret *scratch)
{
    const struct bytes none = { NULL, 0 };
    uint8_t *p = secret_expose_mutable(scratch);

    session_kdf(secret_expose(z), "sev-master-secret", bytes_make(nonce, 16),
                p + AT_MASTER, SESSION_KEY_LEN);
    session_kdf(key_at(scratch, AT_MASTER), "sev-kek", none, p + AT_KEK,
                SESSION_KEY_LEN);
    session_kdf(key_at(scratch, AT_MASTER), "sev-kik", none, p + AT_KIK,
                SESSION_KEY_LEN);
}

static bool check_key(const struct sevk_secret *key, const char *name,
                      struct sevk_error *err)
{
    if (key->n != SESSION_KEY_LEN) {
        return sevk_fail(err, SEVK_INPUT, "the %s has %zu bytes, not %d", name,
                         key->n, SESSION_KEY_LEN);
    }
    return true;
}

/* formats.md 2, steps 4 and 5. */
static bool wrap_keys(struct sevk_secret *scratch,
                      const struct sevk_secret *tek,
                      const struct sevk_secret *tik, uint32_t policy,
                      struct session_buf *inout, struct sevk_error *err)
{
    uint8_t *tk = secret_expose_mutable(scratch) + AT_TK;
    uint8_t policy_le[4];
    struct bytes part;

    memcpy(tk, secret_expose(tek).p, SESSION_KEY_LEN);
    memcpy(tk + SESSION_KEY_LEN, secret_expose(tik).p, SESSION_KEY_LEN);
    if (!aes128_ctr(key_at(scratch, AT_KEK), inout->wrap_iv,
                    bytes_make(tk, sizeof inout->wrap_tk), inout->wrap_tk,
                    err)) {
        return false;
    }
    part = BYTES_OF(inout->wrap_tk);
    hmac_sha256(key_at(scratch, AT_KIK), &part, 1, inout->wrap_mac);
    store_le32(policy_le, policy);
    part = BYTES_OF(policy_le);
    hmac_sha256(secret_expose(tik), &part, 1, inout->policy_mac);
    return true;
}

bool session_wrap_shared(const struct sevk_secret *z, struct session_buf *inout,
                         const struct sevk_secret *tek,
                         const struct sevk_secret *tik, uint32_t policy,
                         struct sevk_error *err)
{
    SECRET(scratch);

    if (!check_key(tek, "TEK", err) || !check_key(tik, "TIK", err) ||
        !secret_alloc(&scratch, SCRATCH_LEN, err)) {
        return false;
    }
    derive_wrapping_keys(z, inout->nonce, &scratch);
    return wrap_keys(&scratch, tek, tik, policy, inout, err);
}

bool session_wrap(const struct p384_key *mine, const struct ec_point *pdh,
                  const uint8_t nonce[static 16], const uint8_t iv[static 16],
                  const struct sevk_secret *tek, const struct sevk_secret *tik,
                  uint32_t policy, uint8_t ret_blob[static SESSION_BUF_LEN],
                  struct sevk_error *err)
{
    struct session_buf blob = { 0 };
    SECRET(z);

    memcpy(blob.nonce, nonce, sizeof blob.nonce);
    memcpy(blob.wrap_iv, iv, sizeof blob.wrap_iv);
    /* CVE-2019-9836, seen from the other side: ECDH refuses such a point. */
    if (!p384_ecdh(mine, pdh, &z, err)) {
        return sevk_fail_in(err, "PDH");
    }
    if (!session_wrap_shared(&z, &blob, tek, tik, policy, err)) {
        return false;
    }
    session_buf_encode(&blob, ret_blob);
    return true;
}

/* formats.md 2: usage PDH, algorithm exactly 3, both slots empty. */
static void make_godh(const struct p384_key *key,
                      uint8_t ret[static SEV_CERT_LEN])
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
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        sev_cert_slot_set_empty(&cert.slots[i]);
    }
    sev_cert_encode(&cert, ret);
}

static bool read_pdh(struct bytes bytes, struct ec_point *ret,
                     struct sevk_error *err)
{
    struct sev_ec_field field;
    struct sev_cert cert;

    if (!sev_cert_decode(bytes, &cert, err)) {
        return sevk_fail_in(err, "PDH");
    }
    sev_cert_get_ec(&cert, &field);
    if (cert.pubkey_usage != SEV_USAGE_PDH ||
        cert.pubkey_algo != SEV_ALGO_ECDH_SHA256 ||
        field.curve != SEV_CURVE_P384) {
        return sevk_fail(err, SEVK_INPUT,
                         "PDH: the certificate is a %s with '%s', not a PDH "
                         "with an ECDH key on P-384",
                         sev_usage_name(cert.pubkey_usage),
                         sev_algo_name(cert.pubkey_algo));
    }
    memcpy(ret->x, field.x, sizeof ret->x);
    memcpy(ret->y, field.y, sizeof ret->y);
    return true;
}

/* Everything random, in the order that the header promises. */
static bool make_session(const struct ec_point *pdh, uint32_t policy,
                         struct rng rng, struct session *ret,
                         struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    uint8_t nonce[16], iv[16];

    if (!p384_key_generate(rng, &key, err) ||
        !rng_fill(rng, nonce, sizeof nonce, err) ||
        !secret_random(&ret->tek, SESSION_KEY_LEN, rng, err) ||
        !secret_random(&ret->tik, SESSION_KEY_LEN, rng, err) ||
        !rng_fill(rng, iv, sizeof iv, err)) {
        return false;
    }
    make_godh(key, ret->godh);
    ret->policy = policy;
    return session_wrap(key, pdh, nonce, iv, &ret->tek, &ret->tik, policy,
                        ret->blob, err);
}

bool session_create_unverified(struct bytes pdh, uint32_t policy,
                               struct rng rng, struct session *ret,
                               struct sevk_error *err)
{
    struct ec_point point;
    SESSION(fresh);

    if (!policy_check_reserved(policy, err) || !read_pdh(pdh, &point, err) ||
        !make_session(&point, policy, rng, &fresh, err)) {
        return false;
    }
    session_clear(ret);
    *ret = fresh;
    fresh = (struct session){ 0 }; /* moved */
    return true;
}

bool session_create(const struct chain_verdict *verdict,
                    const struct chain *chain, uint32_t policy, struct rng rng,
                    struct session *ret, struct sevk_error *err)
{
    struct bytes pdh = chain_cert(chain, CHAIN_PDH);
    const char *reason = chain_verdict_reason(verdict);
    uint8_t digest[SHA256_LEN];

    if (!verdict->yes) {
        return sevk_fail(err, SEVK_REFUSED,
                         "no session for a platform that is not proved: %s",
                         reason == NULL || reason[0] == '\0'
                             ? "its chain was not verified"
                             : reason);
    }
    sha256(pdh, digest);
    if (!secret_equal(digest, verdict->pdh_digest, sizeof digest)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "no session: the chain that was verified has another "
                         "PDH");
    }
    return session_create_unverified(pdh, policy, rng, ret, err);
}
