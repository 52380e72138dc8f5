/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit cert show: each field of certificates, and what signatures are worth. */
#include <stdlib.h>

#include "base/file.h"
#include "base/own.h"
#include "cli/verb.h"
#include "crypto/hash.h"
#include "owner/cert_signature.h"
#include "wire/amd_cert.h"

/* No certificate is shorter than 832 bytes, but for one at the end. */
#define ITEMS_MAX (CHAIN_FILE_MAX / AMD_CERT_LEN_2048 + 1)

struct found {
    struct cert_item items[ITEMS_MAX];
    size_t n;
};

/* A little-endian number, most significant digit first, at least LEAST bytes. */
static void show_number(struct out *out, struct json_object *in,
                        const char *key, struct bytes le, size_t least)
{
    uint8_t be[AMD_CERT_MAX_NUMBER];
    size_t n = le.n;

    while (n > least && le.p[n - 1] == 0) {
        n--;
    }
    for (size_t i = 0; i < n; i++) {
        be[i] = le.p[n - 1 - i];
    }
    out_hex(out, in, key, bytes_make(be, n));
}

/* "PEK (1002h)": also what has no name has a number. */
static void show_coded(struct out *out, struct json_object *in, const char *key,
                       const char *name, uint32_t code)
{
    char text[64];

    snprintf(text, sizeof text, "%s (%Xh)", name, code);
    out_text(out, in, key, text);
}

static void show_state(struct out *out, struct json_object *in,
                       const struct cert_signature *signature)
{
    static const char *const names[] = {
        [CERT_SIGNATURE_EMPTY] = "empty",
        [CERT_SIGNATURE_UNKNOWN] = "unknown",
        [CERT_SIGNATURE_BAD] = "bad",
        [CERT_SIGNATURE_OK] = "ok",
    };

    out->no = out->no || signature->state == CERT_SIGNATURE_BAD;
    out_text(out, in, "state", names[signature->state]);
    if (signature->reason[0] != '\0') {
        out_text(out, in, "reason", signature->reason);
    }
    if (signature->root[0] != '\0') {
        out_text(out, in, "root", signature->root);
    }
}

static bool is_ec(uint32_t algo)
{
    return algo == SEV_ALGO_ECDSA_SHA256 || algo == SEV_ALGO_ECDSA_SHA384 ||
           algo == SEV_ALGO_ECDH_SHA256 || algo == SEV_ALGO_ECDH_SHA384;
}

static void show_slot(struct out *out, struct json_object *list,
                      const struct cert_item *cert, size_t i,
                      const struct sev_cert_slot *slot,
                      const struct cert_signers *signers)
{
    struct json_object *item = out_object(out, list, NULL);
    struct cert_signature signature;
    uint8_t r[72];
    uint8_t s[72];

    cert_signature_of_slot(cert, i, signers, &signature);
    show_state(out, item, &signature);
    if (signature.state == CERT_SIGNATURE_EMPTY) {
        return;
    }
    show_coded(out, item, "by", sev_usage_name(slot->usage), slot->usage);
    show_coded(out, item, "algorithm", sev_algo_name(slot->algo), slot->algo);
    if (is_ec(slot->algo) && sev_cert_slot_get_ecdsa(slot, r, s)) {
        show_number(out, item, "r_hex", BYTES_OF(r), 48);
        show_number(out, item, "s_hex", BYTES_OF(s), 48);
    } else {
        show_number(out, item, "signature_hex", BYTES_OF(slot->signature), 1);
    }
}

static void show_key(struct out *out, struct json_object *in,
                     const struct sev_cert *cert)
{
    struct sev_ec_field ec;

    if (!is_ec(cert->pubkey_algo)) {
        out_hex(out, in, "public_key_hex", BYTES_OF(cert->pubkey));
        return;
    }
    sev_cert_get_ec(cert, &ec);
    show_coded(out, in, "curve", ec.curve == SEV_CURVE_P384 ? "P-384" : "?",
               ec.curve);
    show_number(out, in, "x_hex", BYTES_OF(ec.x), 48);
    show_number(out, in, "y_hex", BYTES_OF(ec.y), 48);
}

static bool show_sev(struct out *out, struct json_object *in,
                     const struct cert_item *item,
                     const struct cert_signers *signers, struct sevk_error *err)
{
    struct json_object *slots;
    uint8_t id[SHA256_LEN];
    struct sev_cert cert;
    char api[16];

    if (!sev_cert_decode(item->bytes, &cert, err)) {
        return false;
    }
    snprintf(api, sizeof api, "%u.%u", cert.api_major, cert.api_minor);
    out_number(out, in, "version", cert.version);
    out_text(out, in, "api", api);
    show_coded(out, in, "usage", sev_usage_name(cert.pubkey_usage),
               cert.pubkey_usage);
    show_coded(out, in, "algorithm", sev_algo_name(cert.pubkey_algo),
               cert.pubkey_algo);
    show_key(out, in, &cert);
    if (item->role == CHAIN_CEK) {
        sha256(BYTES_OF(cert.pubkey), id);
        out_hex(out, in, "platform_id_hex", BYTES_OF(id));
    }
    slots = out_list(out, in, "signatures");
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        show_slot(out, slots, item, i, &cert.slots[i], signers);
    }
    return true;
}

static void show_amd_signature(struct out *out, struct json_object *in,
                               const struct cert_item *item,
                               const struct amd_cert *cert,
                               const struct cert_signers *signers)
{
    struct json_object *list = out_list(out, in, "signatures");
    struct json_object *one = out_object(out, list, NULL);
    struct cert_signature signature;

    cert_signature_of_amd(item, signers, &signature);
    show_state(out, one, &signature);
    out_text(out, one, "by", "ARK (0h)");
    out_text(out, one, "algorithm",
             cert->modulus_bits == 2048 ? sev_algo_name(SEV_ALGO_RSA_SHA256)
                                        : sev_algo_name(SEV_ALGO_RSA_SHA384));
    show_number(out, one, "signature_hex",
                bytes_make(cert->signature, cert->modulus_bits / 8),
                cert->modulus_bits / 8);
}

static bool show_amd(struct out *out, struct json_object *in,
                     const struct cert_item *item,
                     const struct cert_signers *signers, struct sevk_error *err)
{
    struct amd_cert cert;
    size_t len = 0;

    if (!amd_cert_decode(item->bytes, &cert, &len, err)) {
        return false;
    }
    out_number(out, in, "version", cert.version);
    if (item->role == CHAIN_ARK) {
        out_text(out, in, "generation", trust_generation(item->bytes));
    }
    out_flag(out, in, "virtual", trust_is_virtual(&cert));
    out_hex(out, in, "key_id_hex", BYTES_OF(cert.key_id));
    out_hex(out, in, "certifying_id_hex", BYTES_OF(cert.certifying_id));
    show_coded(out, in, "usage", sev_usage_name(cert.key_usage),
               cert.key_usage);
    out_number(out, in, "modulus_bits", cert.modulus_bits);
    show_number(out, in, "exponent_hex", BYTES_OF(cert.exponent), 1);
    show_number(out, in, "modulus_hex",
                bytes_make(cert.modulus, cert.modulus_bits / 8),
                cert.modulus_bits / 8);
    show_amd_signature(out, in, item, &cert, signers);
    return true;
}

static bool show_item(struct out *out, struct json_object *list,
                      const struct cert_item *item,
                      const struct cert_signers *signers,
                      struct sevk_error *err)
{
    struct json_object *in = out_object(out, list, NULL);
    uint8_t digest[SHA256_LEN];

    sha256(item->bytes, digest);
    out_text(out, in, "role", chain_role_name(item->role));
    out_number(out, in, "offset", item->offset);
    out_hex(out, in, "sha256_hex", BYTES_OF(digest));
    if (item->completed) {
        out_flag(out, in, "signature_added", true);
    }
    return item->role <= CHAIN_CEK ? show_sev(out, in, item, signers, err)
                                   : show_amd(out, in, item, signers, err);
}

static bool split(struct bytes content, struct found *f, struct sevk_error *err)
{
    size_t at = 0;

    if (content.n == 0) {
        return sevk_fail(err, SEVK_INPUT, "empty");
    }
    while (at < content.n) {
        if (f->n == ITEMS_MAX) {
            return sevk_fail(err, SEVK_INPUT, "more than %zu certificates",
                             ITEMS_MAX);
        }
        if (!cert_file_next(content, &at, &f->items[f->n], err)) {
            return false;
        }
        f->n++;
    }
    return true;
}

static bool show_all(struct out *out, const struct found *f,
                     const struct trust *roots, struct sevk_error *err)
{
    struct json_object *list = out_list(out, out->tree, "certificates");
    struct cert_signers signers = { f->items, f->n, roots };

    for (size_t i = 0; i < f->n; i++) {
        if (!show_item(out, list, &f->items[i], &signers, err)) {
            return false;
        }
    }
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const char *path = call->args[0];
    OWN(own_free) struct found *f = calloc(1, sizeof *f);
    OWN(trust_free) struct trust roots = { 0 };
    OWN(buf_free) struct buf file = { 0 };
    OWN(buf_free) struct buf decoded = { 0 };
    struct bytes content;

    if (f == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    if (!trust_add_amd(&roots, err) ||
        !file_read(path, CHAIN_FILE_MAX, "certificates", &file, err)) {
        return false;
    }
    if (!cert_file_content(buf_bytes(&file), path, &decoded, &content, err) ||
        !split(content, f, err)) {
        return sevk_fail_in(err, "certificates in '%s'", path);
    }
    return show_all(call->out, f, &roots, err);
}

const struct verb verb_cert_show = {
    .noun = "cert",
    .verb = "show",
    .summary = "show every field and signature of certificates",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
