/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate chain: checking each of its links. */
#include <stdarg.h>
#include <stdio.h>

#include "crypto/ec.h"
#include "owner/amd_signature.h"
#include "owner/chain_parts.h"
#include "wire/policy.h"

/* Where a key belongs: usage and kind of algorithm (formats.md 1.1). */
static const uint32_t role_usage[] = {
    [CHAIN_PDH] = SEV_USAGE_PDH,
    [CHAIN_PEK] = SEV_USAGE_PEK,
    [CHAIN_OCA] = SEV_USAGE_OCA,
    [CHAIN_CEK] = SEV_USAGE_CEK,
};

const char *chain_link_name(enum chain_link_id id)
{
    static const char *const names[CHAIN_LINKS] = {
        [CHAIN_LINK_ARK_TRUSTED] = "ARK trusted",
        [CHAIN_LINK_ARK_SELF] = "ARK by itself",
        [CHAIN_LINK_ASK_ARK] = "ASK by ARK",
        [CHAIN_LINK_CEK_ASK] = "CEK by ASK",
        [CHAIN_LINK_OCA_SELF] = "OCA by itself",
        [CHAIN_LINK_PEK_CEK] = "PEK by CEK",
        [CHAIN_LINK_PEK_OCA] = "PEK by OCA",
        [CHAIN_LINK_PDH_PEK] = "PDH by PEK",
    };

    return (unsigned int)id < CHAIN_LINKS ? names[id] : "?";
}

static void set_link(struct chain_verdict *v, enum chain_link_id id,
                     enum chain_link_state state, const char *fmt, ...)
    SEVK_PRINTF(4, 5);

static void set_link(struct chain_verdict *v, enum chain_link_id id,
                     enum chain_link_state state, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    v->links[id].state = state;
    vsnprintf(v->links[id].reason, sizeof v->links[id].reason, fmt, args);
    va_end(args);
}

static void set_ok(struct chain_verdict *v, enum chain_link_id id)
{
    v->links[id] = (struct chain_link){ .state = CHAIN_LINK_OK };
}

/* True when something is missing, which is then the link's reason. */
static bool lacks(struct chain_verdict *v, enum chain_link_id id,
                  struct bytes cert, enum chain_role role)
{
    if (cert.n > 0) {
        return false;
    }
    set_link(v, id, CHAIN_LINK_MISSING, "there is no %s certificate",
             chain_role_name(role));
    return true;
}

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
    const char *fault = "carries no signature by it";

    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        const struct sev_cert_slot *slot = &cert->slots[i];

        if (half_empty(slot)) {
            return "has a signature slot with a usage or an algorithm alone";
        }
        if (slot->usage != parent_usage || !is_ecdsa(slot->algo)) {
            continue;
        }
        if (slot_holds(slot, bytes_make(bytes.p, SEV_CERT_BODY_LEN), parent)) {
            return NULL;
        }
        fault = "has a signature by it that does not hold";
    }
    return fault;
}

/* A link between two SEV certificates, or of one with itself. */
static void check_ec(struct chain_verdict *v, enum chain_link_id id,
                     const struct chain *chain, enum chain_role child_role,
                     enum chain_role parent_role)
{
    struct bytes child_bytes = chain_cert(chain, child_role);
    struct bytes parent_bytes = chain_cert(chain, parent_role);
    const char *child_name = chain_role_name(child_role);
    const char *parent_name = chain_role_name(parent_role);
    struct ec_point parent_key, child_key;
    struct sev_cert child, parent;
    const char *fault;

    if (lacks(v, id, child_bytes, child_role) ||
        lacks(v, id, parent_bytes, parent_role)) {
        return;
    }
    if (!sev_cert_decode(child_bytes, &child, NULL) ||
        !sev_cert_decode(parent_bytes, &parent, NULL)) {
        set_link(v, id, CHAIN_LINK_BAD, "the %s or the %s is malformed",
                 child_name, parent_name);
        return;
    }
    fault = read_key(&parent, parent_role, &parent_key);
    if (fault != NULL) {
        set_link(v, id, CHAIN_LINK_BAD, "the %s %s", parent_name, fault);
        return;
    }
    fault = read_key(&child, child_role, &child_key);
    if (fault == NULL) {
        fault = ec_slots_fault(&child, child_bytes, role_usage[parent_role],
                               &parent_key);
    }
    if (fault != NULL) {
        set_link(v, id, CHAIN_LINK_BAD, "the %s %s (%s)", child_name, fault,
                 parent_name);
        return;
    }
    set_ok(v, id);
}

enum rsa_result {
    RSA_NO_SLOT,
    RSA_UNSIGNED,
    RSA_BAD,
    RSA_HOLDS,
};

/* formats.md 1.1: SHA-256 goes with 2048 bits, SHA-384 with 4096. */
static bool rsa_algo_fits(uint32_t algo, size_t key_bytes)
{
    return key_bytes == 256 ? algo == SEV_ALGO_RSA_SHA256
                            : algo == SEV_ALGO_RSA_SHA384;
}

/* The CEK's signature by an ASK, in either slot. */
static enum rsa_result cek_signed_by(struct bytes cek, struct bytes ask)
{
    enum rsa_result result = RSA_NO_SLOT;
    struct amd_cert ask_cert;
    struct rsa_public key;
    struct sev_cert cert;
    size_t len = 0;

    if (!sev_cert_decode(cek, &cert, NULL) ||
        !amd_cert_decode(ask, &ask_cert, &len, NULL) ||
        ask_cert.key_usage != SEV_USAGE_ASK) {
        return RSA_BAD;
    }
    if (sev_cert_slot_is_empty(&cert.slots[0]) &&
        sev_cert_slot_is_empty(&cert.slots[1])) {
        return RSA_UNSIGNED;
    }
    amd_signature_key(&ask_cert, &key);
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        const struct sev_cert_slot *slot = &cert.slots[i];

        if (half_empty(slot)) {
            return RSA_BAD;
        }
        if (slot->usage != SEV_USAGE_ASK || !rsa_algo_fits(slot->algo, key.n)) {
            continue;
        }
        if (rsa_verify(&key, bytes_make(cek.p, SEV_CERT_BODY_LEN),
                       slot->signature)) {
            return RSA_HOLDS;
        }
        result = RSA_BAD;
    }
    return result;
}

/* The certificates of AMD's half: the chain's own, or an anchor's. */
struct upper {
    struct bytes ask;
    struct bytes ark;
};

static struct bytes root_ask(const struct trust_root *root)
{
    return bytes_make(root->ask, root->ask_len);
}

static struct bytes root_ark(const struct trust_root *root)
{
    return bytes_make(root->ark, root->ark_len);
}

static bool completes(const struct trust_root *root, const struct upper *upper,
                      struct bytes cek)
{
    if (upper->ask.n > 0) {
        return amd_signature_fault(upper->ask, SEV_USAGE_ASK, root_ark(root)) ==
               NULL;
    }
    return root->ask_len > 0 &&
           cek_signed_by(cek, root_ask(root)) == RSA_HOLDS &&
           (upper->ark.n == 0 || bytes_equal(upper->ark, root_ark(root)));
}

/* Takes what the chain lacks from the anchor that fits it. */
static struct upper find_upper(const struct chain *chain,
                               const struct trust *trust,
                               struct chain_verdict *v)
{
    struct upper upper = { chain_cert(chain, CHAIN_ASK),
                           chain_cert(chain, CHAIN_ARK) };
    struct bytes cek = chain_cert(chain, CHAIN_CEK);

    if ((upper.ask.n > 0 && upper.ark.n > 0) || cek.n == 0) {
        return upper;
    }
    for (size_t i = 0; i < trust->n; i++) {
        const struct trust_root *root = &trust->roots[i];

        if (completes(root, &upper, cek)) {
            upper.ask = upper.ask.n > 0 ? upper.ask : root_ask(root);
            upper.ark = root_ark(root);
            v->completed = true;
            break;
        }
    }
    return upper;
}

static bool names_virtual(struct bytes bytes)
{
    static const char mark[] = "SEVKIT-V";

    /* Offset 20 is the certifying key's id: an ARK's own, an ASK's ARK's. */
    return bytes.n > 36 && memcmp(bytes.p + 20, mark, sizeof mark - 1) == 0;
}

static void check_root(struct chain_verdict *v, const struct trust *trust,
                       const struct upper *upper)
{
    const struct trust_root *root;

    v->is_virtual = names_virtual(upper->ark) || names_virtual(upper->ask);
    if (lacks(v, CHAIN_LINK_ARK_TRUSTED, upper->ark, CHAIN_ARK)) {
        return;
    }
    snprintf(v->generation, sizeof v->generation, "%s",
             trust_generation(upper->ark));
    root = trust_find(trust, upper->ark);
    if (root != NULL) {
        snprintf(v->root, sizeof v->root, "%s", root->name);
        set_ok(v, CHAIN_LINK_ARK_TRUSTED);
    } else if (v->is_virtual) {
        set_link(v, CHAIN_LINK_ARK_TRUSTED, CHAIN_LINK_BAD,
                 "the chain ends in the ARK of a virtual platform, which "
                 "protects nothing; for a test, name that ARK with --trust");
    } else {
        set_link(v, CHAIN_LINK_ARK_TRUSTED, CHAIN_LINK_BAD,
                 "the chain ends in an ARK that is not trusted");
    }
}

static void check_amd(struct chain_verdict *v, enum chain_link_id id,
                      struct bytes child, enum chain_role role,
                      struct bytes ark)
{
    const char *fault;

    if (lacks(v, id, child, role) || lacks(v, id, ark, CHAIN_ARK)) {
        return;
    }
    fault = amd_signature_fault(
        child, role == CHAIN_ARK ? SEV_USAGE_ARK : SEV_USAGE_ASK, ark);
    if (fault == NULL) {
        set_ok(v, id);
    } else {
        set_link(v, id, CHAIN_LINK_BAD, "the %s %s (ARK)",
                 chain_role_name(role), fault);
    }
}

static void check_cek(struct chain_verdict *v, const struct chain *chain,
                      struct bytes ask)
{
    const enum chain_link_id id = CHAIN_LINK_CEK_ASK;
    struct bytes cek = chain_cert(chain, CHAIN_CEK);

    if (lacks(v, id, cek, CHAIN_CEK)) {
        return;
    }
    if (ask.n == 0) {
        set_link(v, id, CHAIN_LINK_MISSING,
                 "there is no ASK certificate, and no trusted root has one "
                 "that signed the CEK");
        return;
    }
    switch (cek_signed_by(cek, ask)) {
    case RSA_HOLDS:
        set_ok(v, id);
        break;
    case RSA_UNSIGNED:
        set_link(v, id, CHAIN_LINK_MISSING,
                 "the CEK carries no signature, as firmware exports it; add "
                 "the signed one from AMD's key server");
        break;
    case RSA_NO_SLOT:
        set_link(v, id, CHAIN_LINK_BAD,
                 "the CEK carries no signature by an ASK of this generation");
        break;
    case RSA_BAD:
        set_link(v, id, CHAIN_LINK_BAD,
                 "the CEK has a signature by the ASK that does not hold");
        break;
    }
}

static void warn(struct chain_verdict *v, const char *fmt, ...)
    SEVK_PRINTF(2, 3);

static void warn(struct chain_verdict *v, const char *fmt, ...)
{
    va_list args;

    if (v->n_warnings == CHAIN_WARNINGS_MAX) {
        return;
    }
    va_start(args, fmt);
    vsnprintf(v->warnings[v->n_warnings++], CHAIN_REASON_LEN, fmt, args);
    va_end(args);
}

/* formats.md 16. Certificates tell the API version, not the build. */
static void warn_of_old_firmware(struct chain_verdict *v,
                                 const struct chain *chain,
                                 enum chain_role role)
{
    struct bytes bytes = chain_cert(chain, role);
    struct sev_cert cert;

    if (bytes.n == 0 || !sev_cert_decode(bytes, &cert, NULL)) {
        return;
    }
    if (!policy_api_at_least(cert.api_major, cert.api_minor, 0, 17)) {
        warn(v,
             "the %s was made by firmware with API %u.%u, which gives away the "
             "PDH's private key (CVE-2019-9836): the chain proves nothing",
             chain_role_name(role), cert.api_major, cert.api_minor);
    } else if (cert.api_major == 0 && cert.api_minor == 17) {
        warn(v,
             "the %s was made by firmware with API 0.17, which gives away the "
             "PDH's private key up to build 11 (CVE-2019-9836)",
             chain_role_name(role));
    }
}

static void add_warnings(struct chain_verdict *v, const struct chain *chain)
{
    if (strcmp(v->generation, "Naples") == 0) {
        warn(v, "first-generation EPYC (Naples) is not recommended for SEV");
    }
    warn_of_old_firmware(v, chain, CHAIN_PDH);
    warn_of_old_firmware(v, chain, CHAIN_PEK);
}

static void add_identity(struct chain_verdict *v, const struct chain *chain)
{
    struct bytes cek = chain_cert(chain, CHAIN_CEK);
    struct bytes pdh = chain_cert(chain, CHAIN_PDH);

    v->has_cek = cek.n > 0;
    v->has_pdh = pdh.n > 0;
    if (v->has_cek) {
        sha256(bytes_make(cek.p + 0x10, SEV_CERT_PUBKEY_LEN),
               v->cek_fingerprint);
    }
    if (v->has_pdh) {
        sha256(pdh, v->pdh_digest);
    }
}

static bool all_ok(const struct chain_verdict *v)
{
    for (size_t i = 0; i < CHAIN_LINKS; i++) {
        if (v->links[i].state != CHAIN_LINK_OK) {
            return false;
        }
    }
    return true;
}

bool chain_verify(const struct chain *chain, const struct trust *trust,
                  struct chain_verdict *ret, struct sevk_error *err)
{
    struct chain_verdict v = { 0 };
    struct upper upper = find_upper(chain, trust, &v);

    (void)err; /* nothing here allocates */
    check_root(&v, trust, &upper);
    check_amd(&v, CHAIN_LINK_ARK_SELF, upper.ark, CHAIN_ARK, upper.ark);
    check_amd(&v, CHAIN_LINK_ASK_ARK, upper.ask, CHAIN_ASK, upper.ark);
    check_cek(&v, chain, upper.ask);
    check_ec(&v, CHAIN_LINK_OCA_SELF, chain, CHAIN_OCA, CHAIN_OCA);
    check_ec(&v, CHAIN_LINK_PEK_CEK, chain, CHAIN_PEK, CHAIN_CEK);
    check_ec(&v, CHAIN_LINK_PEK_OCA, chain, CHAIN_PEK, CHAIN_OCA);
    check_ec(&v, CHAIN_LINK_PDH_PEK, chain, CHAIN_PDH, CHAIN_PEK);
    add_identity(&v, chain);
    add_warnings(&v, chain);
    v.yes = all_ok(&v);
    *ret = v;
    return true;
}

const char *chain_verdict_reason(const struct chain_verdict *verdict)
{
    for (size_t i = 0; i < CHAIN_LINKS; i++) {
        if (verdict->links[i].state != CHAIN_LINK_OK) {
            return verdict->links[i].reason;
        }
    }
    return NULL;
}

bool chain_verdict_summary(const struct chain_verdict *verdict, struct buf *to,
                           struct sevk_error *err)
{
    const char *reason = chain_verdict_reason(verdict);

    if (verdict->yes) {
        return buf_printf(to, err, "all links hold, up to the trusted root %s",
                          verdict->root);
    }
    return buf_printf(to, err, "no: %s",
                      reason == NULL || reason[0] == '\0' ? "not verified"
                                                          : reason);
}
