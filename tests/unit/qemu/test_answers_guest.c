/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor of a guest answers, QMP and HMP. */
#include "unit/qemu/guest_bench.h"

#include "base/base64.h"
#include "base/own.h"
#include "unit/qemu/asked.h"
#include "wire/policy.h"

static void the_guest_is_described(void **state)
{
    OWN(guest_bench_close)
    struct guest_bench *b = guest_bench_open(POLICY_NODBG);

    (void)state;
    assert_answers(&b->t, "{\"execute\":\"query-sev\"}",
                   "{\"return\":{\"api-major\":1,\"api-minor\":51,\"build-id\":"
                   "3,\"policy\":1,\"handle\":1,\"enabled\":true,\"state\":"
                   "\"launch-secret\"}}");
    assert_answers(
        &b->t,
        "{\"execute\":\"human-monitor-command\",\"arguments\":{"
        "\"command-line\":\"info sev\"}}",
        "{\"return\":\"handle: 1\\r\\nstate: launch-secret\\r\\nbuild: "
        "3\\r\\napi version: 1.51\\r\\ndebug: off\\r\\nkey-sharing: "
        "on\\r\\n\"}");
    assert_answer_has(&b->t, "{\"execute\":\"query-sev-capabilities\"}",
                      "\"cbitpos\":51");
}

static void the_measurement_stays_the_same(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = guest_bench_open(1);
    const char *const ask = "{\"execute\":\"query-sev-launch-measure\"}";
    OWN(buf_free) struct buf first = asked(&b->t, ask);
    OWN(buf_free) struct buf wanted = { 0 };
    uint8_t measurement[MEASURE_BUF_LEN];
    struct sevk_error err;

    (void)state;
    vmm_guest_measurement(b->ctx.guest, measurement);
    assert_works(buf_append_string(&wanted, "{\"return\":{\"data\":\"", &err),
                 &err);
    assert_works(base64_append(&wanted, BYTES_OF(measurement), &err), &err);
    assert_works(buf_append_string(&wanted, "\"}}", &err), &err);
    assert_string_equal(buf_string(&first), buf_string(&wanted));
    assert_answers(&b->t, "{\"execute\":\"cont\"}", "PASSED");
    assert_answers(&b->t, ask, buf_string(&first));
}

static void running_ends_the_time_for_secrets(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = guest_bench_open(1);
    const char *const inject =
        "{\"execute\":\"sev-inject-launch-secret\",\"arguments\":{\"packet-"
        "header\":\"AAAA\",\"secret\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}";

    (void)state;
    assert_answer_has(&b->t, inject, "no secret area found");
    assert_answers(&b->t, "{\"execute\":\"cont\"}", "PASSED");
    assert_answers(&b->t, "{\"execute\":\"cont\"}", "PASSED");
    assert_answer_has(&b->t, inject, "SEV: Not in correct state. (LSECRET) 3");
    assert_answer_has(&b->t, "{\"execute\":\"query-sev\"}",
                      "\"state\":\"running\"");
}

static void hmp_runs_it_too(void **state)
{
    static const char *const lines[] = { "cont", " c ", "c\\n" };

    (void)state;
    for (size_t i = 0; i < N_OF(lines); i++) {
        OWN(guest_bench_close) struct guest_bench *b = guest_bench_open(1);
        char command[128];

        snprintf(command, sizeof command,
                 "{\"execute\":\"human-monitor-command\",\"arguments\":{"
                 "\"command-line\":\"%s\"}}",
                 lines[i]);
        assert_answers(&b->t, command, "PASSED");
        assert_int_equal(vmm_guest_info(b->ctx.guest).state, SEV_GUEST_RUNNING);
    }
}

static void wrong_arguments_are_refused(void **state)
{
    static const struct {
        const char *arguments;
        const char *part;
    } rows[] = {
        { "{}", "Parameter 'packet-header' is missing" },
        { "{\"packet-header\":\"AAAA\"}", "Parameter 'secret' is missing" },
        { "{\"packet-header\":1,\"secret\":\"AAAA\"}", "expected: string" },
        { "{\"packet-header\":\"*\",\"secret\":\"AAAA\"}",
          "SEV: Failed to decode sequence header" },
        { "{\"packet-header\":\"\",\"secret\":\"AAAA\"}",
          "SEV: Failed to decode sequence header" },
        { "{\"packet-header\":\"AAAA\",\"secret\":\"A\"}",
          "SEV: Failed to decode data" },
        { "{\"packet-header\":\"AAAA\",\"secret\":\"\"}",
          "SEV: Failed to decode data" },
        { "{\"packet-header\":\"AAAA\",\"secret\":\"AAAA\",\"gpa\":-1}",
          "Invalid parameter type for 'gpa'" },
        { "{\"packet-header\":\"AAAA\",\"secret\":\"AAAA\",\"gpa\":\"0\"}",
          "Invalid parameter type for 'gpa'" },
        { "{\"packet-header\":\"AAAA\",\"secret\":\"AAAA\",\"gpa\":2000000}",
          "No memory is mapped at address 0x1e8480" },
        { "{\"packet-header\":\"AAAA\",\"secret\":"
          "\"AAAAAAAAAAAAAAAAAAAAAA==\",\"gpa\":4096}",
          "SEV: failed to inject secret ret=-5 fw_error=4" },
    };
    OWN(guest_bench_close) struct guest_bench *b = guest_bench_open(1);

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        char command[300];

        snprintf(command, sizeof command,
                 "{\"execute\":\"sev-inject-launch-secret\",\"arguments\":%s}",
                 rows[i].arguments);
        assert_answer_has(&b->t, command, rows[i].part);
    }
    assert_answer_has(&b->t, "{\"execute\":\"query-sev-attestation-report\"}",
                      "Parameter 'mnonce' is missing");
    assert_answer_has(&b->t,
                      "{\"execute\":\"query-sev-attestation-report\","
                      "\"arguments\":{\"mnonce\":\"?\"}}",
                      "SEV: failed to decode mnonce input");
    assert_answer_has(&b->t, "{\"execute\":\"human-monitor-command\"}",
                      "Parameter 'command-line' is missing");
}

static void what_sev_can_not_do_is_refused(void **state)
{
    static const char *const migration[] = { "migrate", "snapshot-save",
                                             "snapshot-load" };
    OWN(guest_bench_close) struct guest_bench *b = guest_bench_open(1);
    char command[128];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(command, sizeof command, "{\"execute\":\"%s\"}", migration[i]);
        assert_answers(&b->t, command,
                       "{\"error\":{\"class\":\"GenericError\",\"desc\":\"SEV: "
                       "Migration is not implemented\"}}");
    }
    assert_answers(&b->t, "{\"execute\":\"query-migrate\"}",
                   "{\"return\":{\"blocked-reasons\":[\"SEV: Migration is not "
                   "implemented\"]}}");
}

static void hmp_commands_are_known_by_their_first_word(void **state)
{
    static const struct {
        const char *line;
        const char *part;
    } rows[] = {
        { "savevm x", "SEV: Migration" },
        { "loadvm x", "SEV: Migration" },
        { "migrate -d tcp:x", "SEV: Migration" },
        { "  info   sev ", "state:" },
        { "info status", "PASSED" },
        { "info sevx", "PASSED" },
        { "xx", "PASSED" },
        { "continue", "PASSED" },
        { "migrate_set_capability a on", "PASSED" },
        { "", "PASSED" },
        { "   ", "PASSED" },
    };
    OWN(guest_bench_close) struct guest_bench *b = guest_bench_open(1);

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        char command[128];

        snprintf(command, sizeof command,
                 "{\"execute\":\"human-monitor-command\",\"arguments\":{"
                 "\"command-line\":\"%s\"}}",
                 rows[i].line);
        assert_answer_has(&b->t, command, rows[i].part);
    }
    assert_int_equal(vmm_guest_info(b->ctx.guest).state, SEV_GUEST_LSECRET);
}

static void without_es_a_guest_may_reset(void **state)
{
    OWN(guest_bench_close) struct guest_bench *b = guest_bench_open(1);

    (void)state;
    assert_answers(&b->t,
                   "{\"execute\":\"set-action\",\"arguments\":{\"reboot\":"
                   "\"reset\"}}",
                   "PASSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_guest_is_described),
        cmocka_unit_test(the_measurement_stays_the_same),
        cmocka_unit_test(running_ends_the_time_for_secrets),
        cmocka_unit_test(hmp_runs_it_too),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(what_sev_can_not_do_is_refused),
        cmocka_unit_test(hmp_commands_are_known_by_their_first_word),
        cmocka_unit_test(without_es_a_guest_may_reset),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
