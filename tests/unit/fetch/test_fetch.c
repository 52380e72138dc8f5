/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fetch.c: where a CEK is looked for, and what is believed. */
#include "fetch/fetch.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/https.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/cek_cache.h"
#include "owner/chain.h"
#include "unit/owner/certs.h"

static const uint8_t id[KDS_ID_LEN] = { 0xcd };

/* One server for all; a cache, a trust and an empty result for each test. */
struct world {
    struct https https;
    struct temp_dir dir;
    struct trust trust;
    struct buf cek, other, bare, ask;
    char *url, *ca, *served;
    unsigned int warnings;
    struct watch watch;
    struct fetch_options options;
    struct fetch_found found;
};

static void count(void *ctx, const char *sentence)
{
    unsigned int *warnings = ctx;

    (void)sentence;
    (*warnings)++;
}

static int start(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct sevk_error err;
    OWN(own_free) char *folder = NULL;
    char name[32 + 2 * KDS_ID_LEN] = "cek/id/CD";

    assert_non_null(w);
    https_start("serve", &w->https);
    w->url = https_url(&w->https, HTTPS_GOOD, "/file");
    w->ca = temp_dir_path(&w->https.dir, "ca.pem");
    folder = temp_dir_path(&w->https.dir, "cek/id");
    assert_works(path_make_dirs(folder, &err), &err);
    memset(name + strlen(name), '0', 2 * KDS_ID_LEN - 2);
    w->served = temp_dir_path(&w->https.dir, name);
    *state = w;
    return 0;
}

static int stop(void **state)
{
    struct world *w = *state;

    https_stop(&w->https);
    free(w->url);
    free(w->ca);
    free(w->served);
    free(w);
    return 0;
}

static int begin(void **state)
{
    struct world *w = *state;

    w->dir = temp_dir_make();
    w->trust = trust_made();
    w->cek = vector_load("virtual/cek.cert");
    w->bare = vector_load("session/cek_unsigned.cert");
    w->ask = vector_load("virtual/ask.cert");
    w->other = vector_load("certs/naples/cek.cert");
    w->warnings = 0;
    w->watch = (struct watch){ .ctx = &w->warnings, .warn = count };
    w->found = (struct fetch_found){ 0 };
    w->options = (struct fetch_options){
        .server = w->url,
        .ca_file = w->ca,
        .cache = w->dir.path,
        .timeout = 20,
        .id = id,
        .cek = buf_bytes(&w->bare),
        .ask = buf_bytes(&w->ask),
        .trust = &w->trust,
    };
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    temp_dir_drop(&w->dir);
    trust_free(&w->trust);
    buf_free(&w->cek);
    buf_free(&w->bare);
    buf_free(&w->other);
    buf_free(&w->ask);
    fetch_found_clear(&w->found);
    unlink(w->served);
    return 0;
}

static void serve(struct world *w, struct bytes content)
{
    struct sevk_error err;

    assert_works(file_replace(w->served, 0644, content, &err), &err);
}

static void refuse(struct world *w, enum sevk_code code, const char *part)
{
    struct sevk_error err;

    assert_fails(fetch_run(&w->options, &w->watch, &w->found, &err), &err, code,
                 part);
    assert_null(w->found.cek.p);
}

static void find(struct world *w, enum fetch_source source)
{
    struct sevk_error err;

    assert_works(fetch_run(&w->options, &w->watch, &w->found, &err), &err);
    assert_int_equal(w->found.cek_source, source);
    assert_bytes_equal(buf_bytes(&w->found.cek), buf_bytes(&w->cek));
    assert_int_equal(w->found.ask_ark.n, 3200);
}

/* -- What is not believed ------------------------------------------------------- */

static void what_the_server_gives_is_judged_before_it_is_kept(void **state)
{
    struct world *w = *state;

    refuse(w, SEVK_HOST, "knows no chip");
    serve(w, bytes_of_string("garbage"));
    refuse(w, SEVK_HOST, "not one CEK");
    serve(w, bytes_make(w->cek.p, w->cek.n - 1));
    refuse(w, SEVK_HOST, "not one CEK");
    serve(w, buf_bytes(&w->bare));
    refuse(w, SEVK_HOST, "carries no signature");
    serve(w, buf_bytes(&w->other));
    refuse(w, SEVK_HOST, "another chip");
    w->cek.p[0x41c + 5] ^= 1;
    serve(w, buf_bytes(&w->cek));
    refuse(w, SEVK_HOST, "no trusted root's ASK signed it");
    assert_int_equal(temp_dir_count(&w->dir), 0);
    assert_int_equal(w->warnings, 0);
}

static void a_cek_of_an_untrusted_root_is_refused(void **state)
{
    struct world *w = *state;
    struct sevk_error err;

    serve(w, buf_bytes(&w->cek));
    trust_free(&w->trust);
    assert_works(trust_add_amd(&w->trust, &err), &err);
    refuse(w, SEVK_HOST, "no trusted root's ASK signed it");
    w->options.cek = buf_bytes(&w->cek);
    refuse(w, SEVK_HOST, "the CEK at hand");
}

static void a_damaged_cache_is_warned_of_and_fetched_anew(void **state)
{
    struct world *w = *state;
    struct cek_cache_key key = { .dir = w->dir.path, .id = id };
    struct sevk_error err;

    assert_works(cek_cache_write(&key, bytes_of_string("x"), &err), &err);
    w->options.offline = true;
    refuse(w, SEVK_REFUSED, "--offline");
    assert_int_equal(w->warnings, 1);
    w->options.offline = false;
    serve(w, buf_bytes(&w->cek));
    find(w, FETCH_FROM_SERVER);
    assert_int_equal(w->warnings, 2);
    find(w, FETCH_CACHED);
    assert_int_equal(w->warnings, 2);
}

static void what_can_t_be_asked_is_said(void **state)
{
    struct world *w = *state;

    w->options.id = NULL;
    refuse(w, SEVK_REFUSED, "by its id only");
    w->options.ca_file = "/nowhere/ca.pem";
    refuse(w, SEVK_INPUT, "/nowhere/ca.pem");
    w->options.processor = "../x";
    refuse(w, SEVK_USAGE, "no processor's name");
}

/* -- Where it is found ---------------------------------------------------------- */

static void a_signed_cek_at_hand_needs_no_server(void **state)
{
    struct world *w = *state;

    w->options.cek = buf_bytes(&w->cek);
    w->options.server = "https://127.0.0.1:1";
    find(w, FETCH_AT_HAND);
    assert_int_equal(temp_dir_count(&w->dir), 2);
    w->options.cek = buf_bytes(&w->bare);
    find(w, FETCH_CACHED);
}

static void it_is_fetched_once_and_found_by_either_name(void **state)
{
    struct world *w = *state;

    serve(w, buf_bytes(&w->cek));
    find(w, FETCH_FROM_SERVER);
    assert_int_equal(temp_dir_count(&w->dir), 2);
    unlink(w->served);
    find(w, FETCH_CACHED);
    w->options.id = NULL;
    find(w, FETCH_CACHED);
    w->options.id = id;
    w->options.cek = (struct bytes){ 0 };
    w->options.offline = true;
    find(w, FETCH_CACHED);
    assert_int_equal(w->warnings, 0);
}

static void without_a_cache_it_is_fetched_each_time(void **state)
{
    struct world *w = *state;

    serve(w, buf_bytes(&w->cek));
    w->options.cache = NULL;
    find(w, FETCH_FROM_SERVER);
    find(w, FETCH_FROM_SERVER);
    w->options.cache = "/proc/none";
    find(w, FETCH_FROM_SERVER);
    assert_int_equal(w->warnings, 1);
    w->options.cache = NULL;
    w->options.offline = true;
    fetch_found_clear(&w->found);
    refuse(w, SEVK_REFUSED, "--offline");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(what_the_server_gives_is_judged_before_it_is_kept),
        WITH(a_cek_of_an_untrusted_root_is_refused),
        WITH(a_damaged_cache_is_warned_of_and_fetched_anew),
        WITH(what_can_t_be_asked_is_said),
        WITH(a_signed_cek_at_hand_needs_no_server),
        WITH(it_is_fetched_once_and_found_by_either_name),
        WITH(without_a_cache_it_is_fetched_each_time),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
