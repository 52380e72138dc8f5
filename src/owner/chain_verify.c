/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate chain: checking each of its links. */
#include <stdarg.h>
#include <stdio.h>

#include "owner/amd_signature.h"
#include "owner/sev_signature.h"
#include "wire/policy.h"

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

/* A link between two SEV certificates, or of one with itself. */
static void check_ec(struct chain_verdict *v, enum chain_link_id id,
                     const struct chain *chain, enum chain_role child_role,
                     enum chain_role parent_role)
{
    struct bytes child = chain_cert(chain, child_role);
    struct bytes parent = chain_cert(chain, parent_role);
    char reason[CHAIN_REASON_LEN] = "";

    if (lacks(v, id, child, child_role) || lacks(v, id, parent, parent_role)) {
        return;
    }
    if (sev_signature_holds(child, child_role, parent, parent_role, reason)) {
        set_ok(v, id);
    } else {
        set_link(v, id, CHAIN_LINK_BAD, "%s", reason);
    }
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
           cek_signature_check(cek, root_ask(root)) == CEK_HOLDS &&
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

#define NO_CEK "there is no CEK certificate"
#define UNSIGNED_CEK                                                           \
    "the CEK carries no signature, as firmware exports it; 'sevkit chain "     \
    "fetch' gets the signed one from AMD's key server"
#define NO_ANCHOR                                                              \
    "no trusted root has an ASK that signed the CEK; add the chain's ASK and " \
    "ARK, or trust its root"

/* A chain without an ARK is told what would have brought it one. */
static const char *why_no_ark(const struct chain *chain)
{
    struct bytes cek = chain_cert(chain, CHAIN_CEK);

    if (chain_cert(chain, CHAIN_ASK).n > 0) {
        return "there is no ARK certificate, and no trusted root signed the "
               "ASK";
    }
    if (cek.n == 0) {
        return NO_CEK;
    }
    return cek_is_unsigned(cek) ? UNSIGNED_CEK : NO_ANCHOR;
}

static void check_root(struct chain_verdict *v, const struct chain *chain,
                       const struct trust *trust, const struct upper *upper)
{
    const struct trust_root *root;

    v->is_virtual = names_virtual(upper->ark) || names_virtual(upper->ask);
    if (upper->ark.n == 0) {
        set_link(v, CHAIN_LINK_ARK_TRUSTED, CHAIN_LINK_MISSING, "%s",
                 why_no_ark(chain));
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
    if (cek_is_unsigned(cek)) {
        set_link(v, id, CHAIN_LINK_MISSING, UNSIGNED_CEK);
        return;
    }
    if (ask.n == 0) {
        set_link(v, id, CHAIN_LINK_MISSING, NO_ANCHOR);
        return;
    }
    switch (cek_signature_check(cek, ask)) {
    case CEK_HOLDS:
        set_ok(v, id);
        break;
    case CEK_NO_SLOT:
        set_link(v, id, CHAIN_LINK_BAD,
                 "the CEK carries no signature by an ASK of this generation");
        break;
    case CEK_BAD:
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
        v->old_firmware = true;
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

void chain_platform_id(struct bytes cek, uint8_t ret_id[static SHA256_LEN])
{
    sha256(bytes_make(cek.p + 0x10, SEV_CERT_PUBKEY_LEN), ret_id);
}

static void add_identity(struct chain_verdict *v, const struct chain *chain)
{
    struct bytes cek = chain_cert(chain, CHAIN_CEK);
    struct bytes pdh = chain_cert(chain, CHAIN_PDH);

    v->has_cek = cek.n > 0;
    v->has_pdh = pdh.n > 0;
    if (v->has_cek) {
        chain_platform_id(cek, v->cek_fingerprint);
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

    (void)err;
    check_root(&v, chain, trust, &upper);
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
