/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates as they lie in a file, one after the other. */
#include "owner/cert_file.h"

#include "base/base64.h"
#include "base/cursor.h"

#define UNSIGNED_ARK_LEN 576

bool cert_role_of_usage(uint32_t usage, enum chain_role *ret)
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

bool cert_file_content(struct bytes content, const char *what,
                       struct buf *decoded, struct bytes *ret,
                       struct sevk_error *err)
{
    if (!is_base64(content)) {
        *ret = content;
        return true;
    }
    if (!base64_decode(decoded, content, what, err)) {
        return false;
    }
    *ret = buf_bytes(decoded);
    return true;
}

/* Which kind of certificate begins here, by the place of its key usage. */
static bool looks_like_sev(struct bytes in)
{
    enum chain_role role;

    return in.n >= SEV_CERT_LEN &&
           cert_role_of_usage(load_le32(in.p + 8), &role) && role <= CHAIN_CEK;
}

static bool looks_like_amd(struct bytes in)
{
    enum chain_role role;

    return in.n >= UNSIGNED_ARK_LEN &&
           cert_role_of_usage(load_le32(in.p + 36), &role) &&
           role > CHAIN_CEK && amd_cert_len(load_le32(in.p + 60)) != 0;
}

static bool take_sev(struct bytes rest, struct cert_item *ret, size_t *ret_len,
                     struct sevk_error *err)
{
    struct sev_cert cert;

    ret->bytes = bytes_make(rest.p, SEV_CERT_LEN);
    *ret_len = SEV_CERT_LEN;
    return sev_cert_decode(ret->bytes, &cert, err) &&
           cert_role_of_usage(cert.pubkey_usage, &ret->role);
}

static bool take_amd(struct bytes rest, struct cert_item *ret, size_t *ret_len,
                     struct sevk_error *err)
{
    struct amd_cert cert;
    size_t len = 0;

    /* The old Naples ARK, at the end of what there is: see trust.h. */
    if (rest.n == UNSIGNED_ARK_LEN && trust_complete_ark(rest).n > 0) {
        ret->bytes = trust_complete_ark(rest);
        ret->role = CHAIN_ARK;
        ret->completed = true;
        *ret_len = rest.n;
        return true;
    }
    if (!amd_cert_decode(rest, &cert, &len, err)) {
        return false;
    }
    ret->bytes = bytes_make(rest.p, len);
    *ret_len = len;
    return cert_role_of_usage(cert.key_usage, &ret->role);
}

bool cert_file_next(struct bytes content, size_t *at, struct cert_item *ret,
                    struct sevk_error *err)
{
    struct bytes rest = bytes_make(content.p + *at, content.n - *at);
    struct cert_item item = { .offset = *at };
    size_t len = 0;
    bool ok;

    if (looks_like_sev(rest)) {
        ok = take_sev(rest, &item, &len, err);
    } else if (looks_like_amd(rest)) {
        ok = take_amd(rest, &item, &len, err);
    } else {
        return sevk_fail(err, SEVK_INPUT,
                         "the %zu bytes at offset %zu are neither a SEV "
                         "certificate (2084 bytes: PDH, PEK, OCA, CEK) nor one "
                         "of AMD's (832 or 1600 bytes: ASK, ARK)",
                         rest.n, *at);
    }
    if (!ok) {
        return sevk_fail_in(err, "at offset %zu", *at);
    }
    *at += len;
    *ret = item;
    return true;
}
