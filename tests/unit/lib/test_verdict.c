/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/verdict.c: guests that the emulated platform measured. */
#include <pthread.h>
#include <stdlib.h>

#include "base/own.h"
#include "unit/lib/stage.h"

static struct sevk_verdict *reach(const struct sevk_expectation *e,
                                  const struct vmm_guest *guest,
                                  struct sevk_session *session, uint32_t flags)
{
    OWN(sevk_measurement_free)
    struct sevk_measurement *m = stage_measure(guest);
    struct sevk_verdict *verdict = NULL;
    struct sevk_error err;

    assert_works(sevk_verdict_reach(e, m, session, flags, &verdict, &err),
                 &err);
    return verdict;
}

static void test_no_verdict_is_a_no(void **state)
{
    OWN(sevk_verdict_free) struct sevk_verdict *none = NULL;

    (void)state;
    assert_false(sevk_verdict_yes(none));
    sevk_verdict_free(&none);
}

static void test_a_guest_as_expected_is_a_yes(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x0b);
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    OWN(sevk_expectation_free) struct sevk_expectation *e = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;
    OWN(own_free) char *json = NULL;
    struct sevk_error err;

    (void)state;
    stage_boot_kernel(s);
    e = stage_expectation(s);
    guest = stage_start(s, session);
    v = reach(e, guest, session, 0);
    assert_true(sevk_verdict_yes(v));
    assert_true(sevk_session_is_used(session));
    assert_int_equal(sevk_verdict_count(v, SEVK_VERDICT_REASONS), 0);
    assert_true(verdict_has(v, SEVK_VERDICT_COVERED, "kernel"));
    assert_true(verdict_has(v, SEVK_VERDICT_NOT_COVERED, "VIRTUAL"));
    assert_false(verdict_has(v, SEVK_VERDICT_NOT_COVERED, "UNMEASURED BOOT"));
    assert_null(sevk_verdict_explanation(v));
    assert_true(sevk_verdict_is_virtual(v));
    assert_works(sevk_verdict_json(v, &json, &err), &err);
    assert_non_null(strstr(json, "\"verdict\":\"yes\""));
    assert_null(strchr(json, '\n'));
}

static void test_vcpus_of_sev_es_are_measured_and_explained(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x0f);
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *no = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *yes = NULL;
    struct sevk_error err;

    (void)state;
    s->host.vcpus = 3;
    guest = stage_start(s, session);
    assert_works(sevk_expectation_set_cpu(e, "EPYC-Milan", &err), &err);
    assert_works(sevk_expectation_set_vcpus(e, 4, &err), &err);
    no = reach(e, guest, session, SEVK_VERDICT_EXPLAIN);
    assert_refuses(no, "the measurement is not");
    assert_string_equal(sevk_verdict_explanation(no), "matches if vcpus=3");
    assert_false(sevk_session_is_used(session));
    assert_works(sevk_expectation_set_vcpus(e, 3, &err), &err);
    yes = reach(e, guest, session, SEVK_VERDICT_EXPLAIN);
    assert_true(sevk_verdict_yes(yes));
    assert_null(sevk_verdict_explanation(yes));
}

static void test_rules_turn_down_what_matches(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x03);
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    OWN(vmm_guest_end) struct vmm_guest *guest = stage_start(s, session);
    OWN(sevk_verdict_free) struct sevk_verdict *old = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *other = NULL;
    const uint8_t id[SEVK_PLATFORM_ID_LEN] = { 1 };
    struct sevk_error err;

    (void)state;
    sevk_expectation_set_min_api(e, 1, 52);
    old = reach(e, guest, session, 0);
    assert_refuses(old, "1.52");
    sevk_expectation_set_min_api(e, 1, 51);
    assert_works(sevk_expectation_add_platform(e, id, &err), &err);
    other = reach(e, guest, session, 0);
    assert_refuses(other, "genuine");
    assert_false(sevk_session_is_used(session));
}

static void test_the_session_s_policy_is_the_expected_one(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x03);
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    OWN(vmm_guest_end) struct vmm_guest *guest = stage_start(s, session);
    OWN(sevk_measurement_free) struct sevk_measurement *lie = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;
    uint8_t bytes[SEVK_MEASUREMENT_LEN];
    struct sevk_error err;

    (void)state;
    vmm_guest_measurement(guest, bytes);
    assert_works(sevk_measurement_from_bytes(bytes, sizeof bytes, 1, 51, 3,
                                             0x02, &lie, &err),
                 &err);
    assert_works(sevk_verdict_reach(e, lie, session, 0, &v, &err), &err);
    assert_refuses(v, "policy");
    sevk_verdict_free(&v);
    assert_works(sevk_expectation_set_policy(e, 0x02, &err), &err);
    assert_fails(sevk_verdict_reach(e, lie, session, 0, &v, &err), &err,
                 SEVK_USAGE, "0x03");
    assert_fails(sevk_verdict_reach(e, lie, session, 0x80, &v, &err), &err,
                 SEVK_USAGE, "flags");
    assert_null(v);
}

/* A host that starts a second guest with the same session. */
static void assert_second_guest_is_refused(struct stage *s,
                                           struct sevk_session *session,
                                           struct sevk_session *again)
{
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    OWN(vmm_guest_end) struct vmm_guest *first = stage_start(s, session);
    OWN(vmm_guest_end) struct vmm_guest *second = stage_start(s, session);
    OWN(sevk_measurement_free)
    struct sevk_measurement *m = stage_measure(second);
    OWN(sevk_verdict_free)
    struct sevk_verdict *yes = reach(e, first, session, 0);
    OWN(sevk_verdict_free)
    struct sevk_verdict *same = reach(e, first, again, 0);
    struct sevk_verdict *replayed = NULL;
    struct sevk_error err;

    assert_true(sevk_verdict_yes(yes));
    assert_true(sevk_verdict_yes(same));
    assert_fails(sevk_verdict_reach(e, m, again, 0, &replayed, &err), &err,
                 SEVK_REFUSED, "new session");
    assert_null(replayed);
}

static void test_keys_are_for_one_guest(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x03);

    (void)state;
    assert_second_guest_is_refused(s, session, session);
}

static void test_keys_on_disk_are_for_one_guest_of_all_processes(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x03);
    OWN(sevk_session_free) struct sevk_session *again = NULL;
    OWN(sevk_session_free) struct sevk_session *later = NULL;
    OWN(own_free) char *prefix = temp_dir_path(&s->dir, "vm");
    struct sevk_error err;

    (void)state;
    assert_works(sevk_session_write(session, prefix, &err), &err);
    assert_works(sevk_session_read(prefix, &again, &err), &err);
    assert_false(sevk_session_is_used(again));
    assert_second_guest_is_refused(s, session, again);
    assert_works(sevk_session_read(prefix, &later, &err), &err);
    assert_true(sevk_session_is_used(later));
}

static void test_a_use_in_memory_goes_to_disk_with_the_session(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x03);
    OWN(sevk_session_free) struct sevk_session *later = NULL;
    OWN(own_free) char *prefix = temp_dir_path(&s->dir, "vm");
    struct sevk_error err;

    (void)state;
    assert_second_guest_is_refused(s, session, session);
    assert_works(sevk_session_write(session, prefix, &err), &err);
    assert_works(sevk_session_read(prefix, &later, &err), &err);
    assert_true(sevk_session_is_used(later));
}

static void test_bare_keys_prove_no_platform(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free)
    struct sevk_session *session = stage_session(s, 0x03);
    OWN(sevk_session_free) struct sevk_session *bare = NULL;
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    OWN(vmm_guest_end) struct vmm_guest *guest = stage_start(s, session);
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;
    uint8_t tik[SEVK_SESSION_KEY_LEN];
    struct sevk_error err;

    (void)state;
    assert_works(sevk_session_copy_keys(session, tik, NULL, &err), &err);
    assert_works(sevk_session_from_keys(tik, NULL, &bare, &err), &err);
    v = reach(e, guest, bare, 0);
    assert_true(sevk_verdict_yes(v));
    assert_false(sevk_verdict_is_verified(v));
    assert_true(verdict_has(v, SEVK_VERDICT_NOT_COVERED,
                            "no verified certificate chain"));
}

/* What threads share, and never change. */
struct shared {
    const struct sevk_chain *chain;
    const struct sevk_trust *trust;
    const struct sevk_expectation *expectation;
};

static bool judge_once(const struct shared *shared, uint8_t number)
{
    const uint8_t key[SEVK_SESSION_KEY_LEN] = { number };
    const uint8_t mnonce[SEVK_MNONCE_LEN] = { number };
    OWN(sevk_verdict_free) struct sevk_verdict *platform = NULL;
    OWN(sevk_session_free) struct sevk_session *session = NULL;
    OWN(sevk_measurement_free) struct sevk_measurement *m = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;
    uint8_t digest[SEVK_DIGEST_LEN], bytes[SEVK_MEASUREMENT_LEN];

    return sevk_chain_verify(shared->chain, shared->trust, &platform, NULL) &&
           sevk_verdict_yes(platform) &&
           sevk_session_from_keys(key, NULL, &session, NULL) &&
           sevk_expectation_digest(shared->expectation, 0x03, digest, NULL) &&
           sevk_measurement_compute(1, 51, 3, 0x03, digest, mnonce, session,
                                    bytes, NULL) &&
           sevk_measurement_from_bytes(bytes, sizeof bytes, 1, 51, 3, 0x03, &m,
                                       NULL) &&
           sevk_verdict_reach(shared->expectation, m, session, 0, &v, NULL) &&
           sevk_verdict_yes(v);
}

static void *judge_often(void *arg)
{
    for (uint8_t i = 1; i <= 50; i++) {
        if (!judge_once(arg, i)) {
            return arg;
        }
    }
    return NULL;
}

static void test_threads_share_what_does_not_change(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_chain_free) struct sevk_chain *chain = stage_chain(s);
    OWN(sevk_trust_free) struct sevk_trust *trust = stage_trust(s);
    OWN(sevk_expectation_free)
    struct sevk_expectation *e = stage_expectation(s);
    struct shared shared = { chain, trust, e };
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < N_OF(threads); i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, judge_often, &shared), 0);
    }
    for (size_t i = 0; i < N_OF(threads); i++) {
        void *failed = NULL;

        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_verdict_is_a_no),
        cmocka_unit_test(test_a_guest_as_expected_is_a_yes),
        cmocka_unit_test(test_vcpus_of_sev_es_are_measured_and_explained),
        cmocka_unit_test(test_rules_turn_down_what_matches),
        cmocka_unit_test(test_the_session_s_policy_is_the_expected_one),
        cmocka_unit_test(test_keys_are_for_one_guest),
        cmocka_unit_test(test_keys_on_disk_are_for_one_guest_of_all_processes),
        cmocka_unit_test(test_a_use_in_memory_goes_to_disk_with_the_session),
        cmocka_unit_test(test_bare_keys_prove_no_platform),
        cmocka_unit_test(test_threads_share_what_does_not_change),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
