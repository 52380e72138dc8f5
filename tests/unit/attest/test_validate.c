/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts about guests that somebody else started. */
#include "attest/validate.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"
#include "unit/attest/case.h"
#include "unit/owner/certs.h"
#include "wire/policy.h"

/*
 * A session with its files, a VM that the fake host started with it, and the
 * evidence of that.
 */
struct fixture {
    struct test_case *c;
    struct temp_dir keys;
    char *prefix;
    struct session session;
    struct validate_options options;
    struct evidence evidence;
};

static void make_session(struct fixture *f)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict cv = verdict_of(chain, &trust);
    struct session_record record;
    struct sevk_error *err = &f->c->err;

    assert_works(
        session_create(&cv, chain, 3, f->c->options.rng, &f->session, err) &&
            session_record_make(&f->session, &cv, f->c->now, &record, err) &&
            session_files_write(f->prefix, &f->session, &record, false, err),
        err);
}

static void start(struct fixture *f)
{
    struct host ops = fake_host_ops(&f->c->host);
    struct host_session session = { f->session.godh, f->session.blob, 3 };

    assert_works(ops.start(ops.ctx, &session, &f->c->err) &&
                     ops.measure(ops.ctx, &f->evidence, &f->c->err),
                 &f->c->err);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    void *c = NULL;

    assert_non_null(f);
    assert_int_equal(case_setup(&c), 0);
    f->c = c;
    f->keys = temp_dir_make();
    f->prefix = temp_dir_path(&f->keys, "vm1");
    make_session(f);
    start(f);
    f->options = (struct validate_options){
        .keys = { .session = f->prefix },
        .expect = f->c->options.expect,
        .rng = f->c->options.rng,
        .clock = f->c->options.clock,
    };
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    void *c = f->c;

    session_clear(&f->session);
    temp_dir_drop(&f->keys);
    free(f->prefix);
    free(f);
    return case_teardown(&c);
}

static bool offline(struct fixture *f, struct verdict *ret)
{
    return validate_evidence(&f->options, &f->evidence, NULL, ret, &f->c->err);
}

static bool online(struct fixture *f, struct launch_outcome *ret)
{
    struct host ops = fake_host_ops(&f->c->host);
    struct watch watch = fake_host_watch(&f->c->host);

    return validate_online(&f->options, &ops, &watch, ret, &f->c->err);
}

static char *key_file(struct fixture *f, const char *part)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s_%s.bin", f->prefix, part) > 0);
    return path;
}

/* -- Keys. ------------------------------------------------------------------------ */

static void a_recorded_session_says_whose_platform_it_is(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };

    assert_works(offline(f, &v), &f->c->err);
    assert_true(v.yes);
    assert_true(v.platform.verified && v.platform.is_virtual);
    assert_true(says(&v.not_covered, "VIRTUAL"));
}

static void a_recorded_session_is_good_for_one_yes(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };
    OWN(verdict_clear) struct verdict again = { 0 };

    assert_works(offline(f, &v), &f->c->err);
    assert_fails(offline(f, &again), &f->c->err, SEVK_REFUSED, "used");
}

static void only_a_no_is_explained_and_only_when_asked(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict no = { 0 };
    OWN(verdict_clear) struct verdict explained = { 0 };
    OWN(verdict_clear) struct verdict yes = { 0 };
    struct evidence good = f->evidence;

    f->evidence.build++;
    assert_works(offline(f, &no), &f->c->err);
    assert_false(no.yes);
    assert_null(no.explanation);

    f->options.explain = true;
    assert_works(offline(f, &explained), &f->c->err);
    assert_false(explained.yes);
    assert_int_equal(explained.explanation->n_changes, 1);
    assert_int_equal(explained.explanation->changes[0].what, EXPLAIN_BUILD);

    f->evidence = good;
    assert_works(offline(f, &yes), &f->c->err);
    assert_true(yes.yes);
    assert_null(yes.explanation);
}

static void a_no_does_not_use_a_session_up(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict no = { 0 };
    OWN(verdict_clear) struct verdict yes = { 0 };

    f->evidence.measure.measure[0] ^= 1;
    assert_works(offline(f, &no), &f->c->err);
    assert_no_because(&no, "not that of the expected");
    f->evidence.measure.measure[0] ^= 1;
    assert_works(offline(f, &yes), &f->c->err);
    assert_true(yes.yes);
}

static void a_session_for_another_policy_is_refused(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };
    OWN(verdict_clear) struct verdict lied = { 0 };

    f->options.expect.policy = 7;
    assert_fails(offline(f, &v), &f->c->err, SEVK_USAGE,
                 "made for policy 0x03, not 0x07");
    f->options.expect.has_policy = false;
    f->evidence.policy = 1;
    assert_works(offline(f, &lied), &f->c->err);
    assert_no_because(&lied, "under policy 0x01");
}

static void keys_from_files_do_as_well_but_nobody_vouches(void **state)
{
    struct fixture *f = *state;
    OWN(own_free) char *tik = key_file(f, "tik");
    OWN(verdict_clear) struct verdict v = { 0 };

    f->options.keys = (struct validate_keys){ .tik = tik };
    assert_works(offline(f, &v), &f->c->err);
    assert_true(v.yes);
    assert_false(v.platform.verified);
    assert_true(says(&v.not_covered, "no verified certificate chain"));
}

static void a_file_with_both_keys_has_the_tek_first(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict right = { 0 };
    OWN(verdict_clear) struct verdict swapped = { 0 };
    OWN(own_free) char *path = NULL;
    uint8_t both[2 * SESSION_KEY_LEN];

    memcpy(both, secret_expose(&f->session.tek).p, SESSION_KEY_LEN);
    memcpy(both + SESSION_KEY_LEN, secret_expose(&f->session.tik).p,
           SESSION_KEY_LEN);
    path = temp_dir_write(&f->keys, "tk.bin", BYTES_OF(both));
    f->options.keys = (struct validate_keys){ .tk = path };
    assert_works(offline(f, &right), &f->c->err);
    assert_true(right.yes);

    memcpy(both, secret_expose(&f->session.tik).p, SESSION_KEY_LEN);
    memcpy(both + SESSION_KEY_LEN, secret_expose(&f->session.tek).p,
           SESSION_KEY_LEN);
    free(path);
    path = temp_dir_write(&f->keys, "tk.bin", BYTES_OF(both));
    f->options.keys.tk = path;
    assert_works(offline(f, &swapped), &f->c->err);
    assert_false(swapped.yes);
}

static void the_keys_come_from_exactly_one_place(void **state)
{
    struct fixture *f = *state;
    OWN(own_free) char *tik = key_file(f, "tik");
    OWN(own_free) char *tek = key_file(f, "tek");
    OWN(verdict_clear) struct verdict v = { 0 };
    const struct validate_keys bad[] = {
        { 0 },
        { .session = f->prefix, .tik = tik },
        { .session = f->prefix, .tk = tik },
        { .tk = tik, .tek = tek },
    };

    for (size_t i = 0; i < N_OF(bad); i++) {
        f->options.keys = bad[i];
        assert_fails(offline(f, &v), &f->c->err, SEVK_USAGE,
                     "--session PREFIX");
    }
    f->options.keys = (struct validate_keys){ .tek = tek };
    assert_fails(offline(f, &v), &f->c->err, SEVK_USAGE, "--tik is needed");
    f->options.keys = (struct validate_keys){ .tik = tik };
    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    assert_fails(offline(f, &v), &f->c->err, SEVK_USAGE, "--tek is needed");
}

static void a_key_of_another_length_is_malformed(void **state)
{
    static const uint8_t key[33];
    static const size_t lengths[] = { 0, 1, 15, 17, 32, 33 };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(lengths); i++) {
        OWN(own_free)
        char *path =
            temp_dir_write(&f->keys, "key", bytes_make(key, lengths[i]));
        OWN(verdict_clear) struct verdict v = { 0 };

        f->options.keys = (struct validate_keys){ .tik = path };
        assert_fails(offline(f, &v), &f->c->err, SEVK_INPUT, "key");
    }
}

/* -- Secrets. ------------------------------------------------------------------------- */

static void after_a_yes_the_secret_is_sealed_for_this_guest(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    struct host ops = fake_host_ops(&f->c->host);

    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    assert_works(
        validate_evidence(&f->options, &f->evidence, &packet, &v, &f->c->err),
        &f->c->err);
    assert_true(v.yes);
    assert_works(ops.inject(ops.ctx, &packet, &f->c->err), &f->c->err);
    assert_true(f->c->host.secret.n > 0);
}

static void after_a_no_nothing_is_sealed(void **state)
{
    struct fixture *f = *state;
    OWN(verdict_clear) struct verdict v = { 0 };
    OWN(launch_packet_free) struct launch_packet packet = { 0 };

    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    f->evidence.build ^= 1;
    assert_works(
        validate_evidence(&f->options, &f->evidence, &packet, &v, &f->c->err),
        &f->c->err);
    assert_false(v.yes);
    assert_int_equal(packet.payload.n, 0);
}

static void a_debuggable_guest_gets_a_verdict_but_no_secret(void **state)
{
    struct fixture *f = *state;
    OWN(own_free) char *tik = key_file(f, "tik");
    OWN(own_free) char *tek = key_file(f, "tek");
    OWN(verdict_clear) struct verdict v = { 0 };

    f->options.keys = (struct validate_keys){ .tik = tik, .tek = tek };
    f->options.expect.has_policy = false;
    f->evidence.policy = POLICY_NOKS;
    assert_works(offline(f, &v), &f->c->err);
    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    assert_fails(offline(f, &v), &f->c->err, SEVK_REFUSED,
                 "--allow-weak-policy");
}

/* -- Online. --------------------------------------------------------------------------- */

static void a_vm_on_a_host_is_judged_and_given_its_secret(void **state)
{
    struct fixture *f = *state;
    OWN(launch_outcome_clear) struct launch_outcome out = { 0 };

    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    assert_works(online(f, &out), &f->c->err);
    assert_true(out.verdict.yes);
    assert_int_equal(out.n_secrets, 1);
    assert_int_equal(out.state, LAUNCH_RUNNING);
    assert_string_equal(out.vm.name, "vm1");
    assert_true(f->c->host.running);
    assert_true(f->c->host.secret.n > 0);
}

static void without_secrets_the_vm_is_left_as_it_is(void **state)
{
    struct fixture *f = *state;
    OWN(launch_outcome_clear) struct launch_outcome out = { 0 };

    assert_works(online(f, &out), &f->c->err);
    assert_true(out.verdict.yes);
    assert_int_equal(out.state, LAUNCH_PAUSED);
    assert_int_equal(f->c->host.calls[FAKE_RESUME], 0);
    assert_int_equal(f->c->host.calls[FAKE_ABANDON], 0);
}

static void a_bad_description_turns_a_yes_into_a_no(void **state)
{
    struct fixture *f = *state;
    OWN(launch_outcome_clear) struct launch_outcome out = { 0 };

    f->c->host.difference = "it has a variable store";
    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    assert_works(online(f, &out), &f->c->err);
    assert_no_because(&out.verdict,
                      "the VM's configuration: it has a variable");
    assert_int_equal(f->c->host.secret.n, 0);
    assert_false(f->c->host.running);
}

static void a_replayed_session_is_found_by_its_record(void **state)
{
    struct fixture *f = *state;
    OWN(launch_outcome_clear) struct launch_outcome first = { 0 };
    OWN(launch_outcome_clear) struct launch_outcome second = { 0 };

    assert_works(online(f, &first), &f->c->err);
    channel_clear(&f->c->host.channel);
    start(f); /* the host starts another guest with the same blob */
    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    assert_fails(online(f, &second), &f->c->err, SEVK_REFUSED, "used");
    assert_int_equal(f->c->host.secret.n, 0);
}

static void on_the_hypervisor_itself_nothing_is_asked(void **state)
{
    struct fixture *f = *state;
    OWN(launch_outcome_clear) struct launch_outcome out = { 0 };

    f->c->host.calls[FAKE_MEASURE] = 0;
    f->c->host.description.same_machine = true;
    assert_fails(online(f, &out), &f->c->err, SEVK_REFUSED, "--insecure");
    assert_int_equal(f->c->host.calls[FAKE_MEASURE], 0);
    f->options.insecure = true;
    assert_works(online(f, &out), &f->c->err);
    assert_true(out.verdict.yes);
}

static void every_failing_call_is_an_error_and_gives_no_secret(void **state)
{
    static const enum fake_op ops[] = { FAKE_DESCRIBE, FAKE_VM, FAKE_COMPARE,
                                        FAKE_MEASURE };
    struct fixture *f = *state;

    f->options.secrets = f->c->secrets;
    f->options.n_secrets = 1;
    for (size_t i = 0; i < N_OF(ops); i++) {
        OWN(launch_outcome_clear) struct launch_outcome out = { 0 };

        f->c->host.fails = 1u << ops[i];
        assert_fails(online(f, &out), &f->c->err, SEVK_HOST, "connection lost");
        assert_int_equal(f->c->host.secret.n, 0);
    }
}

#define VALIDATE_TEST(name)                                                    \
    cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        VALIDATE_TEST(a_recorded_session_says_whose_platform_it_is),
        VALIDATE_TEST(a_recorded_session_is_good_for_one_yes),
        VALIDATE_TEST(only_a_no_is_explained_and_only_when_asked),
        VALIDATE_TEST(a_no_does_not_use_a_session_up),
        VALIDATE_TEST(a_session_for_another_policy_is_refused),
        VALIDATE_TEST(keys_from_files_do_as_well_but_nobody_vouches),
        VALIDATE_TEST(a_file_with_both_keys_has_the_tek_first),
        VALIDATE_TEST(the_keys_come_from_exactly_one_place),
        VALIDATE_TEST(a_key_of_another_length_is_malformed),
        VALIDATE_TEST(after_a_yes_the_secret_is_sealed_for_this_guest),
        VALIDATE_TEST(after_a_no_nothing_is_sealed),
        VALIDATE_TEST(a_debuggable_guest_gets_a_verdict_but_no_secret),
        VALIDATE_TEST(a_vm_on_a_host_is_judged_and_given_its_secret),
        VALIDATE_TEST(without_secrets_the_vm_is_left_as_it_is),
        VALIDATE_TEST(a_bad_description_turns_a_yes_into_a_no),
        VALIDATE_TEST(a_replayed_session_is_found_by_its_record),
        VALIDATE_TEST(on_the_hypervisor_itself_nothing_is_asked),
        VALIDATE_TEST(every_failing_call_is_an_error_and_gives_no_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
