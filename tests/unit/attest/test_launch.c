/* SPDX-License-Identifier: Apache-2.0 */
/* The flow against honest, unlucky and evil hosts. */
#include "attest/launch.h"

#include <stdio.h>
#include <unistd.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/cek_cache.h"
#include "owner/session_record.h"
#include "unit/attest/case.h"
#include "wire/policy.h"
#include "wire/secret_table.h"

#define ALL_STEPS "host chain session start measurement verdict secret running"

/* -- What should work. ------------------------------------------------------------ */

static void a_launch_ends_with_a_running_guest_that_has_the_secret(void **state)
{
    struct test_case *c = *state;
    struct secret_entry entry;
    size_t n;

    assert_works(case_run(c), &c->err);
    assert_true(c->outcome.verdict.yes);
    assert_int_equal(c->outcome.state, LAUNCH_RUNNING);
    assert_int_equal(c->outcome.n_secrets, 1);
    assert_true(c->host.running);
    assert_string_equal(c->host.steps, ALL_STEPS);
    assert_works(
        secret_table_decode(buf_bytes(&c->host.secret), &entry, 1, &n, &c->err),
        &c->err);
    assert_int_equal(n, 1);
    assert_true(guid_equal(&entry.guid, &secret_luks_key_guid));
    assert_bytes_equal(entry.data, bytes_of_string(CASE_SECRET));
    assert_int_equal(c->host.calls[FAKE_ABANDON], 0);
}

static void a_yes_names_what_it_covers_and_what_it_does_not(void **state)
{
    struct test_case *c = *state;

    assert_works(case_run(c), &c->err);
    assert_int_equal(c->outcome.verdict.reasons.n, 0);
    assert_true(c->outcome.verdict.covered.n > 0);
    assert_true(says(&c->outcome.verdict.not_covered, "VIRTUAL"));
    assert_true(says(&c->outcome.verdict.not_covered, "which chip"));
    assert_true(says(&c->outcome.verdict.not_covered, "policy 0x03"));
    assert_non_null(strstr(c->host.warnings, "VIRTUAL"));
}

static void without_resume_the_guest_stays_paused(void **state)
{
    struct test_case *c = *state;

    c->options.no_resume = true;
    assert_works(case_run(c), &c->err);
    assert_int_equal(c->outcome.state, LAUNCH_PAUSED);
    assert_true(c->host.exists);
    assert_false(c->host.running);
    assert_int_equal(c->host.calls[FAKE_RESUME], 0);
}

static void without_secrets_nothing_is_injected(void **state)
{
    struct test_case *c = *state;

    c->options.n_secrets = 0;
    assert_works(case_run(c), &c->err);
    assert_true(c->host.running);
    assert_int_equal(c->host.calls[FAKE_INJECT], 0);
}

static void the_measurement_is_read_once_and_that_one_is_bound(void **state)
{
    struct test_case *c = *state;

    c->host.changes_measurement = true;
    assert_works(case_run(c), &c->err);
    assert_true(c->outcome.verdict.yes);
    assert_int_equal(c->host.calls[FAKE_MEASURE], 1);
    assert_true(c->host.secret.n > 0);
}

static void a_cek_without_a_signature_is_completed_from_the_cache(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(buf_free) struct buf cek = vector_load("virtual/cek.cert");
    struct cek_cache_key key = { .dir = dir.path, .cek = buf_bytes(&cek) };
    struct test_case *c = *state;

    c->host.parts[CHAIN_CEK] = "session/cek_unsigned.cert";
    c->options.cek_cache = dir.path;
    assert_works(case_run(c), &c->err);
    assert_no_because(&c->outcome.verdict, "sevkit chain fetch");
    assert_works(cek_cache_write(&key, bytes_of_string("no CEK"), &c->err),
                 &c->err);
    assert_works(case_run(c), &c->err);
    assert_no_because(&c->outcome.verdict, "sevkit chain fetch");
    assert_non_null(strstr(c->host.warnings, "is damaged"));
    assert_works(cek_cache_write(&key, buf_bytes(&cek), &c->err), &c->err);
    assert_works(case_run(c), &c->err);
    assert_true(c->outcome.verdict.yes);
    c->options.cek_cache = NULL;
}

static void an_es_guest_is_measured_with_its_vcpus(void **state)
{
    struct test_case *c = *state;
    OWN(buf_free)
    struct buf bsp = vector_load("vmsa/milan-EPYC-Milan_legacy_bsp.bin");
    OWN(buf_free)
    struct buf ap = vector_load("vmsa/milan-EPYC-Milan_legacy_ap_80b004.bin");

    c->options.expect.policy = 0x07;
    c->vm.vcpus = 2;
    c->vm.cpu_model = "EPYC-Milan";
    fake_host_load(&c->host, buf_bytes(&bsp));
    fake_host_load(&c->host, buf_bytes(&ap));
    assert_works(case_run(c), &c->err);
    assert_true(c->outcome.verdict.yes);
    assert_int_equal(c->outcome.verdict.vcpus, 2);

    fake_host_load(&c->host, buf_bytes(&ap)); /* the host adds a third */
    c->host.steps[0] = '\0';
    buf_free(&c->host.secret);
    assert_works(case_run(c), &c->err);
    assert_no_because(&c->outcome.verdict, "vCPUs");
    assert_nothing_left(c);
}

/* -- Evil hosts: a verdict "no", nothing left. -------------------------------------- */

static void assert_refused_by_verdict(struct test_case *c, const char *reason)
{
    assert_works(case_run(c), &c->err);
    assert_no_because(&c->outcome.verdict, reason);
    assert_nothing_left(c);
}

static void another_kernel_gets_no_secret(void **state)
{
    struct test_case *c = *state;

    case_load_other_kernel(c);
    assert_refused_by_verdict(c, "measurement is not that of the expected");
    assert_int_equal(c->outcome.state, LAUNCH_DESTROYED);
    assert_string_equal(c->host.steps,
                        "host chain session start measurement verdict");
}

static void another_firmware_gets_no_secret(void **state)
{
    struct test_case *c = *state;

    c->host.loaded.p[100] ^= 1;
    assert_refused_by_verdict(c, "firmware");
    assert_true(c->outcome.verdict.has_inputs);
    assert_true(c->outcome.verdict.has_firmware);
    assert_int_equal(c->outcome.verdict.firmware_size,
                     c->host.loaded.n - KERNEL_HASH_TABLE_LEN);
}

static void a_replayed_session_gets_no_secret(void **state)
{
    struct test_case *c = *state;
    OWN(channel_clear) struct channel old = { 0 };

    assert_works(case_run(c), &c->err);
    old = c->host.channel;
    c->host.channel = (struct channel){ 0 };
    buf_free(&c->host.secret);
    c->host.exists = c->host.running = false;

    c->host.replayed = &old;
    assert_refused_by_verdict(c, "the session is another one");
}

static void a_policy_that_is_reported_wrongly_is_a_no(void **state)
{
    struct test_case *c = *state;

    c->host.lies_policy = true;
    c->host.policy = 0x0f;
    assert_refused_by_verdict(c, "under policy 0x0f");
}

static void an_api_that_is_reported_wrongly_is_a_no(void **state)
{
    struct test_case *c = *state;

    c->host.lies_api = true;
    c->host.true_api_minor = 40;
    assert_refused_by_verdict(c, "measurement is not");
}

static void old_firmware_is_a_no_that_names_the_option(void **state)
{
    struct test_case *c = *state;

    c->host.api_minor = 50;
    assert_refused_by_verdict(c, "--min-api 1.50");
}

static void old_firmware_can_be_accepted(void **state)
{
    struct test_case *c = *state;

    c->host.api_minor = 50;
    c->options.expect.has_min_api = true;
    c->options.expect.min_api_major = 1;
    c->options.expect.min_api_minor = 50;
    assert_works(case_run(c), &c->err);
    assert_true(c->outcome.verdict.yes);
}

static void firmware_below_0_17_is_never_accepted(void **state)
{
    struct test_case *c = *state;

    c->host.api_major = 0;
    c->host.api_minor = 16;
    c->options.expect.has_min_api = true;
    c->options.expect.min_api_minor = 1;
    assert_refused_by_verdict(c, "below 0.17");
}

static void firmware_with_a_known_fault_is_never_accepted(void **state)
{
    struct test_case *c = *state;

    c->host.api_major = 0;
    c->host.api_minor = 17;
    c->host.build = 21;
    c->options.expect.has_min_api = true;
    c->options.expect.min_api_minor = 17;
    assert_refused_by_verdict(c, "CVE-2019-9836");
    c->host.build = 22;
    assert_works(case_run(c), &c->err);
    assert_true(c->outcome.verdict.yes);
}

/* -- Chains. --------------------------------------------------------------------------- */

static void a_chain_with_a_missing_link_stops_before_any_key_is_made(
    void **state)
{
    static const enum chain_role roles[] = { CHAIN_PDH, CHAIN_PEK, CHAIN_OCA,
                                             CHAIN_CEK, CHAIN_ASK };
    struct test_case *c = *state;

    for (size_t i = 0; i < N_OF(roles); i++) {
        const char *part = c->host.parts[roles[i]];

        c->host.parts[roles[i]] = NULL;
        c->host.steps[0] = '\0';
        assert_refused_by_verdict(c, "certificate chain");
        assert_string_equal(c->host.steps, "host chain");
        assert_int_equal(c->outcome.state, LAUNCH_NOT_STARTED);
        assert_int_equal(c->host.calls[FAKE_START], 0);
        c->host.parts[roles[i]] = part;
    }
}

static void the_pdh_of_another_platform_is_a_no(void **state)
{
    struct test_case *c = *state;

    c->host.parts[CHAIN_PDH] = "certs/naples/pdh.cert";
    assert_refused_by_verdict(c, "PDH");
    assert_int_equal(c->host.calls[FAKE_START], 0);
}

static void a_vm_that_was_only_placed_is_left_nowhere(void **state)
{
    struct test_case *c = *state;

    c->host.schedules = true;
    c->options.trust.n = 0; /* AMD alone, and this platform is not AMD's */
    assert_works(case_run(c), &c->err);
    assert_false(c->outcome.verdict.yes);
    assert_int_equal(c->outcome.state, LAUNCH_DESTROYED);
    assert_int_equal(c->host.calls[FAKE_SCHEDULE], 1);
    assert_int_equal(c->host.calls[FAKE_START], 0);
    assert_int_equal(c->host.calls[FAKE_ABANDON], 1);
    assert_nothing_left(c);

    c->host.fails = 1u << FAKE_SCHEDULE;
    c->host.fails_late = true;
    assert_fails(case_run(c), &c->err, SEVK_HOST, "no VM was left behind");
    assert_nothing_left(c);
}

static void a_virtual_platform_is_not_trusted_unless_its_root_is_named(
    void **state)
{
    struct test_case *c = *state;

    c->options.trust.n = 0;
    assert_refused_by_verdict(c, "certificate chain");
    c->trust[0] = "amd";
    c->options.trust.n = 1;
    assert_refused_by_verdict(c, "certificate chain");
}

static void a_genuine_platform_that_is_not_the_named_one_is_a_no(void **state)
{
    static const char *const other[] = {
        "0000000000000000000000000000000000000000000000000000000000000001"
    };
    struct test_case *c = *state;

    c->options.expect.platform_ids = other;
    c->options.expect.n_platform_ids = 1;
    assert_refused_by_verdict(c, "none of the 1");
    assert_int_equal(c->host.calls[FAKE_START], 0);
}

/* -- Refused before anything is started. ------------------------------------------------- */

static void assert_refused_early(struct test_case *c, enum sevk_code code,
                                 const char *part)
{
    assert_fails(case_run(c), &c->err, code, part);
    assert_int_equal(c->host.calls[FAKE_START], 0);
    assert_nothing_left(c);
}

static void a_weak_policy_needs_the_owners_word(void **state)
{
    struct test_case *c = *state;

    c->options.expect.policy = POLICY_NOKS;
    assert_refused_early(c, SEVK_REFUSED, "--allow-weak-policy");
    c->options.expect.policy = POLICY_NODBG;
    assert_refused_early(c, SEVK_REFUSED, "--allow-weak-policy");
    c->options.expect.allow_weak_policy = true;
    assert_works(case_run(c), &c->err);
    assert_true(says(&c->outcome.verdict.not_covered, "policy 0x01"));
}

static void a_secret_for_an_unmeasured_boot_needs_the_owners_word(void **state)
{
    struct test_case *c = *state;

    c->options.expect.kernel = NULL;
    c->options.expect.initrd = NULL;
    c->options.expect.cmdline = NULL;
    c->vm = (struct expectation_vm){ .vcpus = 1 };
    c->host.loaded.n -= KERNEL_HASH_TABLE_LEN;
    assert_refused_early(c, SEVK_REFUSED, "--unmeasured-boot");

    c->options.expect.unmeasured_boot = true;
    assert_works(case_run(c), &c->err);
    assert_true(c->outcome.verdict.yes);
    assert_true(says(&c->outcome.verdict.not_covered, "UNMEASURED BOOT"));

    c->options.expect.unmeasured_boot = false;
    c->options.expect.firmware_measures_boot = true;
    assert_works(case_run(c), &c->err);
    assert_false(says(&c->outcome.verdict.not_covered, "UNMEASURED BOOT"));
}

static void a_guest_without_secrets_may_boot_unmeasured(void **state)
{
    struct test_case *c = *state;

    c->options.expect.kernel = NULL;
    c->options.expect.initrd = NULL;
    c->options.expect.cmdline = NULL;
    c->options.n_secrets = 0;
    c->vm = (struct expectation_vm){ .vcpus = 1 };
    c->host.loaded.n -= KERNEL_HASH_TABLE_LEN;
    assert_works(case_run(c), &c->err);
    assert_true(says(&c->outcome.verdict.not_covered, "UNMEASURED BOOT"));
}

static void a_secret_larger_than_the_area_is_refused(void **state)
{
    struct test_case *c = *state;
    static const uint8_t large[0xc00];
    OWN(own_free)
    char *path = temp_dir_write(&c->dir, "large", BYTES_OF(large));

    c->secrets[0].path = path;
    assert_refused_early(c, SEVK_REFUSED, "3072");
}

static void the_hypervisor_itself_is_no_place_for_a_verdict(void **state)
{
    struct test_case *c = *state;

    c->host.description.same_machine = true;
    assert_refused_early(c, SEVK_REFUSED, "--insecure");
    c->options.insecure = true;
    assert_works(case_run(c), &c->err);
    assert_non_null(strstr(c->host.warnings, "hypervisor itself"));
}

static void a_host_that_can_not_run_the_guest_is_named(void **state)
{
    struct test_case *c = *state;

    c->host.description.sev = false;
    assert_refused_early(c, SEVK_HOST, "far.example.org");
    c->host.description.sev = true;
    c->host.description.sev_es = false;
    c->options.expect.policy = 0x07;
    c->vm.cpu_model = "EPYC-Milan";
    assert_refused_early(c, SEVK_HOST, "SEV-ES");
}

/* -- After the start: destroyed, whatever happens. ------------------------------------------ */

static void a_vm_that_is_described_otherwise_is_destroyed(void **state)
{
    struct test_case *c = *state;

    c->host.difference = "it has 2 <disk> instead of 1";
    assert_fails(case_run(c), &c->err, SEVK_REFUSED, "2 <disk>");
    assert_non_null(strstr(c->err.message, "no VM was left behind"));
    assert_nothing_left(c);
    assert_int_equal(c->host.calls[FAKE_MEASURE], 0);
}

static void a_connection_lost_at_any_step_leaves_no_vm(void **state)
{
    struct test_case *c = *state;

    for (int late = 0; late < 2; late++) {
        for (unsigned int op = FAKE_DESCRIBE; op < FAKE_ABANDON; op++) {
            c->host.fails = 1u << op;
            c->host.fails_late = late != 0;
            c->host.calls[FAKE_ABANDON] = 0;
            assert_fails(case_run(c), &c->err, SEVK_HOST, "connection lost");
            assert_false(c->host.exists);
            assert_false(c->host.running);
            assert_int_equal(c->host.calls[FAKE_ABANDON],
                             op >= FAKE_START ? 1 : 0);
            channel_clear(&c->host.channel);
        }
    }
}

static void destroying_is_tried_again_when_the_connection_is_lost(void **state)
{
    struct test_case *c = *state;

    c->host.fails = 1u << FAKE_MEASURE;
    c->host.abandon_fails = 3;
    assert_fails(case_run(c), &c->err, SEVK_HOST, "no VM was left behind");
    assert_int_equal(c->host.calls[FAKE_ABANDON], 4);
    assert_int_equal(c->host.waits, 3);
    assert_nothing_left(c);
}

static void a_vm_that_can_not_be_destroyed_is_named(void **state)
{
    struct test_case *c = *state;

    c->host.fails = 1u << FAKE_MEASURE;
    c->host.abandon_fails = 1000;
    assert_fails(case_run(c), &c->err, SEVK_HOST,
                 "virsh destroy d8a8f8f0-1111-4222-8333-444455556666");
    assert_non_null(strstr(c->err.message, "connection lost (5)"));
    assert_true(c->host.calls[FAKE_ABANDON] > 1);

    c->host.fails = 0;
    c->host.calls[FAKE_ABANDON] = 0;
    case_load_other_kernel(c); /* a "no" that can't be cleaned up is told */
    assert_fails(case_run(c), &c->err, SEVK_HOST, "could NOT be destroyed");
}

static void a_firmware_that_refuses_the_secret_leaves_no_vm(void **state)
{
    struct test_case *c = *state;

    c->host.fails = 1u << FAKE_INJECT;
    assert_fails(case_run(c), &c->err, SEVK_HOST, "connection lost");
    assert_nothing_left(c);
    assert_int_equal(c->host.calls[FAKE_RESUME], 0);
}

static void on_request_a_failed_vm_is_kept(void **state)
{
    struct test_case *c = *state;

    c->options.keep_on_failure = true;
    case_load_other_kernel(c);
    assert_works(case_run(c), &c->err);
    assert_false(c->outcome.verdict.yes);
    assert_int_equal(c->outcome.state, LAUNCH_PAUSED);
    assert_true(c->host.exists);
    assert_int_equal(c->host.secret.n, 0);

    c->host.fails = 1u << FAKE_COMPARE;
    assert_fails(case_run(c), &c->err, SEVK_HOST, "--keep-on-failure");
    assert_true(c->host.exists);
}

static void stopping_at_any_step_leaves_no_vm(void **state)
{
    struct test_case *c = *state;

    for (unsigned int op = FAKE_DESCRIBE; op < FAKE_RESUME; op++) {
        c->host.stops = true;
        c->host.stop_after = (enum fake_op)op;
        c->host.wants_stop = false;
        assert_fails(case_run(c), &c->err, SEVK_HOST, "stopped before");
        assert_false(c->host.exists);
        assert_false(c->host.running);
        assert_int_equal(c->host.calls[FAKE_RESUME], 0);
        channel_clear(&c->host.channel);
    }
}

/* -- Keys. ------------------------------------------------------------------------------------- */

static void two_launches_never_share_a_session(void **state)
{
    struct test_case *c = *state;
    uint8_t first[SESSION_BUF_LEN];

    assert_works(case_run(c), &c->err);
    memcpy(first, c->host.session, sizeof first);
    channel_clear(&c->host.channel);
    assert_works(case_run(c), &c->err);
    assert_memory_not_equal(first, c->host.session, sizeof first);
}

static void no_file_is_written_unless_keys_are_to_be_kept(void **state)
{
    struct test_case *c = *state;
    size_t before = temp_dir_count(&c->dir);

    assert_works(case_run(c), &c->err);
    assert_int_equal(temp_dir_count(&c->dir), before);
}

static void kept_keys_are_marked_used_before_the_start(void **state)
{
    struct test_case *c = *state;
    OWN(temp_dir_drop) struct temp_dir keys = temp_dir_make();
    OWN(own_free) char *prefix = temp_dir_path(&keys, "vm1");

    c->options.keep_keys = keys.path;
    assert_works(case_run(c), &c->err);
    assert_int_equal(temp_dir_count(&keys), 5);
    assert_fails(session_record_check_unused(prefix, &c->err), &c->err,
                 SEVK_REFUSED, "vm1");
    assert_fails(case_run(c), &c->err, SEVK_REFUSED, "--keep-keys");
    assert_int_equal(c->host.calls[FAKE_START], 1);
}

static void keys_of_a_vm_that_was_destroyed_are_removed(void **state)
{
    struct test_case *c = *state;
    OWN(temp_dir_drop) struct temp_dir keys = temp_dir_make();

    c->options.keep_keys = keys.path;
    case_load_other_kernel(c);
    assert_works(case_run(c), &c->err);
    assert_false(c->outcome.verdict.yes);
    assert_int_equal(temp_dir_count(&keys), 0);
}

static void a_vm_name_never_leads_out_of_the_folder(void **state)
{
    static const char *const names[] = { "../vm", "a/b", "..", ".hidden", "" };
    struct test_case *c = *state;
    OWN(temp_dir_drop) struct temp_dir keys = temp_dir_make();

    c->options.keep_keys = keys.path;
    for (size_t i = 0; i < N_OF(names); i++) {
        c->host.name = names[i];
        assert_fails(case_run(c), &c->err, SEVK_REFUSED, "file's name");
        assert_int_equal(temp_dir_count(&keys), 0);
        assert_int_equal(c->host.calls[FAKE_START], 0);
    }
}

static void without_randomness_nothing_is_started(void **state)
{
    struct test_case *c = *state;

    c->options.rng = rng_failing();
    assert_refused_early(c, SEVK_HOST, "no random bytes");
}

#define LAUNCH_TEST(name)                                                      \
    cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAUNCH_TEST(a_launch_ends_with_a_running_guest_that_has_the_secret),
        LAUNCH_TEST(a_yes_names_what_it_covers_and_what_it_does_not),
        LAUNCH_TEST(without_resume_the_guest_stays_paused),
        LAUNCH_TEST(without_secrets_nothing_is_injected),
        LAUNCH_TEST(the_measurement_is_read_once_and_that_one_is_bound),
        LAUNCH_TEST(a_cek_without_a_signature_is_completed_from_the_cache),
        LAUNCH_TEST(an_es_guest_is_measured_with_its_vcpus),
        LAUNCH_TEST(another_kernel_gets_no_secret),
        LAUNCH_TEST(another_firmware_gets_no_secret),
        LAUNCH_TEST(a_replayed_session_gets_no_secret),
        LAUNCH_TEST(a_policy_that_is_reported_wrongly_is_a_no),
        LAUNCH_TEST(an_api_that_is_reported_wrongly_is_a_no),
        LAUNCH_TEST(old_firmware_is_a_no_that_names_the_option),
        LAUNCH_TEST(old_firmware_can_be_accepted),
        LAUNCH_TEST(firmware_below_0_17_is_never_accepted),
        LAUNCH_TEST(firmware_with_a_known_fault_is_never_accepted),
        LAUNCH_TEST(a_chain_with_a_missing_link_stops_before_any_key_is_made),
        LAUNCH_TEST(the_pdh_of_another_platform_is_a_no),
        LAUNCH_TEST(a_vm_that_was_only_placed_is_left_nowhere),
        LAUNCH_TEST(a_virtual_platform_is_not_trusted_unless_its_root_is_named),
        LAUNCH_TEST(a_genuine_platform_that_is_not_the_named_one_is_a_no),
        LAUNCH_TEST(a_weak_policy_needs_the_owners_word),
        LAUNCH_TEST(a_secret_for_an_unmeasured_boot_needs_the_owners_word),
        LAUNCH_TEST(a_guest_without_secrets_may_boot_unmeasured),
        LAUNCH_TEST(a_secret_larger_than_the_area_is_refused),
        LAUNCH_TEST(the_hypervisor_itself_is_no_place_for_a_verdict),
        LAUNCH_TEST(a_host_that_can_not_run_the_guest_is_named),
        LAUNCH_TEST(a_vm_that_is_described_otherwise_is_destroyed),
        LAUNCH_TEST(a_connection_lost_at_any_step_leaves_no_vm),
        LAUNCH_TEST(destroying_is_tried_again_when_the_connection_is_lost),
        LAUNCH_TEST(a_vm_that_can_not_be_destroyed_is_named),
        LAUNCH_TEST(a_firmware_that_refuses_the_secret_leaves_no_vm),
        LAUNCH_TEST(on_request_a_failed_vm_is_kept),
        LAUNCH_TEST(stopping_at_any_step_leaves_no_vm),
        LAUNCH_TEST(two_launches_never_share_a_session),
        LAUNCH_TEST(no_file_is_written_unless_keys_are_to_be_kept),
        LAUNCH_TEST(kept_keys_are_marked_used_before_the_start),
        LAUNCH_TEST(keys_of_a_vm_that_was_destroyed_are_removed),
        LAUNCH_TEST(a_vm_name_never_leads_out_of_the_folder),
        LAUNCH_TEST(without_randomness_nothing_is_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
