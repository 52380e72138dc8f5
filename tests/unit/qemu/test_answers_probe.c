/* SPDX-License-Identifier: Apache-2.0 */
/* What a probe is told. */
#include "unit/fw/rig.h"

#include "base/own.h"
#include "qemu/answers_probe.h"
#include "unit/qemu/asked.h"

static void without_kvm_qemu_answers(void **state)
{
    struct probe_answers ctx = { .platform = "/nowhere" };
    const struct answer_table t = probe_answer_table(&ctx);

    (void)state;
    assert_answers(&t, "{\"execute\":\"query-kvm\"}", "PASSED");
    assert_answers(&t,
                   "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{"
                   "\"model\":{\"name\":\"host\"}}}",
                   "PASSED");
    assert_answers(&t, "{\"execute\":\"query-version\"}", "PASSED");
}

static void with_kvm_the_host_is_called_max(void **state)
{
    struct probe_answers ctx = { .platform = "/nowhere", .claims_kvm = true };
    const struct answer_table t = probe_answer_table(&ctx);

    (void)state;
    assert_answers(&t, "{\"execute\":\"query-kvm\"}",
                   "{\"return\":{\"enabled\":true,\"present\":true}}");
    assert_answers(&t,
                   "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{"
                   "\"type\":\"full\",\"model\":{\"props\":{\"a\":true},"
                   "\"name\":\"host\"}}}",
                   "CHANGED {\"execute\":\"query-cpu-model-expansion\","
                   "\"arguments\":{\"type\":\"full\",\"model\":{\"props\":{"
                   "\"a\":true},\"name\":\"max\"}}}");
    assert_answers(&t,
                   "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{"
                   "\"model\":{\"name\":\"EPYC\"}}}",
                   "PASSED");
    /* What has another shape is QEMU's to refuse. */
    assert_answers(&t, "{\"execute\":\"query-cpu-model-expansion\"}", "PASSED");
    assert_answers(&t,
                   "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":{"
                   "\"model\":[]}}",
                   "PASSED");
    assert_answers(&t,
                   "{\"execute\":\"query-cpu-model-expansion\",\"arguments\":"
                   "7}",
                   "PASSED");
}

static void the_reply_is_called_host_again(void **state)
{
    struct probe_answers ctx = { .platform = "/nowhere", .claims_kvm = true };
    const struct answer_table t = probe_answer_table(&ctx);
    OWN(qmp_command_free) struct qmp_command c = { 0 };
    struct json_object *reply = json_tokener_parse(
        "{\"return\":{\"model\":{\"name\":\"max\",\"props\":{}}},\"id\":1}");
    struct json_object *odd = json_tokener_parse("{\"return\":[]}");
    struct answer how = { 0 };
    struct sevk_error err;

    (void)state;
    qmp_command_parse(
        bytes_of_string("{\"execute\":\"query-cpu-model-expansion\","
                        "\"arguments\":{\"model\":{\"name\":\"host\"}}}"),
        &c);
    assert_works(answer_find(&t, c.name)->handle(t.ctx, &c, &how, &err), &err);
    how.edit_reply(reply);
    assert_string_equal(
        json_object_to_json_string_ext(reply, JSON_C_TO_STRING_PLAIN),
        "{\"return\":{\"model\":{\"name\":\"host\",\"props\":{}}},\"id\":1}");
    how.edit_reply(odd);
    json_object_put(reply);
    json_object_put(odd);
}

static void the_platform_is_described(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct probe_answers ctx = { .platform = rig->platform };
    const struct answer_table t = probe_answer_table(&ctx);
    OWN(buf_free)
    struct buf said = asked(&t, "{\"execute\":\"query-sev-capabilities\"}");
    struct json_object *o = json_tokener_parse(buf_string(&said));
    struct json_object *r = json_object_object_get(o, "return");

    (void)state;
    /* 2084, 6252 and 64 bytes as base64. */
    assert_int_equal(
        json_object_get_string_len(json_object_object_get(r, "pdh")), 2780);
    assert_int_equal(
        json_object_get_string_len(json_object_object_get(r, "cert-chain")),
        8336);
    assert_int_equal(
        json_object_get_string_len(json_object_object_get(r, "cpu0-id")), 88);
    assert_int_equal(json_object_get_int(json_object_object_get(r, "cbitpos")),
                     51);
    assert_int_equal(
        json_object_get_int(json_object_object_get(r, "reduced-phys-bits")), 1);
    json_object_put(o);
}

static void without_a_platform_there_is_an_error(void **state)
{
    struct probe_answers ctx = { .platform = "/nowhere" };
    const struct answer_table t = probe_answer_table(&ctx);

    (void)state;
    assert_answer_has(&t, "{\"execute\":\"query-sev-capabilities\"}",
                      "{\"error\":");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_kvm_qemu_answers),
        cmocka_unit_test(with_kvm_the_host_is_called_max),
        cmocka_unit_test(the_reply_is_called_host_again),
        cmocka_unit_test(the_platform_is_described),
        cmocka_unit_test(without_a_platform_there_is_an_error),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
