/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for manifests: what SEV needs on KubeVirt, and from where. */
#ifndef SEVKIT_KUBE_RULES_H
#define SEVKIT_KUBE_RULES_H

#include "kube/manifest.h"
#include "kube/report.h"

/*
 * The rules come from the guide (section 7; 3 and 8 for what holds for every
 * SEV guest), from what KubeVirt's admission refuses, and from what a host may
 * do to a guest that is not measured. The table is the list of all ids.
 */
enum rule {
    RULE_NOTHING,
    RULE_API_VERSION,
    RULE_UNKNOWN_FIELD,
    RULE_TYPE,
    RULE_REQUIRED,
    RULE_VALUE,
    RULE_LAUNCH_SECURITY,
    RULE_LAUNCH_SECURITY_ONE,
    RULE_EFI,
    RULE_BIOS,
    RULE_SECURE_BOOT,
    RULE_EFI_PERSISTENT,
    RULE_START_STRATEGY,
    RULE_NO_ATTESTATION,
    RULE_SESSION,
    RULE_SESSION_ONCE,
    RULE_POLICY_NO_ES,
    RULE_POLICY_SHARING,
    RULE_BOOT_ORDER,
    RULE_SRIOV,
    RULE_HOST_DEVICE,
    RULE_DISK_BUS,
    RULE_TPM,
    RULE_MACHINE,
    RULE_ARCHITECTURE,
    RULE_MEMORY,
    RULE_MEMORY_HOTPLUG,
    RULE_CPU_HOTPLUG,
    RULE_EVICTION,
    RULE_REBOOT,
    RULE_RUN_STRATEGY,
    RULE_KERNEL_BOOT,
    RULE_CLOUD_INIT,
    RULE_FEATURE_GATE,
    RULE_FEATURE_GATE_DISABLED,
    RULE_VERSION,
    RULE_EMULATION,
    RULE_CLUSTER_KUBEVIRT,
    RULE_CLUSTER_NODES,
    RULE_CLUSTER_NODES_ES,
    RULE_CLUSTER_DEVICE,
    RULE_CLUSTER_SCHEDULABLE,
    RULE_CLUSTER_NODE,
    RULE_VMI_STATE,
    N_RULES,
};

extern const struct kube_rule kube_rules[N_RULES];

/* The rules for one document of the file, with the definitions' demands. */
void rules_check(const struct manifest *manifest, struct kube_report *report);

/* The same without the definitions, for what a server has accepted. */
void rules_live(const struct manifest *manifest, struct kube_report *report);

/* rules_devices.c: what a guest is made of. */
void rules_devices(const struct manifest *manifest, struct kube_report *report);

/* rules_kubevirt.c: a KubeVirt resource, "the CR". */
void rules_kubevirt(const struct manifest *manifest,
                    struct kube_report *report);

/* One finding of RULE at PATH below the manifest's pod-like spec. */
struct kube_finding *rule_add(struct kube_report *report, enum rule rule,
                              const struct manifest *manifest,
                              const struct node *node, const char *path,
                              const char *fmt, ...) SEVK_PRINTF(6, 7);

#endif
