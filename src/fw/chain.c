/* SPDX-License-Identifier: Apache-2.0 */
/* How the firmware judges certificates that it is given. */
#include "fw/chain.h"

#include "base/cursor.h"
#include "crypto/ec.h"
#include "crypto/rsa.h"

#define SLOT_AT(i) (SEV_CERT_BODY_LEN + (i) * (8 + SEV_CERT_SIG_LEN))

/* The key that is to have signed. */
struct parent {
    uint32_t usage;
    bool (*algo_fits)(const struct parent *parent, uint32_t algo);
    struct ec_point point;
    struct rsa_public rsa;
};

static bool ec_algo_fits(const struct parent *parent, uint32_t algo)
{
    (void)parent;
    return algo == SEV_ALGO_ECDSA_SHA256 || algo == SEV_ALGO_ECDSA_SHA384;
}

static bool rsa_algo_fits(const struct parent *parent, uint32_t algo)
{
    return algo == (parent->rsa.n == RSA_MAX_LEN ? SEV_ALGO_RSA_SHA384
                                                 : SEV_ALGO_RSA_SHA256);
}

/* Step 1. It looks at the bytes before anything decodes them. */
static uint32_t find_slot(const uint8_t *cert, const struct parent *parent,
                          size_t *ret)
{
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        uint32_t usage = load_le32(cert + SLOT_AT(i));
        uint32_t algo = load_le32(cert + SLOT_AT(i) + 4);

        if ((usage == SEV_USAGE_INVALID) != (algo == SEV_ALGO_NONE)) {
            return SEV_STATUS_BAD_SIGNATURE;
        }
        if (usage == parent->usage && parent->algo_fits(parent, algo)) {
            *ret = i;
            return SEV_STATUS_SUCCESS;
        }
    }
    return SEV_STATUS_INVALID_CERTIFICATE;
}

static bool key_algo_fits(const struct sev_cert *cert)
{
    if (cert->pubkey_usage == SEV_USAGE_PDH) {
        return cert->pubkey_algo == SEV_ALGO_ECDH_SHA256 ||
               cert->pubkey_algo == SEV_ALGO_ECDH_SHA384;
    }
    return ec_algo_fits(NULL, cert->pubkey_algo);
}

/* Step 2. */
static uint32_t read_cert(const uint8_t *bytes, struct sev_cert *ret,
                          struct ec_point *ret_point)
{
    struct sev_ec_field field;

    if (!sev_cert_decode(bytes_make(bytes, SEV_CERT_LEN), ret, NULL) ||
        !key_algo_fits(ret)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    sev_cert_get_ec(ret, &field);
    memcpy(ret_point->x, field.x, sizeof ret_point->x);
    memcpy(ret_point->y, field.y, sizeof ret_point->y);
    return field.curve == SEV_CURVE_P384 && p384_point_valid(ret_point)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_CERTIFICATE;
}

/* Step 3. */
static bool may_sign(uint32_t parent, uint32_t child)
{
    switch (child) {
    case SEV_USAGE_PDH:
        return parent == SEV_USAGE_PEK;
    case SEV_USAGE_PEK:
        return parent == SEV_USAGE_OCA || parent == SEV_USAGE_CEK;
    case SEV_USAGE_OCA:
        return parent == SEV_USAGE_OCA;
    case SEV_USAGE_CEK:
        return parent == SEV_USAGE_ASK;
    default:
        return false;
    }
}

/* Step 4. */
static bool verifies(const uint8_t *bytes, const struct sev_cert_slot *slot,
                     const struct parent *parent)
{
    struct bytes body = bytes_make(bytes, SEV_CERT_BODY_LEN);
    struct ec_signature signature;

    if (parent->usage == SEV_USAGE_ASK) {
        return rsa_verify(&parent->rsa, body, slot->signature);
    }
    return sev_cert_slot_get_ecdsa(slot, signature.r, signature.s) &&
           p384_verify(&parent->point,
                       slot->algo == SEV_ALGO_ECDSA_SHA384 ? EC_SHA384
                                                           : EC_SHA256,
                       body, &signature);
}

static uint32_t check_under(const uint8_t *bytes, const struct parent *parent)
{
    struct sev_cert cert;
    struct ec_point point;
    size_t slot = 0;
    uint32_t status = find_slot(bytes, parent, &slot);

    if (status == SEV_STATUS_SUCCESS) {
        status = read_cert(bytes, &cert, &point);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!may_sign(parent->usage, cert.pubkey_usage)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    return verifies(bytes, &cert.slots[slot], parent)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_BAD_SIGNATURE;
}

uint32_t chain_check(const uint8_t cert[static SEV_CERT_LEN],
                     const uint8_t parent[static SEV_CERT_LEN])
{
    struct parent key = { .algo_fits = ec_algo_fits };
    struct sev_cert decoded;
    uint32_t status = read_cert(parent, &decoded, &key.point);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    key.usage = decoded.pubkey_usage;
    /* An ASK is no certificate of this kind, whatever the usage says. */
    return key.usage == SEV_USAGE_ASK ? SEV_STATUS_INVALID_CERTIFICATE
                                      : check_under(cert, &key);
}

static struct rsa_public rsa_of(const struct amd_cert *cert)
{
    struct rsa_public ret = { .n = cert->modulus_bits / 8 };

    memcpy(ret.modulus, cert->modulus, sizeof ret.modulus);
    memcpy(ret.exponent, cert->exponent, sizeof ret.exponent);
    return ret;
}

uint32_t chain_check_cek(const uint8_t cek[static SEV_CERT_LEN],
                         const struct amd_cert *ask)
{
    const struct parent key = { .usage = SEV_USAGE_ASK,
                                .algo_fits = rsa_algo_fits,
                                .rsa = rsa_of(ask) };

    return check_under(cek, &key);
}

/* Whether the ARK, all but its signature, is one of those that are known. */
static bool is_trusted(struct bytes ark, struct bytes trusted)
{
    struct amd_cert known;
    size_t n = 0;

    while (trusted.n > 0 && amd_cert_decode(trusted, &known, &n, NULL)) {
        size_t covered = amd_cert_signed_len(known.modulus_bits);

        if (n == ark.n && bytes_equal(bytes_make(ark.p, covered),
                                      bytes_make(trusted.p, covered))) {
            return true;
        }
        trusted = bytes_make(trusted.p + n, trusted.n - n);
    }
    return false;
}

static bool signed_by(struct bytes cert, const struct amd_cert *decoded,
                      const struct amd_cert *signer)
{
    const struct rsa_public key = rsa_of(signer);

    return decoded->modulus_bits == signer->modulus_bits &&
           rsa_verify(
               &key,
               bytes_make(cert.p, amd_cert_signed_len(decoded->modulus_bits)),
               decoded->signature);
}

uint32_t chain_read_roots(struct bytes ask_ark, struct bytes trusted,
                          struct amd_cert *ret_ask)
{
    struct amd_cert ask;
    struct amd_cert ark;
    struct bytes first;
    struct bytes rest;
    size_t n = 0;

    if (ask_ark.n != 2 * AMD_CERT_LEN_2048 &&
        ask_ark.n != AMD_CERT_LEN_2048 + AMD_CERT_LEN_4096 &&
        ask_ark.n != 2 * AMD_CERT_LEN_4096) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    if (!amd_cert_decode(ask_ark, &ask, &n, NULL)) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    first = bytes_make(ask_ark.p, n);
    rest = bytes_make(ask_ark.p + n, ask_ark.n - n);
    if (!amd_cert_decode(rest, &ark, &n, NULL) || n != rest.n ||
        ark.key_usage != SEV_USAGE_ARK || ask.key_usage != SEV_USAGE_ASK ||
        !is_trusted(rest, trusted) ||
        memcmp(ask.certifying_id, ark.key_id, sizeof ark.key_id) != 0) {
        return SEV_STATUS_INVALID_CERTIFICATE;
    }
    if (!signed_by(rest, &ark, &ark) || !signed_by(first, &ask, &ark)) {
        return SEV_STATUS_BAD_SIGNATURE;
    }
    *ret_ask = ask;
    return SEV_STATUS_SUCCESS;
}
