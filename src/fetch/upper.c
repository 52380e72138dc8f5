/* SPDX-License-Identifier: Apache-2.0 */
/* The ASK that signed a CEK, and the trusted ARK above it. */
#include "fetch/upper.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "owner/amd_signature.h"
#include "owner/chain.h"
#include "owner/sev_signature.h"

static struct bytes ark_of(const struct trust_root *root)
{
    return bytes_make(root->ark, root->ark_len);
}

static const struct trust_root *root_of(const struct trust *trust,
                                        struct bytes ask)
{
    for (size_t i = 0; i < trust->n; i++) {
        const struct trust_root *root = &trust->roots[i];

        if (amd_signature_fault(ask, SEV_USAGE_ASK, ark_of(root)) == NULL) {
            return root;
        }
    }
    return NULL;
}

static bool take(struct bytes ask, const struct trust_root *root,
                 enum fetch_source source, struct fetch_found *ret,
                 struct sevk_error *err)
{
    OWN(buf_free) struct buf both = { 0 };

    if (!buf_append(&both, ask, err) || !buf_append(&both, ark_of(root), err)) {
        return false;
    }
    buf_free(&ret->ask_ark);
    ret->ask_ark = both;
    both = (struct buf){ 0 };
    ret->ask_source = source;
    snprintf(ret->root, sizeof ret->root, "%s", root->name);
    return true;
}

static bool signed_by(struct bytes cek, struct bytes ask)
{
    return ask.n != 0 && cek_signature_check(cek, ask) == CEK_HOLDS;
}

/* Out of the roots themselves, or the owner's own file. */
static bool find_at_hand(const struct upper_search *s, struct bytes cek,
                         struct bytes *ret_ask, const struct trust_root **ret)
{
    for (size_t i = 0; i < s->trust->n; i++) {
        const struct trust_root *root = &s->trust->roots[i];
        struct bytes ask = bytes_make(root->ask, root->ask_len);

        if (signed_by(cek, ask)) {
            *ret_ask = ask;
            *ret = root;
            return true;
        }
    }
    *ret_ask = s->at_hand;
    *ret = signed_by(cek, s->at_hand) ? root_of(s->trust, s->at_hand) : NULL;
    return *ret != NULL;
}

/* CONTENT is a file of ASK and ARK: is its ASK a trusted ARK's? */
static bool read_pair(const struct upper_search *s, struct bytes content,
                      const char *what, struct chain *chain,
                      const struct trust_root **ret, struct sevk_error *err)
{
    struct bytes ask;

    if (!chain_add(chain, content, what, err)) {
        return false;
    }
    ask = chain_cert(chain, CHAIN_ASK);
    *ret = ask.n == 0 ? NULL : root_of(s->trust, ask);
    return *ret != NULL ||
           sevk_fail(err, SEVK_HOST,
                     "'%.200s' holds no ASK that a trusted ARK signed", what);
}

static bool accept(struct chain *chain, const struct trust_root *root,
                   struct bytes cek, enum fetch_source source,
                   struct fetch_found *ret, struct sevk_error *err)
{
    struct bytes ask = chain_cert(chain, CHAIN_ASK);

    if (!signed_by(cek, ask)) {
        return sevk_fail(err, SEVK_HOST,
                         "the ASK of '%.200s' did not sign the CEK; is it of "
                         "another processor?",
                         chain_cert_source(chain, CHAIN_ASK));
    }
    return take(ask, root, source, ret, err);
}

static bool cache_path(const struct upper_search *s, char **ret,
                       struct sevk_error *err)
{
    char name[64];

    snprintf(name, sizeof name, "ask_ark_%.32s.cert", s->processor);
    return path_join(s->cache, name, ret, err);
}

/* The root of a sound file in the cache, whose certificates CHAIN gets. */
static const struct trust_root *find_cached(const struct upper_search *s,
                                            struct chain *chain)
{
    OWN(buf_free) struct buf content = { 0 };
    OWN(own_free) char *path = NULL;
    const struct trust_root *root = NULL;
    struct sevk_error why = { 0 };
    char text[SEVK_ERROR_MESSAGE_LEN];

    if (s->cache == NULL || !cache_path(s, &path, &why)) {
        return NULL;
    }
    if (file_read(path, CHAIN_FILE_MAX, "cached ASK and ARK", &content, &why) &&
        read_pair(s, buf_bytes(&content), path, chain, &root, &why)) {
        return root;
    }
    if (why.sys_errno != ENOENT && why.sys_errno != ENOTDIR) {
        snprintf(text, sizeof text,
                 "the cached ASK and ARK are of no use: %.400s", why.message);
        watch_warn(s->watch, text);
    }
    return NULL;
}

static void keep(const struct upper_search *s, struct bytes content)
{
    OWN(own_free) char *path = NULL;
    struct sevk_error why = { 0 };

    if (s->cache != NULL &&
        (!path_make_dirs(s->cache, &why) || !cache_path(s, &path, &why) ||
         !file_replace(path, 0644, content, &why))) {
        watch_warn(s->watch, why.message);
    }
}

static bool fetch(const struct upper_search *s, struct chain *chain,
                  struct bytes cek, struct fetch_found *ret,
                  struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };
    const struct trust_root *root;

    if (s->kds == NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the ASK of '%.32s' is not in the cache, and the key "
                         "server may not be asked (--offline)",
                         s->processor);
    }
    if (!kds_ask_ark(s->kds, s->processor, &content, err) ||
        !read_pair(s, buf_bytes(&content), "the key server's ASK and ARK",
                   chain, &root, err) ||
        !accept(chain, root, cek, FETCH_FROM_SERVER, ret, err)) {
        return false;
    }
    keep(s, buf_bytes(&content));
    return true;
}

/* By the processor's name. A sound ASK that is cached is not asked for again. */
static bool find_by_name(const struct upper_search *s, struct bytes cek,
                         struct fetch_found *ret, struct sevk_error *err)
{
    OWN(chain_free) struct chain *cached = NULL;
    OWN(chain_free) struct chain *fetched = NULL;
    const struct trust_root *root;

    if (!chain_new(&cached, err) || !chain_new(&fetched, err)) {
        return false;
    }
    root = find_cached(s, cached);
    return root != NULL ? accept(cached, root, cek, FETCH_CACHED, ret, err)
                        : fetch(s, fetched, cek, ret, err);
}

bool upper_find(const struct upper_search *search, struct bytes cek,
                struct fetch_found *ret, struct sevk_error *err)
{
    const struct trust_root *root;
    struct bytes ask;

    if (find_at_hand(search, cek, &ask, &root)) {
        return take(ask, root, FETCH_AT_HAND, ret, err);
    }
    if (search->processor == NULL) {
        return sevk_fail(err, SEVK_HOST,
                         "no trusted root's ASK signed it (--trust names a "
                         "root, --processor one whose ASK is fetched)");
    }
    return find_by_name(search, cek, ret, err);
}
