/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of kds.c against a real server; no pause is really made. */
#include "fetch/kds.h"

#include "base/own.h"
#include "lib/https.h"
#include "lib/unit.h"

/* A server, and what a client of it was told to wait. */
struct world {
    struct https https;
    struct buf ca;
    uint32_t pauses[16];
    size_t n_pauses;
    bool stops;
};

static const uint8_t id[KDS_ID_LEN] = { 0xab, 0x0c };

static int start(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    assert_non_null(w);
    https_start("serve", &w->https);
    w->ca = https_file(&w->https, "ca.pem");
    *state = w;
    return 0;
}

static int stop(void **state)
{
    struct world *w = *state;

    https_stop(&w->https);
    buf_free(&w->ca);
    free(w);
    return 0;
}

static bool note_pause(void *ctx, uint32_t seconds)
{
    struct world *w = ctx;

    assert_true(w->n_pauses < N_OF(w->pauses));
    w->pauses[w->n_pauses++] = seconds;
    return !w->stops;
}

/* Asks for the CEK; the server's address is that of PATH. */
static bool ask(struct world *w, const char *path, uint32_t wait_max,
                struct buf *ret, struct sevk_error *err)
{
    static const struct watch nobody = { 0 };
    OWN(own_free) char *server = https_url(&w->https, HTTPS_GOOD, path);
    OWN(kds_close)
    struct kds kds = {
        .server = server,
        .ca = buf_bytes(&w->ca),
        .timeout = 20,
        .wait_max = wait_max,
        .pause = { note_pause, w },
        .watch = &nobody,
    };

    w->n_pauses = 0;
    return kds_cek(&kds, id, ret, err);
}

static void fails(struct world *w, const char *path, uint32_t wait_max,
                  const char *part)
{
    struct buf got = { 0 };
    struct sevk_error err;

    assert_fails(ask(w, path, wait_max, &got, &err), &err, SEVK_HOST, part);
    assert_null(got.p);
}

static void a_wait_beyond_the_limit_is_not_begun(void **state)
{
    struct world *w = *state;

    fails(w, "/busy/99", 0, "limited to 0 s");
    assert_int_equal(w->n_pauses, 0);
    fails(w, "/busy/98", 2, "limited to 2 s");
    assert_int_equal(w->n_pauses, 2);
    fails(w, "/busy-date?", 4000000000u, "again in");
}

static void without_a_time_the_pauses_grow(void **state)
{
    struct world *w = *state;

    fails(w, "/busy-mute?", 80, "again in 80 s");
    assert_int_equal(w->n_pauses, 4);
    assert_int_equal(w->pauses[0], 5);
    assert_int_equal(w->pauses[3], 40);
}

static void the_user_can_stop_a_pause(void **state)
{
    struct world *w = *state;

    w->stops = true;
    fails(w, "/busy/97", 100, "stopped while waiting");
    w->stops = false;
    assert_int_equal(w->n_pauses, 1);
}

static void other_statuses_are_said(void **state)
{
    fails(*state, "/status/404?", 0, "knows no chip with this id");
    fails(*state, "/status/403?", 0, "answers with status 403");
    fails(*state, "/status/503?", 0, "busy");
    fails(*state, "/big/65537?", 0, "more than 65536");
}

static void a_server_with_time_again_answers(void **state)
{
    struct world *w = *state;
    OWN(buf_free) struct buf got = { 0 };
    OWN(buf_free) struct buf log = { 0 };
    struct sevk_error err;

    assert_works(ask(w, "/big/3?", 0, &got, &err), &err);
    assert_string_equal(buf_string(&got), "xxx");
    assert_int_equal(w->n_pauses, 0);
    /* The third answer is another than 429. */
    fails(w, "/busy/2", 9, "knows no chip");
    assert_int_equal(w->n_pauses, 2);
    assert_int_equal(w->pauses[1], 1);
    log = https_file(&w->https, "requests");
    assert_non_null(strstr(buf_string(&log), "GET /busy/2/cek/id/AB0C0000"));
}

static void names_of_processors_are_words(void **state)
{
    static const char *const bad[] = { "", "Milan", "../x", "a b",
                                       "a23456789012345678901234567890123" };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(bad); i++) {
        assert_fails(kds_check_processor(bad[i], &err), &err, SEVK_USAGE,
                     "no processor's name");
    }
    assert_works(kds_check_processor("milan", &err), &err);
}

static void ask_and_ark_have_an_address_of_their_own(void **state)
{
    static const struct watch nobody = { 0 };
    struct world *w = *state;
    OWN(own_free) char *server = https_url(&w->https, HTTPS_GOOD, "/x//");
    OWN(buf_free) struct buf log = { 0 };
    OWN(buf_free) struct buf got = { 0 };
    OWN(kds_close)
    struct kds kds = { .server = server,
                       .ca = buf_bytes(&w->ca),
                       .timeout = 20,
                       .watch = &nobody };
    struct sevk_error err;

    assert_fails(kds_ask_ark(&kds, "milan", &got, &err), &err, SEVK_HOST,
                 "no processor of this name");
    log = https_file(&w->https, "requests");
    assert_non_null(strstr(buf_string(&log),
                           "GET /x/developer/eula/sev/ask_ark_milan.cert\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_beyond_the_limit_is_not_begun),
        cmocka_unit_test(without_a_time_the_pauses_grow),
        cmocka_unit_test(the_user_can_stop_a_pause),
        cmocka_unit_test(other_statuses_are_said),
        cmocka_unit_test(a_server_with_time_again_answers),
        cmocka_unit_test(names_of_processors_are_words),
        cmocka_unit_test(ask_and_ark_have_an_address_of_their_own),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
