/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate chain: collecting it from files. */
#include "owner/chain.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/own.h"
#include "owner/cert_file.h"
#include "owner/chain_parts.h"

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

static bool take_all(struct chain *chain, struct bytes content,
                     const char *what, struct sevk_error *err)
{
    struct cert_item item;
    size_t at = 0;

    if (content.n == 0) {
        return sevk_fail(err, SEVK_INPUT, "empty");
    }
    while (at < content.n) {
        if (!cert_file_next(content, &at, &item, err)) {
            return false;
        }
        if (!store(chain, item.role, item.bytes, what, err)) {
            return sevk_fail_in(err, "at offset %zu", item.offset);
        }
    }
    return true;
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
    if (!cert_file_content(content, what, &decoded, &content, err) ||
        !chain_new(&copy, err)) {
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

bool chain_add_files(struct chain *chain, const char *const *paths, size_t n,
                     struct sevk_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!chain_add_file(chain, paths[i], err)) {
            return false;
        }
    }
    return true;
}
