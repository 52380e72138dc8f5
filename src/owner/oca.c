/* SPDX-License-Identifier: Apache-2.0 */
/* An owner's certificate authority: the OCA that a platform's PEK is signed by. */
#include "owner/oca.h"

#include "base/own.h"
#include "owner/sev_signature.h"

/* Into the first slot, as AMD's own tools have it. */
static bool sign(const struct p384_key *key, struct sev_cert *cert,
                 struct sevk_error *err)
{
    uint8_t body[SEV_CERT_BODY_LEN];
    struct ec_signature signature;

    sev_cert_encode_body(cert, body);
    if (!p384_sign(key, EC_SHA256, BYTES_OF(body), &signature, err)) {
        return false;
    }
    sev_cert_slot_set_ecdsa(&cert->slots[0], SEV_USAGE_OCA,
                            SEV_ALGO_ECDSA_SHA256, signature.r, signature.s);
    return true;
}

static void set_key(struct sev_cert *cert, const struct p384_key *key)
{
    struct sev_ec_field field = { .curve = SEV_CURVE_P384 };
    struct ec_point point;

    p384_key_point(key, &point);
    memcpy(field.x, point.x, sizeof field.x);
    memcpy(field.y, point.y, sizeof field.y);
    sev_cert_set_ec(cert, &field);
}

bool oca_make(struct rng rng, struct p384_key **ret_key,
              uint8_t ret_cert[static SEV_CERT_LEN], struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct sev_cert cert = { .version = 1,
                             .pubkey_usage = SEV_USAGE_OCA,
                             .pubkey_algo = SEV_ALGO_ECDSA_SHA256 };

    if (!p384_key_generate(rng, &key, err)) {
        return false;
    }
    set_key(&cert, key);
    sev_cert_slot_set_empty(&cert.slots[1]);
    if (!sign(key, &cert, err)) {
        return false;
    }
    sev_cert_encode(&cert, ret_cert);
    *ret_key = TAKE(key);
    return true;
}

static bool check_oca(const struct p384_key *key, struct bytes oca,
                      struct sevk_error *err)
{
    char reason[CHAIN_REASON_LEN] = "";
    struct sev_cert cert, of_key = { 0 };
    struct sev_ec_field a, b;

    if (!sev_cert_decode(oca, &cert, err)) {
        return sevk_fail_in(err, "OCA");
    }
    if (!sev_signature_holds(oca, CHAIN_OCA, oca, CHAIN_OCA, reason)) {
        return sevk_fail(err, SEVK_INPUT, "OCA: %s", reason);
    }
    set_key(&of_key, key);
    sev_cert_get_ec(&cert, &a);
    sev_cert_get_ec(&of_key, &b);
    /* Behind the point, certificates of sevctl's have whatever was there. */
    if (a.curve != b.curve || !bytes_equal(BYTES_OF(a.x), BYTES_OF(b.x)) ||
        !bytes_equal(BYTES_OF(a.y), BYTES_OF(b.y))) {
        return sevk_fail(err, SEVK_INPUT,
                         "the key is not that of the OCA certificate");
    }
    return true;
}

static bool has_usable_key(const struct sev_cert *cert)
{
    struct sev_ec_field field;
    struct ec_point point;

    sev_cert_get_ec(cert, &field);
    memcpy(point.x, field.x, sizeof point.x);
    memcpy(point.y, field.y, sizeof point.y);
    return cert->pubkey_algo == SEV_ALGO_ECDSA_SHA256 &&
           field.curve == SEV_CURVE_P384 && p384_point_valid(&point);
}

static bool check_csr(struct bytes csr, struct sev_cert *ret,
                      struct sevk_error *err)
{
    struct sev_cert cert;

    if (!sev_cert_decode(csr, &cert, err)) {
        return sevk_fail_in(err, "signing request");
    }
    if (cert.pubkey_usage != SEV_USAGE_PEK) {
        return sevk_fail(err, SEVK_INPUT,
                         "signing request: it is of a key of the kind %s, not "
                         "of a PEK",
                         sev_usage_name(cert.pubkey_usage));
    }
    if (!sev_cert_slot_is_empty(&cert.slots[0]) ||
        !sev_cert_slot_is_empty(&cert.slots[1])) {
        return sevk_fail(err, SEVK_INPUT,
                         "signing request: it is signed already, so it is a "
                         "certificate; ask the platform for a request");
    }
    if (!has_usable_key(&cert)) {
        return sevk_fail(err, SEVK_INPUT,
                         "signing request: its key is no usable key of P-384");
    }
    *ret = cert;
    return true;
}

bool oca_sign_csr(const struct p384_key *key, struct bytes oca,
                  struct bytes csr, uint8_t ret_pek[static SEV_CERT_LEN],
                  struct sevk_error *err)
{
    struct sev_cert pek;

    if (!check_oca(key, oca, err) || !check_csr(csr, &pek, err) ||
        !sign(key, &pek, err)) {
        return false;
    }
    sev_cert_encode(&pek, ret_pek);
    return true;
}
