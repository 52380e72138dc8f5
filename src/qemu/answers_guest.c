/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor of a guest with SEV answers in QEMU's place. */
#include "qemu/answers_guest.h"

#include <inttypes.h>

#include "base/base64.h"
#include "base/own.h"
#include "qemu/answers_probe.h"
#include "wire/policy.h"

static bool no_memory(struct sevk_error *err)
{
    return sevk_fail(err, SEVK_HOST, "out of memory for a reply");
}

/* {} */
static bool answer_empty(struct answer *ret, struct sevk_error *err)
{
    ret->result = json_object_new_object();
    return ret->result != NULL || no_memory(err);
}

/* {"data": base64} */
static bool answer_data(struct bytes data, struct answer *ret,
                        struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return base64_append(&text, data, err) && answer_empty(ret, err) &&
           (json_object_object_add(ret->result, "data",
                                   json_object_new_string(buf_string(&text))) ==
                0 ||
            no_memory(err));
}

static bool query_sev(void *ctx, const struct qmp_command *command,
                      struct answer *ret, struct sevk_error *err)
{
    const struct guest_answers *g = ctx;
    const struct vmm_info info = vmm_guest_info(g->guest);
    const struct {
        const char *key;
        uint32_t value;
    } numbers[] = {
        { "api-major", info.api_major }, { "api-minor", info.api_minor },
        { "build-id", info.build },      { "policy", info.policy },
        { "handle", info.handle },
    };

    (void)command;
    if (!answer_empty(ret, err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        json_object_object_add(ret->result, numbers[i].key,
                               json_object_new_int64(numbers[i].value));
    }
    json_object_object_add(ret->result, "enabled",
                           json_object_new_boolean(true));
    json_object_object_add(
        ret->result, "state",
        json_object_new_string(sev_guest_state_qmp_name(info.state)));
    return true;
}

static bool query_capabilities(void *ctx, const struct qmp_command *command,
                               struct answer *ret, struct sevk_error *err)
{
    const struct guest_answers *g = ctx;

    (void)command;
    return probe_sev_capabilities(g->platform, &ret->result, err);
}

static bool query_measure(void *ctx, const struct qmp_command *command,
                          struct answer *ret, struct sevk_error *err)
{
    const struct guest_answers *g = ctx;
    uint8_t measurement[MEASURE_BUF_LEN];

    (void)command;
    vmm_guest_measurement(g->guest, measurement);
    return answer_data(BYTES_OF(measurement), ret, err);
}

/* Text that is no base64 is as good as none: QEMU's message says so. */
static bool decode(const char *text, const char *complaint, struct buf *ret,
                   struct sevk_error *err)
{
    return (base64_decode(ret, bytes_of_string(text), "", NULL) &&
            ret->n > 0) ||
           sevk_fail(err, SEVK_INPUT, "%s", complaint);
}

/* *RET_GPA is left alone when no address was given. */
static bool take_gpa(const struct qmp_command *command, bool *ret_given,
                     uint64_t *ret_gpa, struct sevk_error *err)
{
    struct json_object *gpa = NULL;

    *ret_given = json_object_object_get_ex(command->arguments, "gpa", &gpa);
    if (!*ret_given) {
        return true;
    }
    if (!json_object_is_type(gpa, json_type_int) ||
        json_object_get_int64(gpa) < 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "Invalid parameter type for 'gpa', expected: uint64");
    }
    *ret_gpa = json_object_get_uint64(gpa);
    return true;
}

static bool inject_secret(void *ctx, const struct qmp_command *command,
                          struct answer *ret, struct sevk_error *err)
{
    const struct guest_answers *g = ctx;
    OWN(buf_free) struct buf header = { 0 };
    OWN(buf_free) struct buf payload = { 0 };
    const char *header_text = NULL;
    const char *payload_text = NULL;
    uint64_t gpa = 0;
    bool has_gpa = false;

    if (!answer_string(command, "packet-header", &header_text, err) ||
        !answer_string(command, "secret", &payload_text, err) ||
        !take_gpa(command, &has_gpa, &gpa, err)) {
        return false;
    }
    if (vmm_guest_info(g->guest).state == SEV_GUEST_LSECRET &&
        (!decode(header_text, "SEV: Failed to decode sequence header", &header,
                 err) ||
         !decode(payload_text, "SEV: Failed to decode data", &payload, err))) {
        return false;
    }
    return vmm_guest_inject(g->guest, buf_bytes(&header), buf_bytes(&payload),
                            has_gpa ? &gpa : NULL, err) &&
           answer_empty(ret, err);
}

static bool query_report(void *ctx, const struct qmp_command *command,
                         struct answer *ret, struct sevk_error *err)
{
    const struct guest_answers *g = ctx;
    OWN(buf_free) struct buf mnonce = { 0 };
    uint8_t report[ATTESTATION_LEN];
    const char *text = NULL;

    return answer_string(command, "mnonce", &text, err) &&
           decode(text, "SEV: failed to decode mnonce input", &mnonce, err) &&
           vmm_guest_report(g->guest, buf_bytes(&mnonce), report, err) &&
           answer_data(BYTES_OF(report), ret, err);
}

/* The guest runs for the first time: no secrets from now on. */
static bool run(void *ctx, const struct qmp_command *command,
                struct answer *ret, struct sevk_error *err)
{
    const struct guest_answers *g = ctx;

    (void)command;
    (void)ret;
    return vmm_guest_finish(g->guest, err);
}

static bool query_migrate(void *ctx, const struct qmp_command *command,
                          struct answer *ret, struct sevk_error *err)
{
    struct json_object *reasons = json_object_new_array();

    (void)ctx;
    (void)command;
    if (reasons == NULL || !answer_empty(ret, err)) {
        json_object_put(reasons);
        return no_memory(err);
    }
    json_object_array_add(reasons, json_object_new_string(SEV_NO_MIGRATION));
    json_object_object_add(ret->result, "blocked-reasons", reasons);
    return true;
}

static bool refuse_migration(void *ctx, const struct qmp_command *command,
                             struct answer *ret, struct sevk_error *err)
{
    (void)ctx;
    (void)command;
    (void)ret;
    return sevk_fail(err, SEVK_REFUSED, SEV_NO_MIGRATION);
}

/* A vCPU whose state was measured can't be reset (QEMU: "cpus are not
 * resettable, terminating"): a reboot is a shutdown, whoever asks otherwise. */
static bool set_action(void *ctx, const struct qmp_command *command,
                       struct answer *ret, struct sevk_error *err)
{
    const struct guest_answers *g = ctx;

    (void)err;
    if ((vmm_guest_info(g->guest).policy & POLICY_ES) != 0 &&
        json_object_object_get_ex(command->arguments, "reboot", NULL)) {
        json_object_object_add(command->arguments, "reboot",
                               json_object_new_string("shutdown"));
        ret->changed = true;
    }
    return true;
}

static bool human_command(void *ctx, const struct qmp_command *command,
                          struct answer *ret, struct sevk_error *err)
{
    const char *line = NULL;

    return answer_string(command, "command-line", &line, err) &&
           guest_answer_hmp(ctx, line, command, ret, err);
}

static const struct answer_row memory_rows[] = {
    { "getfd", answer_getfd },
    { "closefd", answer_closefd },
    { "dump-guest-memory", answer_dump },
    { "query-dump", answer_query_dump },
    { "query-dump-guest-memory-capability", answer_dump_formats },
    { "pmemsave", answer_pmemsave },
    { "memsave", answer_memsave },
};

/* A command about memory, whose handlers know the memory alone. */
static bool ask_memory(void *ctx, const struct qmp_command *command,
                       struct answer *ret, struct sevk_error *err)
{
    struct guest_answers *g = ctx;
    const struct answer_table table = {
        memory_rows, sizeof memory_rows / sizeof memory_rows[0], &g->memory
    };

    return answer_find(&table, command->name)
        ->handle(&g->memory, command, ret, err);
}

static const struct answer_row rows[] = {
    { "query-sev", query_sev },
    { "query-sev-capabilities", query_capabilities },
    { "query-sev-launch-measure", query_measure },
    { "sev-inject-launch-secret", inject_secret },
    { "query-sev-attestation-report", query_report },
    { "cont", run },
    { "query-migrate", query_migrate },
    { "migrate", refuse_migration },
    { "snapshot-save", refuse_migration },
    { "snapshot-load", refuse_migration },
    { "xen-save-devices-state", refuse_migration },
    { "getfd", ask_memory },
    { "closefd", ask_memory },
    { "dump-guest-memory", ask_memory },
    { "query-dump", ask_memory },
    { "query-dump-guest-memory-capability", ask_memory },
    { "pmemsave", ask_memory },
    { "memsave", ask_memory },
    { "set-action", set_action },
    { "human-monitor-command", human_command },
};

struct answer_table guest_answer_table(struct guest_answers *ctx)
{
    return (struct answer_table){ rows, sizeof rows / sizeof rows[0], ctx };
}
