/* SPDX-License-Identifier: Apache-2.0 */
/* What rules find in whole documents; each rule alone is tests/cli's. */
#include "kube/rules.h"

#include <stdlib.h>

#include "manifest_text.h"

static struct kube_report *about(const char *text)
{
    OWN(yaml_file_free) struct yaml_file file = parsed(text);
    struct kube_report *report = calloc(1, sizeof *report);

    assert_non_null(report);
    kube_check(&file, report);
    return report;
}

static bool has(const struct kube_report *report, enum rule rule)
{
    for (size_t i = 0; i < report->n; i++) {
        if (report->findings[i].rule == &kube_rules[rule]) {
            return true;
        }
    }
    return false;
}

static void a_good_instance_has_notes_alone(void **state)
{
    OWN(own_free) struct kube_report *report = about(GOOD_VMI);

    (void)state;
    assert_int_equal(report->n_errors, 0);
    assert_true(has(report, RULE_POLICY_SHARING));
    assert_false(has(report, RULE_NO_ATTESTATION));
}

static void documents_of_odd_shapes_are_survived(void **state)
{
    static const char *const texts[] = {
        "[]",
        "7",
        "kind: VirtualMachine\n",
        "apiVersion: 7\nkind: VirtualMachine\n",
        "apiVersion: [kubevirt.io/v1]\nkind: {}\n",
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\n",
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nspec: []\n",
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\n"
        "spec: {template: {spec: {domain: 7}}}\n",
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\n"
        "spec: {domain: {launchSecurity: [], firmware: 1, devices: "
        "{interfaces: 7, disks: [1, [], {disk: 8}], tpm: []}, cpu: [], "
        "memory: []}, volumes: [1]}\n",
        "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nspec: 1\n",
        "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nspec: {configuration: "
        "{developerConfiguration: {featureGates: 1}}}\n",
        "kind: List\nitems: [1, {}, []]\n",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        OWN(own_free) struct kube_report *report = about(texts[i]);

        assert_true(report->n > 0);
        assert_true(report->n_errors > 0);
    }
}

static void a_gate_is_not_asked_of_a_version_that_has_it_on(void **state)
{
    OWN(own_free)
    struct kube_report *old =
        about("apiVersion: kubevirt.io/v1\nkind: KubeVirt\nspec: {}\n"
              "status: {observedKubeVirtVersion: v1.8.2}\n");
    OWN(own_free)
    struct kube_report *new =
        about("apiVersion: kubevirt.io/v1\nkind: KubeVirt\nspec: {}\n"
              "status: {observedKubeVirtVersion: v1.10.0}\n");

    (void)state;
    assert_true(has(old, RULE_FEATURE_GATE));
    assert_int_equal(new->n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_instance_has_notes_alone),
        cmocka_unit_test(documents_of_odd_shapes_are_survived),
        cmocka_unit_test(a_gate_is_not_asked_of_a_version_that_has_it_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
