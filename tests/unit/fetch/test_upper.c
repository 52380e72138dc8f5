/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of upper.c: which ASK signed a CEK, without a server. */
#include "fetch/upper.h"

#include "base/file.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/chain.h"
#include "unit/owner/certs.h"

static void note(void *ctx, const char *sentence)
{
    snprintf(ctx, 512, "%s", sentence);
}

/* The made chain's CEK, whose root is trusted by its ARK alone. */
struct world {
    struct temp_dir dir;
    struct trust trust;
    struct buf cek, ask, ark;
    char warning[512];
    struct watch watch;
    struct upper_search search;
    struct fetch_found found;
};

static int begin(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct sevk_error err;

    assert_non_null(w);
    w->dir = temp_dir_make();
    w->cek = vector_load("virtual/cek.cert");
    w->ask = vector_load("virtual/ask.cert");
    w->ark = vector_load("virtual/ark.cert");
    assert_works(trust_add(&w->trust, buf_bytes(&w->ark), "ark", &err), &err);
    w->watch = (struct watch){ .ctx = w->warning, .warn = note };
    w->search = (struct upper_search){
        .trust = &w->trust,
        .cache = w->dir.path,
        .watch = &w->watch,
    };
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;

    temp_dir_drop(&w->dir);
    trust_free(&w->trust);
    buf_free(&w->cek);
    buf_free(&w->ask);
    buf_free(&w->ark);
    fetch_found_clear(&w->found);
    free(w);
    return 0;
}

static bool find(struct world *w, struct sevk_error *err)
{
    return upper_find(&w->search, buf_bytes(&w->cek), &w->found, err);
}

static void cache_put(struct world *w, struct bytes content)
{
    OWN(own_free) char *path = temp_dir_path(&w->dir, "ask_ark_genoa.cert");
    struct sevk_error err;

    w->search.processor = "genoa";
    assert_works(file_replace(path, 0644, content, &err), &err);
}

static void nothing_at_hand_is_said(void **state)
{
    struct world *w = *state;
    struct sevk_error err;

    assert_fails(find(w, &err), &err, SEVK_HOST, "no trusted root's ASK");
    w->search.processor = "genoa";
    assert_fails(find(w, &err), &err, SEVK_REFUSED, "--offline");
    assert_string_equal(w->warning, "");
    w->search.cache = NULL;
    assert_fails(find(w, &err), &err, SEVK_REFUSED, "--offline");
}

static void an_ask_of_no_trusted_ark_is_not_taken(void **state)
{
    struct world *w = *state;
    struct sevk_error err;

    trust_free(&w->trust);
    assert_works(trust_add_amd(&w->trust, &err), &err);
    w->search.at_hand = buf_bytes(&w->ask);
    assert_fails(find(w, &err), &err, SEVK_HOST, "no trusted root's ASK");
    cache_put(w, buf_bytes(&w->ask));
    assert_fails(find(w, &err), &err, SEVK_REFUSED, "--offline");
    assert_non_null(strstr(w->warning, "no ASK that a trusted ARK signed"));
}

static void a_damaged_cache_is_warned_of(void **state)
{
    struct world *w = *state;
    struct sevk_error err;

    cache_put(w, bytes_of_string("garbage"));
    assert_fails(find(w, &err), &err, SEVK_REFUSED, "--offline");
    assert_non_null(strstr(w->warning, "are of no use"));
    w->ask.p[100] ^= 1;
    cache_put(w, buf_bytes(&w->ask));
    w->warning[0] = '\0';
    assert_fails(find(w, &err), &err, SEVK_REFUSED, "--offline");
    assert_non_null(strstr(w->warning, "are of no use"));
}

static void an_ask_that_did_not_sign_the_cek_is_said(void **state)
{
    struct world *w = *state;
    struct sevk_error err;

    cache_put(w, buf_bytes(&w->ask));
    buf_free(&w->cek);
    w->cek = vector_load("certs/naples/cek.cert");
    assert_fails(find(w, &err), &err, SEVK_HOST, "did not sign the CEK");
}

static void each_source_is_told(void **state)
{
    struct world *w = *state;
    OWN(buf_free) struct buf both = { 0 };
    struct sevk_error err;

    assert_works(buf_append(&both, buf_bytes(&w->ask), &err) &&
                     buf_append(&both, buf_bytes(&w->ark), &err),
                 &err);
    cache_put(w, buf_bytes(&w->ask));
    assert_works(find(w, &err), &err);
    assert_int_equal(w->found.ask_source, FETCH_CACHED);
    assert_bytes_equal(buf_bytes(&w->found.ask_ark), buf_bytes(&both));
    w->search.at_hand = buf_bytes(&w->ask);
    assert_works(find(w, &err), &err);
    assert_int_equal(w->found.ask_source, FETCH_AT_HAND);
    assert_bytes_equal(buf_bytes(&w->found.ask_ark), buf_bytes(&both));
}

static void a_root_with_its_ask_is_enough(void **state)
{
    struct world *w = *state;
    struct sevk_error err;

    trust_free(&w->trust);
    assert_works(trust_add_amd(&w->trust, &err), &err);
    buf_free(&w->cek);
    w->cek = vector_load("certs/naples/cek.cert");
    w->search.cache = NULL;
    assert_works(find(w, &err), &err);
    assert_int_equal(w->found.ask_source, FETCH_AT_HAND);
    assert_string_equal(w->found.root, "AMD Naples");
    assert_int_equal(w->found.ask_ark.n, 2 * 832);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(nothing_at_hand_is_said),
        WITH(an_ask_of_no_trusted_ark_is_not_taken),
        WITH(a_damaged_cache_is_warned_of),
        WITH(an_ask_that_did_not_sign_the_cek_is_said),
        WITH(each_source_is_told),
        WITH(a_root_with_its_ask_is_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
