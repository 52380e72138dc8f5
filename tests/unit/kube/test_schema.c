/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests against KubeVirt's definitions. */
#include "kube/schema.h"

#include <stdlib.h>

#include "kube/rules.h"
#include "manifest_text.h"

/* The findings about an instance whose spec is SPEC. */
static struct kube_report *about(const char *spec)
{
    OWN(buf_free) struct buf text = { 0 };
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    struct kube_report *report = calloc(1, sizeof *report);
    struct sevk_error err;

    assert_non_null(report);
    assert_works(buf_printf(&text, &err, "spec: %s\n", spec), &err);
    assert_works(yaml_parse(&text, &file, &err), &err);
    schema_check(schema_vmi, file.documents[0], report);
    return report;
}

static void one_fault(const char *spec, enum rule rule, const char *where)
{
    OWN(own_free) struct kube_report *report = about(spec);

    assert_int_equal(report->n, 1);
    assert_ptr_equal(report->findings[0].rule, &kube_rules[rule]);
    assert_string_equal(report->findings[0].where, where);
}

static void good(const char *spec)
{
    OWN(own_free) struct kube_report *report = about(spec);

    if (report->n != 0) {
        fail_msg("%s: %s", report->findings[0].where,
                 report->findings[0].message);
    }
}

#define DOMAIN(rest) "{domain: {devices: {}, " rest "}}"

static void each_kind_of_fault_is_found(void **state)
{
    (void)state;
    one_fault("{domain: {}}", RULE_REQUIRED, "spec.domain");
    one_fault("{domain: null}", RULE_REQUIRED, "spec");
    one_fault("7", RULE_TYPE, "spec");
    one_fault("{domain: []}", RULE_TYPE, "spec.domain");
    one_fault(DOMAIN("x: 1"), RULE_UNKNOWN_FIELD, "spec.domain");
    one_fault(DOMAIN("cpu: {cores: a}"), RULE_TYPE, "spec.domain.cpu.cores");
    one_fault(DOMAIN("cpu: {cores: '1'}"), RULE_TYPE, "spec.domain.cpu.cores");
    one_fault(DOMAIN("cpu: {cores: 1.5}"), RULE_TYPE, "spec.domain.cpu.cores");
    one_fault(DOMAIN("cpu: {model: 1}"), RULE_TYPE, "spec.domain.cpu.model");
    one_fault(DOMAIN("cpu: {model: yes}"), RULE_TYPE, "spec.domain.cpu.model");
    one_fault(DOMAIN("memory: {guest: 4Gb}"), RULE_VALUE,
              "spec.domain.memory.guest");
    one_fault(DOMAIN("launchSecurity: {sev: {attestation: {a: 1}}}"),
              RULE_UNKNOWN_FIELD, "spec.domain.launchSecurity.sev.attestation");
    one_fault("{domain: {devices: {disks: [{name: a}, {}]}}}", RULE_REQUIRED,
              "spec.domain.devices.disks[1]");
    one_fault("{domain: {devices: {}}, tolerations: [{operator: Equals}]}",
              RULE_VALUE, "spec.tolerations[0].operator");
    one_fault("{domain: {devices: {}}, nodeSelector: {a: 1}}", RULE_TYPE,
              "spec.nodeSelector.a");
    one_fault(
        "{domain: {devices: {}}, tolerations: [{tolerationSeconds: 1.5}]}",
        RULE_TYPE, "spec.tolerations[0].tolerationSeconds");
    one_fault("{domain: {devices: {}}, livenessProbe: "
              "{periodSeconds: 2147483648}}",
              RULE_VALUE, "spec.livenessProbe.periodSeconds");
}

static void what_is_right_has_no_fault(void **state)
{
    (void)state;
    good("{domain: {devices: {}}}");
    good(DOMAIN("memory: {guest: 4294967296}"));
    good(DOMAIN("resources: {requests: {memory: 1.5Gi, cpu: 500m}}"));
    good(DOMAIN("cpu: {cores: 2, model: null}"));
    good(DOMAIN("launchSecurity: {sev: {attestation: {}}}"));
    good("{domain: {devices: {}}, nodeSelector: {a: b, 'c/d.e': 'true'}}");
    good("{domain: {devices: {}}, livenessProbe: {periodSeconds: 2147483647, "
         "tcpSocket: {port: 80}}}");
    good("{domain: {devices: {}}, livenessProbe: {tcpSocket: {port: http}}}");
}

static void there_is_room_for_so_many_and_the_rest_is_counted(void **state)
{
    OWN(buf_free) struct buf spec = { 0 };
    struct sevk_error err;
    struct kube_report *report;

    (void)state;
    for (unsigned int i = 0; i < 150; i++) {
        assert_works(
            buf_printf(&spec, &err, "%sx%u: 1", i == 0 ? "{" : ", ", i), &err);
    }
    assert_works(buf_append_string(&spec, ", domain: {devices: {}}}", &err),
                 &err);
    report = about(buf_string(&spec));
    assert_int_equal(report->n, KUBE_FINDINGS_MAX);
    assert_int_equal(report->n_left_out, 50);
    assert_int_equal(report->n_errors, 150);
    free(report);
}

static void quantities_are_numbers_of_bytes(void **state)
{
    static const struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        { "0", 0 },
        { "1", 1 },
        { "4Gi", 4ull << 30 },
        { "1.5Ki", 1536 },
        { "1k", 1000 },
        { "1e3", 1000 },
        { "2E3", 2000 },
        { "500m", 1 },
        { "+1M", 1000000 },
        { "-1", 0 },
        { "1.", 1 },
        { ".5Ki", 512 },
        { "1Ei", 1ull << 60 },
        { "9999E", UINT64_MAX },
    };
    static const char *const bad[] = { "",    "Gi",  "4Gb",   "4 Gi", "1e",
                                       "0x1", "--1", "1.2.3", "1e99", "ten" };
    uint64_t value;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_true(quantity_parse(rows[i].text, &value));
        assert_int_equal(value, rows[i].value);
    }
    for (size_t i = 0; i < N_OF(bad); i++) {
        assert_false(quantity_parse(bad[i], &value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_fault_is_found),
        cmocka_unit_test(what_is_right_has_no_fault),
        cmocka_unit_test(there_is_room_for_so_many_and_the_rest_is_counted),
        cmocka_unit_test(quantities_are_numbers_of_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
