/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the signatures that SEV certificates carry. */
#include "owner/sev_signature.h"

#include <assert.h>
#include <stdio.h>

#include "crypto/ec.h"
#include "owner/amd_signature.h"

/* Where a key belongs: usage and kind of algorithm (formats.md 1.1). */
static const uint32_t role_usage[] = {
    [CHAIN_PDH] = SEV_USAGE_PDH,
    [CHAIN_PEK] = SEV_USAGE_PEK,
    [CHAIN_OCA] = SEV_USAGE_OCA,
    [CHAIN_CEK] = SEV_USAGE_CEK,
};

static bool is_ecdsa(uint32_t algo)
{
    return algo == SEV_ALGO_ECDSA_SHA256 || algo == SEV_ALGO_ECDSA_SHA384;
}

static bool is_ecdh(uint32_t algo)
{
    return algo == SEV_ALGO_ECDH_SHA256 || algo == SEV_ALGO_ECDH_SHA384;
}

/* formats.md 1.2, step 2: version, usage, algorithm, curve, point. */
static const char *read_key(const struct sev_cert *cert, enum chain_role role,
                            struct ec_point *ret)
{
    bool algo_fits = role == CHAIN_PDH ? is_ecdh(cert->pubkey_algo)
                                       : is_ecdsa(cert->pubkey_algo);
    struct sev_ec_field field;

    sev_cert_get_ec(cert, &field);
    memcpy(ret->x, field.x, sizeof ret->x);
    memcpy(ret->y, field.y, sizeof ret->y);
    if (cert->pubkey_usage != role_usage[role] || !algo_fits) {
        return "has a key of another kind";
    }
    if (field.curve != SEV_CURVE_P384) {
        return "has a key on another curve than P-384";
    }
    /* CVE-2019-9836 was the lack of this check, in the firmware. */
    return p384_point_valid(ret) ? NULL
                                 : "has a public key that is no point of P-384";
}

/* formats.md 1.2, step 1: exactly one of usage and algorithm says "none". */
static bool half_empty(const struct sev_cert_slot *slot)
{
    return (slot->usage == SEV_USAGE_INVALID) != (slot->algo == SEV_ALGO_NONE);
}

static bool slot_holds(const struct sev_cert_slot *slot, struct bytes body,
                       const struct ec_point *parent)
{
    enum ec_hash hash =
        slot->algo == SEV_ALGO_ECDSA_SHA384 ? EC_SHA384 : EC_SHA256;
    struct ec_signature signature;

    return sev_cert_slot_get_ecdsa(slot, signature.r, signature.s) &&
           p384_verify(parent, hash, body, &signature);
}

/* Steps 1 and 4: a slot for this parent, and its signature over the body. */
static const char *ec_slots_fault(const struct sev_cert *cert,
                                  struct bytes bytes, uint32_t parent_usage,
                                  const struct ec_point *parent)
{
    const char *fault = "carries no signature by the";

    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        const struct sev_cert_slot *slot = &cert->slots[i];

        if (half_empty(slot)) {
            return "has a slot with half a signature, so none by the";
        }
        if (slot->usage != parent_usage || !is_ecdsa(slot->algo)) {
            continue;
        }
        if (slot_holds(slot, bytes_make(bytes.p, SEV_CERT_BODY_LEN), parent)) {
            return NULL;
        }
        fault = "has a signature that does not hold by the";
    }
    return fault;
}

bool sev_signature_holds(struct bytes child_bytes, enum chain_role child_role,
                         struct bytes parent_bytes, enum chain_role parent_role,
                         char ret_reason[static CHAIN_REASON_LEN])
{
    const char *child_name = chain_role_name(child_role);
    const char *parent_name = chain_role_name(parent_role);
    struct ec_point parent_key, child_key;
    struct sev_cert child, parent;
    const char *fault;

    assert(child_role <= CHAIN_CEK && parent_role <= CHAIN_CEK);
    if (!sev_cert_decode(child_bytes, &child, NULL) ||
        !sev_cert_decode(parent_bytes, &parent, NULL)) {
        snprintf(ret_reason, CHAIN_REASON_LEN, "the %s or the %s is malformed",
                 child_name, parent_name);
        return false;
    }
    fault = read_key(&parent, parent_role, &parent_key);
    if (fault != NULL) {
        snprintf(ret_reason, CHAIN_REASON_LEN, "the %s %s", parent_name, fault);
        return false;
    }
    fault = read_key(&child, child_role, &child_key);
    if (fault != NULL) {
        snprintf(ret_reason, CHAIN_REASON_LEN, "the %s %s", child_name, fault);
        return false;
    }
    fault = ec_slots_fault(&child, child_bytes, role_usage[parent_role],
                           &parent_key);
    if (fault != NULL) {
        snprintf(ret_reason, CHAIN_REASON_LEN, "the %s %s %s", child_name,
                 fault, parent_name);
        return false;
    }
    return true;
}

/* formats.md 1.1: SHA-256 goes with 2048 bits, SHA-384 with 4096. */
static bool rsa_algo_fits(uint32_t algo, size_t key_bytes)
{
    return key_bytes == 256 ? algo == SEV_ALGO_RSA_SHA256
                            : algo == SEV_ALGO_RSA_SHA384;
}

/* The CEK's signature by an ASK, in either slot. */
enum cek_signature cek_signature_check(struct bytes cek, struct bytes ask)
{
    enum cek_signature result = CEK_NO_SLOT;
    struct amd_cert ask_cert;
    struct rsa_public key;
    struct sev_cert cert;
    size_t len = 0;

    if (!sev_cert_decode(cek, &cert, NULL) ||
        !amd_cert_decode(ask, &ask_cert, &len, NULL) ||
        ask_cert.key_usage != SEV_USAGE_ASK) {
        return CEK_BAD;
    }
    amd_signature_key(&ask_cert, &key);
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        const struct sev_cert_slot *slot = &cert.slots[i];

        if (half_empty(slot)) {
            return CEK_BAD;
        }
        if (slot->usage != SEV_USAGE_ASK || !rsa_algo_fits(slot->algo, key.n)) {
            continue;
        }
        if (rsa_verify(&key, bytes_make(cek.p, SEV_CERT_BODY_LEN),
                       slot->signature)) {
            return CEK_HOLDS;
        }
        result = CEK_BAD;
    }
    return result;
}

bool cek_is_unsigned(struct bytes cek)
{
    struct sev_cert cert;

    return sev_cert_decode(cek, &cert, NULL) &&
           sev_cert_slot_is_empty(&cert.slots[0]) &&
           sev_cert_slot_is_empty(&cert.slots[1]);
}
