/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for the KubeVirt resource: what the installation allows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kube/rules.h"

#define GATE      "WorkloadEncryptionSEV"
#define DEVELOPER "spec.configuration.developerConfiguration"

static const struct node_entry *find_gate(const struct node *developer,
                                          const char *list)
{
    const struct node *gates = node_get(developer, list);

    for (size_t i = 0;
         gates != NULL && gates->kind == NODE_LIST && i < gates->n; i++) {
        const char *text = node_text(gates->entries[i].value);

        if (text != NULL && strcmp(text, GATE) == 0) {
            return &gates->entries[i];
        }
    }
    return NULL;
}

/* "v1.9.0-rc.0" gives 1 and 9; false when no version is told. */
static bool version_of(const struct node *root, unsigned long *ret_major,
                       unsigned long *ret_minor)
{
    static const char *const paths[] = { "status.observedKubeVirtVersion",
                                         "spec.imageTag" };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *text = node_text(node_at(root, paths[i]));
        char *end;

        if (text == NULL) {
            continue;
        }
        text += text[0] == 'v' ? 1 : 0;
        if (text[0] < '0' || text[0] > '9') {
            continue;
        }
        *ret_major = strtoul(text, &end, 10);
        if (*end == '.' && end[1] >= '0' && end[1] <= '9') {
            *ret_minor = strtoul(end + 1, NULL, 10);
            return true;
        }
    }
    return false;
}

/*
 * The gate is Beta, and so on without being named, since KubeVirt 1.9: so say
 * the project's pull requests 18048 and 17405 (github.com/kubevirt/kubevirt).
 */
static bool on_by_default(const struct node *root)
{
    unsigned long major;
    unsigned long minor;

    return version_of(root, &major, &minor) &&
           (major > 1 || (major == 1 && minor >= 9));
}

static void check_version(const struct manifest *m, struct kube_report *report)
{
    unsigned long major;
    unsigned long minor;

    if (version_of(m->root, &major, &minor) && major == 0 && minor < 49) {
        report_add(report, &kube_rules[RULE_VERSION], m->root, "status",
                   "KubeVirt %lu.%lu has no SEV", major, minor);
    }
}

static void check_gate(const struct manifest *m, const struct node *developer,
                       struct kube_report *report)
{
    static const char *const texts[] = {
        "spec.configuration.developerConfiguration.featureGates: [" GATE "]",
        "configuration.developerConfiguration.featureGates: [" GATE "]",
        "developerConfiguration.featureGates: [" GATE "]",
        "featureGates: [" GATE "]",
    };
    const struct node *gates = node_get(developer, "featureGates");
    struct kube_finding *f;
    size_t levels;
    const struct node *at = manifest_deepest(m->root, DEVELOPER, &levels);

    if (find_gate(developer, "featureGates") != NULL ||
        on_by_default(m->root)) {
        return;
    }
    f = report_add(report, &kube_rules[RULE_FEATURE_GATE],
                   gates == NULL ? at : gates, DEVELOPER ".featureGates",
                   "the feature gate " GATE " is not there, and without it "
                   "KubeVirt before 1.9 refuses SEV guests");
    if (gates != NULL && gates->kind == NODE_LIST) {
        f->fix = (struct fix){ FIX_APPEND, gates, NULL, GATE };
    } else if (gates == NULL && at->kind == NODE_MAP) {
        f->fix = (struct fix){ FIX_ADD, at, NULL, texts[levels] };
    }
}

void rules_kubevirt(const struct manifest *m, struct kube_report *report)
{
    const struct node *developer = node_at(m->root, DEVELOPER);
    const struct node_entry *disabled =
        find_gate(developer, "disabledFeatureGates");

    check_version(m, report);
    if (disabled != NULL) {
        report_add(report, &kube_rules[RULE_FEATURE_GATE_DISABLED],
                   disabled->value, DEVELOPER ".disabledFeatureGates",
                   "the feature gate " GATE " is switched off");
    } else {
        check_gate(m, developer, report);
    }
    if (node_is_true(node_get(developer, "useEmulation"))) {
        report_add(report, &kube_rules[RULE_EMULATION],
                   node_get(developer, "useEmulation"),
                   DEVELOPER ".useEmulation",
                   "VMs are emulated in software, where there is no SEV");
    }
}
