/* SPDX-License-Identifier: Apache-2.0 */
/* What each signature of a certificate is worth, by the certificates beside it. */
#include "owner/cert_signature.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "owner/amd_signature.h"
#include "owner/sev_signature.h"

static void set(struct cert_signature *s, enum cert_signature_state state,
                const char *fmt, ...) SEVK_PRINTF(3, 4);

static void set(struct cert_signature *s, enum cert_signature_state state,
                const char *fmt, ...)
{
    va_list args;

    *s = (struct cert_signature){ .state = state };
    va_start(args, fmt);
    vsnprintf(s->reason, sizeof s->reason, fmt, args);
    va_end(args);
}

static void set_ok(struct cert_signature *s, const char *root)
{
    *s = (struct cert_signature){ .state = CERT_SIGNATURE_OK };
    snprintf(s->root, sizeof s->root, "%s", root);
}

/* formats.md 1.2, step 3: who signs whom. */
static bool may_sign(enum chain_role parent, enum chain_role child)
{
    switch (child) {
    case CHAIN_PDH:
        return parent == CHAIN_PEK;
    case CHAIN_PEK:
        return parent == CHAIN_OCA || parent == CHAIN_CEK;
    case CHAIN_OCA:
        return parent == CHAIN_OCA;
    case CHAIN_CEK:
        return parent == CHAIN_ASK;
    default:
        return false;
    }
}

/*
 * CERT with the other slot empty, so that what is said is said of SLOT alone.
 * The body is copied as it was received: decoding and encoding are inverse.
 */
static void mask(const struct sev_cert *cert, size_t slot,
                 uint8_t ret[static SEV_CERT_LEN])
{
    struct sev_cert masked = *cert;

    sev_cert_slot_set_empty(&masked.slots[1 - slot]);
    sev_cert_encode(&masked, ret);
}

static bool signed_by(struct bytes child, enum chain_role role,
                      const struct cert_item *parent,
                      char reason[static CHAIN_REASON_LEN])
{
    if (parent->role != CHAIN_ASK) {
        return sev_signature_holds(child, role, parent->bytes, parent->role,
                                   reason);
    }
    if (cek_signature_check(child, parent->bytes) == CEK_HOLDS) {
        return true;
    }
    snprintf(reason, CHAIN_REASON_LEN,
             "the CEK has a signature that does not hold by the ASK");
    return false;
}

/* Tries those that lie beside it; false when none could have signed it. */
static bool try_items(struct bytes child, enum chain_role role,
                      enum chain_role parent,
                      const struct cert_signers *signers,
                      struct cert_signature *ret)
{
    char reason[CHAIN_REASON_LEN] = "";
    bool found = false;

    for (size_t i = 0; i < signers->n; i++) {
        if (signers->items[i].role != parent) {
            continue;
        }
        if (signed_by(child, role, &signers->items[i], reason)) {
            set_ok(ret, "");
            return true;
        }
        found = true;
    }
    if (found) {
        set(ret, CERT_SIGNATURE_BAD, "%s", reason);
    }
    return found;
}

/* A CEK does not say which ASK it is of: another root's is no fault. */
static bool try_root_asks(struct bytes cek, const struct trust *roots,
                          struct cert_signature *ret)
{
    for (size_t i = 0; i < roots->n; i++) {
        const struct trust_root *root = &roots->roots[i];

        if (root->ask_len > 0 &&
            cek_signature_check(cek, bytes_make(root->ask, root->ask_len)) ==
                CEK_HOLDS) {
            set_ok(ret, root->name);
            return true;
        }
    }
    return false;
}

static void judge(const struct sev_cert *cert, enum chain_role role,
                  size_t slot, enum chain_role parent,
                  const struct cert_signers *signers,
                  struct cert_signature *ret)
{
    uint8_t bytes[SEV_CERT_LEN];
    struct bytes child = BYTES_OF(bytes);
    bool found;

    mask(cert, slot, bytes);
    found = try_items(child, role, parent, signers, ret);
    if ((found && ret->state == CERT_SIGNATURE_OK) ||
        (parent == CHAIN_ASK && try_root_asks(child, signers->roots, ret)) ||
        found) {
        return;
    }
    set(ret, CERT_SIGNATURE_UNKNOWN, "there is no %s beside it%s",
        chain_role_name(parent),
        parent == CHAIN_ASK ? ", and none of AMD's made it" : "");
}

void cert_signature_of_slot(const struct cert_item *item, size_t slot,
                            const struct cert_signers *signers,
                            struct cert_signature *ret)
{
    const struct sev_cert_slot *s;
    enum chain_role parent;
    struct sev_cert cert;

    assert(item->role <= CHAIN_CEK && slot < SEV_CERT_SLOTS);
    if (!sev_cert_decode(item->bytes, &cert, NULL)) {
        set(ret, CERT_SIGNATURE_BAD, "the certificate is malformed");
        return;
    }
    s = &cert.slots[slot];
    if (sev_cert_slot_is_empty(s)) {
        set(ret, CERT_SIGNATURE_EMPTY, "%s", "");
    } else if (s->usage == SEV_USAGE_INVALID || s->algo == SEV_ALGO_NONE) {
        set(ret, CERT_SIGNATURE_BAD,
            "the slot is neither empty nor holds a whole signature");
    } else if (!cert_role_of_usage(s->usage, &parent)) {
        set(ret, CERT_SIGNATURE_UNKNOWN,
            "it names a signer of an unknown kind (%" PRIX32 "h)", s->usage);
    } else if (!may_sign(parent, item->role)) {
        set(ret, CERT_SIGNATURE_BAD,
            "a signature by the %s counts nothing on "
            "a certificate of the kind %s",
            chain_role_name(parent), chain_role_name(item->role));
    } else {
        judge(&cert, item->role, slot, parent, signers, ret);
    }
}

/* ARK signed CERT, or could have, for CERT names it as its signer. */
static bool try_ark(const struct cert_item *cert, struct bytes ark,
                    const char *root, struct cert_signature *ret)
{
    uint32_t usage = cert->role == CHAIN_ARK ? SEV_USAGE_ARK : SEV_USAGE_ASK;
    const char *fault = amd_signature_fault(cert->bytes, usage, ark);
    /* Offsets 4 and 20: the ARK's key id, and the one that is named. */
    bool named = bytes_equal(bytes_make(cert->bytes.p + 20, 16),
                             bytes_make(ark.p + 4, 16));

    if (fault == NULL) {
        set_ok(ret, root);
    } else if (named) {
        set(ret, CERT_SIGNATURE_BAD, "the %s %s", chain_role_name(cert->role),
            fault);
    }
    return named;
}

void cert_signature_of_amd(const struct cert_item *cert,
                           const struct cert_signers *signers,
                           struct cert_signature *ret)
{
    struct amd_cert decoded;
    size_t len;

    assert(cert->role > CHAIN_CEK);
    if (!amd_cert_decode(cert->bytes, &decoded, &len, NULL)) {
        set(ret, CERT_SIGNATURE_BAD, "the certificate is malformed");
        return;
    }
    set(ret, CERT_SIGNATURE_UNKNOWN,
        "there is no ARK beside it, and it is not by one of AMD's");
    if (cert->role == CHAIN_ARK) {
        if (!try_ark(cert, cert->bytes, "", ret)) {
            set(ret, CERT_SIGNATURE_BAD,
                "the ARK names another key as its signer");
        }
        return;
    }
    for (size_t i = 0; i < signers->n; i++) {
        if (signers->items[i].role == CHAIN_ARK &&
            try_ark(cert, signers->items[i].bytes, "", ret) &&
            ret->state == CERT_SIGNATURE_OK) {
            return;
        }
    }
    for (size_t i = 0; i < signers->roots->n; i++) {
        const struct trust_root *root = &signers->roots->roots[i];

        if (try_ark(cert, bytes_make(root->ark, root->ark_len), root->name,
                    ret)) {
            return;
        }
    }
}
