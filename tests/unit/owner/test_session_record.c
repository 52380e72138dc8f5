/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a session: what it tells, and that keys are used once. */
#include "owner/session_record.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/own.h"
#include "crypto/hash.h"
#include "lib/clock.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "unit/owner/certs.h"

#define NOW 1769860496 /* 2026-01-31T11:54:56Z */

/* A session for the made platform and its record. */
static void make(bool verified, struct session *s, struct session_record *r)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict v = verdict_of(chain, &trust);
    struct fake_rng rng = { 4 };
    struct sevk_error err;

    assert_works(session_create(&v, chain, 0x0f, rng_fake(&rng), s, &err),
                 &err);
    assert_works(session_record_make(s, verified ? &v : NULL, NOW, r, &err),
                 &err);
}

static char *write_session(const struct temp_dir *dir)
{
    char *prefix = temp_dir_path(dir, "vm1");
    struct session_record r;
    struct sevk_error err;
    SESSION(s);

    make(true, &s, &r);
    assert_works(session_files_write(prefix, &s, &r, false, &err), &err);
    return prefix;
}

static bool decodes(const char *text, struct sevk_error *err)
{
    struct session_record r;

    return session_record_decode(bytes_of_string(text), "r.json", &r, err);
}

static void test_what_is_no_record_is_refused(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_fails(decodes("", &err), &err, SEVK_INPUT,
                 "session record 'r.json'");
    assert_fails(decodes("{}", &err), &err, SEVK_INPUT, "'schema' is missing");
    assert_fails(decodes("{\"schema\":\"sevkit.session/2\"}", &err), &err,
                 SEVK_INPUT, "'sevkit.session/1'");
    assert_fails(
        decodes("{\"schema\":\"sevkit.session/1\",\"usd\":null}", &err), &err,
        SEVK_INPUT, "'usd' is not a known name");
}

static void assert_same(const struct session_record *a,
                        const struct session_record *b)
{
    assert_int_equal(a->policy, b->policy);
    assert_int_equal(a->verified, b->verified);
    assert_int_equal(a->is_virtual, b->is_virtual);
    assert_int_equal(a->has_platform_id, b->has_platform_id);
    assert_string_equal(a->verdict, b->verdict);
    assert_string_equal(a->root, b->root);
    assert_string_equal(a->generation, b->generation);
    assert_memory_equal(a->platform_id, b->platform_id, SHA256_LEN);
    assert_memory_equal(a->godh_digest, b->godh_digest, SHA256_LEN);
    assert_int_equal(a->created, b->created);
    assert_int_equal(a->used, b->used);
    assert_int_equal(a->used_at, b->used_at);
    assert_string_equal(a->used_for, b->used_for);
    assert_int_equal(a->has_measure, b->has_measure);
    assert_memory_equal(a->measure, b->measure, sizeof a->measure);
}

static void test_what_is_encoded_is_decoded(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 6; i++) {
        OWN(buf_free) struct buf text = { 0 };
        struct session_record r, back;
        struct sevk_error err;
        SESSION(s);

        make(i % 2 == 0, &s, &r);
        if (i >= 2) {
            r.used = true;
            r.used_at = NOW + 60;
            strcpy(r.used_for, "launch of \"vm1\" \xc3\xa4\n");
        }
        if (i >= 4) {
            r.has_measure = true;
            memset(r.measure, 0xa5, sizeof r.measure);
        }
        assert_works(session_record_encode(&r, &text, &err), &err);
        assert_works(session_record_decode(buf_bytes(&text), "r", &back, &err),
                     &err);
        assert_same(&r, &back);
    }
}

static void test_every_truncation_is_refused(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct session_record r;
    SESSION(s);

    (void)state;
    make(true, &s, &r);
    assert_true(session_record_encode(&r, &text, NULL));
    for (size_t n = 0; n + 1 < text.n; n++) {
        assert_false(
            session_record_decode(bytes_make(text.p, n), "r", &r, NULL));
    }
}

static void test_a_record_holds_no_key(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct session_record r;
    SESSION(s);
    struct bytes keys[2];

    (void)state;
    make(true, &s, &r);
    assert_true(session_record_encode(&r, &text, NULL));
    keys[0] = secret_expose(&s.tek);
    keys[1] = secret_expose(&s.tik);
    for (size_t i = 0; i < 2; i++) {
        char hex[9];

        snprintf(hex, sizeof hex, "%02x%02x%02x%02x", keys[i].p[0],
                 keys[i].p[1], keys[i].p[2], keys[i].p[3]);
        assert_null(strstr(buf_string(&text), hex));
        assert_null(memmem(text.p, text.n, keys[i].p, 4));
    }
}

static void test_a_record_tells_what_the_session_was_made_for(void **state)
{
    struct session_record r;
    uint8_t digest[SHA256_LEN];
    SESSION(s);

    (void)state;
    make(true, &s, &r);
    assert_true(r.verified && r.is_virtual && r.has_platform_id && !r.used);
    assert_int_equal(r.policy, 0x0f);
    assert_string_equal(r.root, "virtual platform 'lab'");
    assert_non_null(strstr(r.verdict, "all links hold"));
    sha256(BYTES_OF(s.godh), digest);
    assert_memory_equal(digest, r.godh_digest, sizeof digest);
    make(false, &s, &r);
    assert_false(r.verified || r.has_platform_id);
    assert_non_null(strstr(r.verdict, "nothing vouches"));
}

static void test_keys_are_used_once(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = write_session(&dir);
    int64_t now = NOW + 5;
    struct session_record r;
    struct sevk_error err;

    (void)state;
    assert_works(session_record_check_unused(prefix, &err), &err);
    assert_works(session_record_mark_used(prefix, "launch of vm1",
                                          clock_fake(&now), &err),
                 &err);
    now += 1000;
    assert_fails(session_record_mark_used(prefix, "launch of vm2",
                                          clock_fake(&now), &err),
                 &err, SEVK_REFUSED,
                 "were used on 2026-01-31T11:55:01Z (launch of vm1)");
    assert_fails(session_record_check_unused(prefix, &err), &err, SEVK_REFUSED,
                 "make a new session");
    assert_works(session_record_read(prefix, &r, &err), &err);
    assert_string_equal(r.used_for, "launch of vm1");
    assert_int_equal(r.used_at, NOW + 5);
    assert_true(r.verified);
    assert_int_equal(temp_dir_count(&dir), 5);
}

static bool mark_guest(const char *prefix, uint8_t first, bool again,
                       struct sevk_error *err)
{
    uint8_t measure[32] = { first };

    return session_record_mark_guest(prefix, "secret", measure, again,
                                     clock_system(), err);
}

static void test_used_keys_go_on_serving_one_guest_and_no_other(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = write_session(&dir);
    struct session_record r;
    struct sevk_error err;

    (void)state;
    assert_works(mark_guest(prefix, 1, false, &err), &err);
    assert_works(session_record_read(prefix, &r, &err), &err);
    assert_true(r.used && r.has_measure && r.measure[0] == 1);
    assert_works(mark_guest(prefix, 1, true, &err), &err);
    assert_fails(mark_guest(prefix, 2, true, &err), &err, SEVK_REFUSED, "used");
    /* Whoever wants to believe a guest has to be the first. */
    assert_fails(mark_guest(prefix, 1, false, &err), &err, SEVK_REFUSED,
                 "used");
    assert_fails(session_record_mark_used(prefix, "x", clock_system(), &err),
                 &err, SEVK_REFUSED, "used");
}

static void test_keys_of_a_launch_serve_no_guest_by_its_measurement(
    void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = write_session(&dir);
    struct sevk_error err;

    (void)state;
    assert_true(session_record_mark_used(prefix, "x", clock_system(), NULL));
    assert_fails(mark_guest(prefix, 0, true, &err), &err, SEVK_REFUSED, "used");
}

static void test_a_used_record_stays_private(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = write_session(&dir);
    OWN(own_free) char *path = temp_dir_path(&dir, "vm1_session.json");
    struct stat st;

    (void)state;
    assert_true(session_record_mark_used(prefix, "x", clock_system(), NULL));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_a_record_that_is_not_there_lets_nobody_go_on(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = temp_dir_path(&dir, "none");
    struct sevk_error err;

    (void)state;
    assert_fails(session_record_check_unused(prefix, &err), &err, SEVK_INPUT,
                 "none_session.json");
    assert_fails(session_record_mark_used(prefix, "x", clock_system(), &err),
                 &err, SEVK_INPUT, "none_session.json");
}

static void test_a_long_purpose_is_cut(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = write_session(&dir);
    struct session_record r;
    char text[2000];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_true(session_record_mark_used(prefix, text, clock_system(), NULL));
    assert_true(session_record_read(prefix, &r, NULL));
    assert_int_equal(strlen(r.used_for), SESSION_RECORD_TEXT_LEN - 1);
}

/* Many at once, in threads that begin together: exactly one wins. */
struct race {
    const char *prefix;
    atomic_int winners, refused;
    pthread_barrier_t begin;
};

static void *run(void *arg)
{
    struct race *race = arg;
    struct sevk_error err = { 0 };

    pthread_barrier_wait(&race->begin);
    if (session_record_mark_used(race->prefix, "race", clock_system(), &err)) {
        race->winners++;
    } else if (err.code == SEVK_REFUSED) {
        race->refused++;
    }
    return NULL;
}

static void test_of_many_threads_one_gets_the_keys(void **state)
{
    enum {
        THREADS = 8,
        ROUNDS = 20
    };

    (void)state;
    for (unsigned int round = 0; round < ROUNDS; round++) {
        OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
        OWN(own_free) char *prefix = write_session(&dir);
        struct race race = { .prefix = prefix };
        pthread_t threads[THREADS];

        pthread_barrier_init(&race.begin, NULL, THREADS);
        for (unsigned int i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, run, &race), 0);
        }
        for (unsigned int i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
        }
        pthread_barrier_destroy(&race.begin);
        assert_int_equal(race.winners, 1);
        assert_int_equal(race.refused, THREADS - 1);
        assert_int_equal(temp_dir_count(&dir), 5);
    }
}

static void test_of_many_processes_one_gets_the_keys(void **state)
{
    enum {
        PROCESSES = 8
    };
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = write_session(&dir);
    unsigned int winners = 0;

    (void)state;
    for (unsigned int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            struct sevk_error err = { 0 };
            bool won =
                session_record_mark_used(prefix, "race", clock_system(), &err);

            _exit(won ? 0 : err.code == SEVK_REFUSED ? 1 : 2);
        }
    }
    for (unsigned int i = 0; i < PROCESSES; i++) {
        int status;

        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        winners += WEXITSTATUS(status) == 0;
    }
    assert_int_equal(winners, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_record_is_refused),
        cmocka_unit_test(test_what_is_encoded_is_decoded),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_a_record_holds_no_key),
        cmocka_unit_test(test_a_record_tells_what_the_session_was_made_for),
        cmocka_unit_test(test_keys_are_used_once),
        cmocka_unit_test(test_used_keys_go_on_serving_one_guest_and_no_other),
        cmocka_unit_test(
            test_keys_of_a_launch_serve_no_guest_by_its_measurement),
        cmocka_unit_test(test_a_used_record_stays_private),
        cmocka_unit_test(test_a_record_that_is_not_there_lets_nobody_go_on),
        cmocka_unit_test(test_a_long_purpose_is_cut),
        cmocka_unit_test(test_of_many_threads_one_gets_the_keys),
        cmocka_unit_test(test_of_many_processes_one_gets_the_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
