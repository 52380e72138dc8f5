/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate chain: collecting it from files. */
#include "owner/chain.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/cursor.h"
#include "base/file.h"
#include "base/own.h"
#include "owner/chain_parts.h"

#define UNSIGNED_ARK_LEN 576

static_assert((int)AMD_CERT_MAX_LEN <= (int)SEV_CERT_LEN,
              "a chain's part has room for each kind of certificate");

const char *chain_role_name(enum chain_role role)
{
    static const char *const names[CHAIN_ROLES] = {
        "PDH", "PEK", "OCA", "CEK", "ASK", "ARK",
    };

    return (unsigned int)role < CHAIN_ROLES ? names[role] : "?";
}

bool chain_new(struct chain **ret, struct sevk_error *err)
{
    struct chain *chain = calloc(1, sizeof *chain);

    if (chain == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a chain");
    }
    *ret = chain;
    return true;
}

void chain_free(struct chain **chain)
{
    free(*chain);
    *chain = NULL;
}

struct bytes chain_cert(const struct chain *chain, enum chain_role role)
{
    const struct chain_part *part = &chain->parts[role];

    return part->len == 0 ? bytes_make(NULL, 0)
                          : bytes_make(part->bytes, part->len);
}

const char *chain_cert_source(const struct chain *chain, enum chain_role role)
{
    return chain->parts[role].source;
}

static bool role_of_usage(uint32_t usage, enum chain_role *ret)
{
    switch (usage) {
    case SEV_USAGE_PDH:
        *ret = CHAIN_PDH;
        return true;
    case SEV_USAGE_PEK:
        *ret = CHAIN_PEK;
        return true;
    case SEV_USAGE_OCA:
        *ret = CHAIN_OCA;
        return true;
    case SEV_USAGE_CEK:
        *ret = CHAIN_CEK;
        return true;
    case SEV_USAGE_ASK:
        *ret = CHAIN_ASK;
        return true;
    case SEV_USAGE_ARK:
        *ret = CHAIN_ARK;
        return true;
    default:
        return false;
    }
}

static void put(struct chain_part *part, struct bytes cert, const char *what)
{
    memcpy(part->bytes, cert.p, cert.n);
    part->len = cert.n;
    snprintf(part->source, sizeof part->source, "%s", what);
}

/* Usage, algorithm and key: what makes two CEK certificates one. */
static bool same_key(const struct chain_part *old, struct bytes cert)
{
    return old->len == SEV_CERT_LEN && cert.n == SEV_CERT_LEN &&
           memcmp(old->bytes + 8, cert.p + 8, SEV_CERT_BODY_LEN - 8) == 0;
}

static bool is_signed(struct bytes bytes)
{
    struct sev_cert cert;

    return sev_cert_decode(bytes, &cert, NULL) &&
           !(sev_cert_slot_is_empty(&cert.slots[0]) &&
             sev_cert_slot_is_empty(&cert.slots[1]));
}

static bool store(struct chain *chain, enum chain_role role, struct bytes cert,
                  const char *what, struct sevk_error *err)
{
    struct chain_part *part = &chain->parts[role];

    if (part->len == 0) {
        put(part, cert, what);
        return true;
    }
    if (bytes_equal(bytes_make(part->bytes, part->len), cert)) {
        return true;
    }
    if (role == CHAIN_CEK && same_key(part, cert)) {
        if (is_signed(cert)) {
            put(part, cert, what);
        }
        return true;
    }
    return sevk_fail(err, SEVK_INPUT,
                     "another %s than in '%s'; give the certificates of one "
                     "platform",
                     chain_role_name(role), part->source);
}

/* Which kind of certificate begins here, by the place of its key usage. */
static bool looks_like_sev(struct bytes in)
{
    enum chain_role role;

    return in.n >= SEV_CERT_LEN && role_of_usage(load_le32(in.p + 8), &role) &&
           role <= CHAIN_CEK;
}

static bool looks_like_amd(struct bytes in)
{
    enum chain_role role;

    return in.n >= UNSIGNED_ARK_LEN &&
           role_of_usage(load_le32(in.p + 36), &role) && role > CHAIN_CEK &&
           amd_cert_len(load_le32(in.p + 60)) != 0;
}

static bool take_sev(struct chain *chain, struct bytes *rest, const char *what,
                     struct sevk_error *err)
{
    struct bytes one = bytes_make(rest->p, SEV_CERT_LEN);
    enum chain_role role = CHAIN_PDH;
    struct sev_cert cert;

    *rest = bytes_make(rest->p + one.n, rest->n - one.n);
    return sev_cert_decode(one, &cert, err) &&
           role_of_usage(cert.pubkey_usage, &role) &&
           store(chain, role, one, what, err);
}

static bool take_amd(struct chain *chain, struct bytes *rest, const char *what,
                     struct sevk_error *err)
{
    enum chain_role role = CHAIN_ARK;
    struct amd_cert cert;
    struct bytes one;
    size_t len = 0;

    /* The old Naples ARK, at the end of what there is: see trust.h. */
    if (rest->n == UNSIGNED_ARK_LEN && trust_complete_ark(*rest).n > 0) {
        one = trust_complete_ark(*rest);
        *rest = bytes_make(rest->p + rest->n, 0);
        return store(chain, CHAIN_ARK, one, what, err);
    }
    if (!amd_cert_decode(*rest, &cert, &len, err)) {
        return false;
    }
    one = bytes_make(rest->p, len);
    *rest = bytes_make(rest->p + len, rest->n - len);
    return role_of_usage(cert.key_usage, &role) &&
           store(chain, role, one, what, err);
}

static bool take_all(struct chain *chain, struct bytes content,
                     const char *what, struct sevk_error *err)
{
    struct bytes rest = content;

    if (rest.n == 0) {
        return sevk_fail(err, SEVK_INPUT, "empty");
    }
    while (rest.n > 0) {
        size_t at = content.n - rest.n;
        bool ok;

        if (looks_like_sev(rest)) {
            ok = take_sev(chain, &rest, what, err);
        } else if (looks_like_amd(rest)) {
            ok = take_amd(chain, &rest, what, err);
        } else {
            return sevk_fail(err, SEVK_INPUT,
                             "the %zu bytes at offset %zu are neither a SEV "
                             "certificate (2084 bytes: PDH, PEK, OCA, CEK) nor "
                             "one of AMD's (832 or 1600 bytes: ASK, ARK)",
                             rest.n, at);
        }
        if (!ok) {
            return sevk_fail_in(err, "at offset %zu", at);
        }
    }
    return true;
}

/*
 * Certificates begin with the byte 01h, so text made of base64's characters
 * alone can't be one in binary.
 */
static bool is_base64(struct bytes in)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz"
                                   "0123456789+/= \t\r\n";

    for (size_t i = 0; i < in.n; i++) {
        if (memchr(alphabet, in.p[i], sizeof alphabet - 1) == NULL) {
            return false;
        }
    }
    return in.n > 0;
}

bool chain_add(struct chain *chain, struct bytes content, const char *what,
               struct sevk_error *err)
{
    OWN(chain_free) struct chain *copy = NULL;
    OWN(buf_free) struct buf decoded = { 0 };

    if (content.n > CHAIN_FILE_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "certificates in '%s': more than %zu bytes", what,
                         CHAIN_FILE_MAX);
    }
    if (is_base64(content)) {
        if (!base64_decode(&decoded, content, what, err)) {
            return false;
        }
        content = buf_bytes(&decoded);
    }
    if (!chain_new(&copy, err)) {
        return false;
    }
    *copy = *chain;
    if (!take_all(copy, content, what, err)) {
        return sevk_fail_in(err, "certificates in '%s'", what);
    }
    *chain = *copy;
    return true;
}

bool chain_add_file(struct chain *chain, const char *path,
                    struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };

    return file_read(path, CHAIN_FILE_MAX, "certificates", &content, err) &&
           chain_add(chain, buf_bytes(&content), path, err);
}
