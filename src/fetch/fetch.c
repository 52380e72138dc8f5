/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the signed CEK of a platform: at hand, in the cache, or at AMD's server. */
#include "fetch/fetch.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "fetch/upper.h"
#include "owner/cek_cache.h"
#include "owner/chain.h"
#include "owner/sev_signature.h"
#include "wire/sev_cert.h"

#define CA_FILE_MAX ((size_t)4 << 20)

/* One run: what is asked for, whom, and what was found. */
struct search {
    const struct fetch_options *options;
    const struct watch *watch;
    struct kds kds;
    struct buf ca;
    struct fetch_found found;
};

static void search_drop(struct search *s)
{
    kds_close(&s->kds);
    buf_free(&s->ca);
    fetch_found_clear(&s->found);
}

void fetch_found_clear(struct fetch_found *found)
{
    buf_free(&found->cek);
    buf_free(&found->ask_ark);
    *found = (struct fetch_found){ 0 };
}

/* -- Does it hold? ------------------------------------------------------------- */

static bool check_form(const struct fetch_options *o, struct bytes cek,
                       struct sevk_error *err)
{
    uint8_t want[SHA256_LEN], have[SHA256_LEN];
    struct sev_cert cert;

    if (cek.n != SEV_CERT_LEN || !sev_cert_decode(cek, &cert, NULL) ||
        cert.pubkey_usage != SEV_USAGE_CEK) {
        return sevk_fail(err, SEVK_HOST, "it is not one CEK certificate");
    }
    if (cek_is_unsigned(cek)) {
        return sevk_fail(err, SEVK_HOST, "it carries no signature");
    }
    if (o->cek.n == 0) {
        return true;
    }
    chain_platform_id(o->cek, want);
    chain_platform_id(cek, have);
    return bytes_equal(BYTES_OF(want), BYTES_OF(have)) ||
           sevk_fail(err, SEVK_HOST,
                     "it is of another chip than the platform's own CEK");
}

/* Keeps CEK when it holds, with what stands above it. */
static bool accept(struct search *s, struct bytes cek, enum fetch_source source,
                   struct sevk_error *err)
{
    const struct fetch_options *o = s->options;
    struct upper_search above = {
        .trust = o->trust,
        .at_hand = o->ask,
        .processor = o->processor,
        .cache = o->cache,
        .kds = o->offline ? NULL : &s->kds,
        .watch = s->watch,
    };

    if (!check_form(o, cek, err) || !upper_find(&above, cek, &s->found, err) ||
        !buf_append(&s->found.cek, cek, err)) {
        return false;
    }
    s->found.cek_source = source;
    return true;
}

/* -- Where from? --------------------------------------------------------------- */

static bool from_cache_by(struct search *s, const struct cek_cache_key *key,
                          bool *ret_done, struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };
    OWN(own_free) char *path = NULL;
    struct sevk_error why = { 0 };
    char text[SEVK_ERROR_MESSAGE_LEN];

    *ret_done = false;
    if (!cek_cache_read(key, &content, &path, err)) {
        return false;
    }
    if (content.n == 0) {
        return true;
    }
    *ret_done = accept(s, buf_bytes(&content), FETCH_CACHED, &why);
    if (!*ret_done) {
        snprintf(text, sizeof text, "the cached '%.200s' is of no use: %.250s",
                 path, why.message);
        watch_warn(s->watch, text);
    }
    return true;
}

static bool from_cache(struct search *s, bool *ret_done, struct sevk_error *err)
{
    const struct fetch_options *o = s->options;
    struct cek_cache_key by_id = { .dir = o->cache, .id = o->id };
    struct cek_cache_key by_key = { .dir = o->cache, .cek = o->cek };

    *ret_done = false;
    if (o->cache == NULL) {
        return true;
    }
    if (o->cek.n != 0 && !from_cache_by(s, &by_key, ret_done, err)) {
        return false;
    }
    return *ret_done || o->id == NULL ||
           from_cache_by(s, &by_id, ret_done, err);
}

/* A cache that can't be written costs the next fetch, not this one. */
static void keep(struct search *s)
{
    const struct fetch_options *o = s->options;
    struct bytes cek = buf_bytes(&s->found.cek);
    struct cek_cache_key by_key = { .dir = o->cache, .cek = cek };
    struct cek_cache_key by_id = { .dir = o->cache, .id = o->id };
    struct sevk_error why = { 0 };

    if (o->cache == NULL || s->found.cek_source == FETCH_CACHED) {
        return;
    }
    if (!cek_cache_write(&by_key, cek, &why) ||
        (o->id != NULL && !cek_cache_write(&by_id, cek, &why))) {
        watch_warn(s->watch, why.message);
    }
}

static bool may_ask(const struct fetch_options *o, struct sevk_error *err)
{
    if (o->offline) {
        return sevk_fail(
            err, SEVK_REFUSED,
            "the signed CEK is not in the cache%s%.200s%s, and the "
            "key server may not be asked (--offline)",
            o->cache == NULL ? "" : " '", o->cache == NULL ? "" : o->cache,
            o->cache == NULL ? "" : "'");
    }
    if (o->id == NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the key server knows a chip by its id only: give "
                         "--id (on the host 'sevkit platform id' shows it, and "
                         "'virsh nodesevinfo' as cpu0-id)");
    }
    return true;
}

static bool from_server(struct search *s, struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };

    if (!may_ask(s->options, err) ||
        !kds_cek(&s->kds, s->options->id, &content, err)) {
        return false;
    }
    return accept(s, buf_bytes(&content), FETCH_FROM_SERVER, err) ||
           sevk_fail_in(err, "the key server's certificate is refused");
}

static bool find(struct search *s, struct sevk_error *err)
{
    const struct fetch_options *o = s->options;
    bool done = o->cek.n != 0 && !cek_is_unsigned(o->cek);

    if (done) {
        return accept(s, o->cek, FETCH_AT_HAND, err) ||
               sevk_fail_in(err, "the CEK at hand");
    }
    return from_cache(s, &done, err) && (done || from_server(s, err));
}

/* No CAs would stand for the system's: those the owner meant to leave out. */
static bool read_ca(const char *path, struct buf *ret, struct sevk_error *err)
{
    return file_read(path, CA_FILE_MAX, "CA certificates", ret, err) &&
           (ret->n > 0 ||
            sevk_fail(err, SEVK_INPUT, "CA certificates '%s': empty", path));
}

static bool prepare(struct search *s, struct sevk_error *err)
{
    const struct fetch_options *o = s->options;

    if (o->processor != NULL && !kds_check_processor(o->processor, err)) {
        return false;
    }
    if (o->ca_file != NULL && !o->offline &&
        !read_ca(o->ca_file, &s->ca, err)) {
        return false;
    }
    s->kds = (struct kds){
        .server = o->server,
        .ca = buf_bytes(&s->ca),
        .timeout = o->timeout,
        .wait_max = o->wait,
        .pause = o->pause,
        .watch = s->watch,
    };
    return true;
}

bool fetch_run(const struct fetch_options *options, const struct watch *watch,
               struct fetch_found *ret, struct sevk_error *err)
{
    OWN(search_drop)
    struct search s = { .options = options, .watch = watch };

    if (!prepare(&s, err) || !find(&s, err)) {
        return false;
    }
    keep(&s);
    fetch_found_clear(ret);
    *ret = s.found;
    s.found = (struct fetch_found){ 0 };
    return true;
}
