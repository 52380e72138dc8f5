/* SPDX-License-Identifier: Apache-2.0 */
/* Trust anchors: whose ARK a chain may end in. */
#include "owner/trust.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/own.h"
#include "owner/amd_roots.h"
#include "owner/amd_signature.h"
#include "wire/sev_cert.h"

/* The Naples ARK was once published without its last 256 bytes. */
#define UNSIGNED_ARK_LEN 576

void trust_free(struct trust *trust)
{
    free(trust->roots);
    *trust = (struct trust){ 0 };
}

bool trust_is_virtual(const struct amd_cert *cert)
{
    static const char mark[] = "SEVKIT-V";

    return memcmp(cert->key_id, mark, sizeof mark - 1) == 0;
}

/* What an ARK's signature covers; empty when this is no ARK's length. */
static struct bytes signed_part(struct bytes ark)
{
    switch (ark.n) {
    case UNSIGNED_ARK_LEN:
    case AMD_CERT_LEN_2048:
        return bytes_make(ark.p, amd_cert_signed_len(2048));
    case AMD_CERT_LEN_4096:
        return bytes_make(ark.p, amd_cert_signed_len(4096));
    default:
        return bytes_make(NULL, 0);
    }
}

static bool same_ark(struct bytes a, struct bytes b)
{
    struct bytes body = signed_part(a);

    return body.n > 0 && bytes_equal(body, signed_part(b));
}

struct bytes trust_complete_ark(struct bytes unsigned_ark)
{
    for (size_t i = 0; i < n_amd_roots; i++) {
        struct bytes ark = bytes_make(amd_roots[i].ark, amd_roots[i].ark_len);

        if (same_ark(unsigned_ark, ark)) {
            return ark;
        }
    }
    return bytes_make(NULL, 0);
}

bool trust_add_names(struct trust *trust, const char *const *names, size_t n,
                     struct sevk_error *err)
{
    if (n == 0) {
        return trust_add_amd(trust, err);
    }
    for (size_t i = 0; i < n; i++) {
        bool amd = strcmp(names[i], "amd") == 0;

        if (amd ? !trust_add_amd(trust, err)
                : !trust_add_file(trust, names[i], err)) {
            return false;
        }
    }
    return true;
}

const struct trust_root *trust_find(const struct trust *trust, struct bytes ark)
{
    for (size_t i = 0; i < trust->n; i++) {
        const struct trust_root *root = &trust->roots[i];

        if (same_ark(ark, bytes_make(root->ark, root->ark_len))) {
            return root;
        }
    }
    return NULL;
}

const char *trust_generation(struct bytes ark)
{
    for (size_t i = 0; i < n_amd_roots; i++) {
        if (same_ark(ark, bytes_make(amd_roots[i].ark, amd_roots[i].ark_len))) {
            return amd_roots[i].generation;
        }
    }
    return "";
}

/* A root that is known already only learns its ASK. */
static bool merge(struct trust *trust, const struct trust_root *root)
{
    for (size_t i = 0; i < trust->n; i++) {
        struct trust_root *old = &trust->roots[i];

        if (!same_ark(bytes_make(root->ark, root->ark_len),
                      bytes_make(old->ark, old->ark_len))) {
            continue;
        }
        if (old->ask_len == 0) {
            memcpy(old->ask, root->ask, sizeof old->ask);
            old->ask_len = root->ask_len;
        }
        return true;
    }
    return false;
}

static bool append(struct trust *trust, const struct trust_root *root,
                   struct sevk_error *err)
{
    struct trust_root *more;

    if (merge(trust, root)) {
        return true;
    }
    if (trust->n == TRUST_ROOTS_MAX) {
        return sevk_fail(err, SEVK_USAGE, "more than %d trusted roots",
                         TRUST_ROOTS_MAX);
    }
    more = reallocarray(trust->roots, trust->n + 1, sizeof *more);
    if (more == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a trusted root");
    }
    trust->roots = more;
    more[trust->n++] = *root;
    return true;
}

static void set_amd_name(struct trust_root *root, const char *generation)
{
    snprintf(root->name, sizeof root->name, "AMD %s", generation);
    snprintf(root->generation, sizeof root->generation, "%s", generation);
}

bool trust_add_amd(struct trust *trust, struct sevk_error *err)
{
    for (size_t i = 0; i < n_amd_roots; i++) {
        struct trust_root root = { .built_in = true,
                                   .ark_len = amd_roots[i].ark_len,
                                   .ask_len = amd_roots[i].ask_len };

        set_amd_name(&root, amd_roots[i].generation);
        memcpy(root.ark, amd_roots[i].ark, root.ark_len);
        memcpy(root.ask, amd_roots[i].ask, root.ask_len);
        if (!append(trust, &root, err)) {
            return false;
        }
    }
    return true;
}

/* Puts one certificate of a --trust file into its place. */
static bool place(struct trust_root *root, const struct amd_cert *cert,
                  struct bytes bytes, struct sevk_error *err)
{
    bool is_ark = cert->key_usage == SEV_USAGE_ARK;
    uint8_t *to = is_ark ? root->ark : root->ask;
    size_t *to_len = is_ark ? &root->ark_len : &root->ask_len;

    if (!is_ark && cert->key_usage != SEV_USAGE_ASK) {
        return sevk_fail(err, SEVK_INPUT,
                         "key usage %" PRIx32 "h is neither an ARK's nor an "
                         "ASK's",
                         cert->key_usage);
    }
    if (*to_len != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "two certificates of the kind %s; give each root in "
                         "a file of its own",
                         is_ark ? "ARK" : "ASK");
    }
    memcpy(to, bytes.p, bytes.n);
    *to_len = bytes.n;
    if (is_ark) {
        root->is_virtual = trust_is_virtual(cert);
    }
    return true;
}

static bool take_one(struct trust_root *root, struct bytes *rest,
                     struct sevk_error *err)
{
    struct bytes whole = trust_complete_ark(*rest);
    struct amd_cert cert;
    size_t len = 0;

    if (rest->n == UNSIGNED_ARK_LEN && whole.n > 0) {
        rest->n = 0;
        return amd_cert_decode(whole, &cert, &len, err) &&
               place(root, &cert, whole, err);
    }
    if (!amd_cert_decode(*rest, &cert, &len, err) ||
        !place(root, &cert, bytes_make(rest->p, len), err)) {
        return false;
    }
    *rest = bytes_make(rest->p + len, rest->n - len);
    return true;
}

static bool check_root(const struct trust_root *root, struct sevk_error *err)
{
    struct bytes ark = bytes_make(root->ark, root->ark_len);
    const char *fault;

    if (ark.n == 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "holds no ARK; a trusted root is an ARK, or ASK and "
                         "ARK");
    }
    fault = amd_signature_fault(ark, SEV_USAGE_ARK, ark);
    if (fault != NULL) {
        return sevk_fail(err, SEVK_INPUT, "the ARK %s", fault);
    }
    if (root->ask_len == 0) {
        return true;
    }
    fault = amd_signature_fault(bytes_make(root->ask, root->ask_len),
                                SEV_USAGE_ASK, ark);
    return fault == NULL || sevk_fail(err, SEVK_INPUT, "the ASK %s", fault);
}

static bool parse_root(struct bytes content, struct trust_root *ret,
                       struct sevk_error *err)
{
    while (content.n > 0) {
        if (!take_one(ret, &content, err)) {
            return false;
        }
    }
    return check_root(ret, err);
}

bool trust_add(struct trust *trust, struct bytes content, const char *what,
               struct sevk_error *err)
{
    struct trust_root root = { 0 };
    const char *generation;

    if (!parse_root(content, &root, err)) {
        return sevk_fail_in(err, "trusted root '%s'", what);
    }
    generation = trust_generation(bytes_make(root.ark, root.ark_len));
    if (generation[0] != '\0') {
        set_amd_name(&root, generation);
    } else {
        snprintf(root.name, sizeof root.name, "%s'%s'",
                 root.is_virtual ? "virtual platform " : "", what);
    }
    return append(trust, &root, err);
}

bool trust_add_file(struct trust *trust, const char *path,
                    struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };

    return file_read(path, TRUST_FILE_MAX, "trusted root", &content, err) &&
           trust_add(trust, buf_bytes(&content), path, err);
}
