/* SPDX-License-Identifier: Apache-2.0 */
/* Checks all documents of a manifest. */
#include "kube/check.h"

#include <string.h>

#include "kube/rules.h"

/* "kubectl get -o yaml" of several gives one List. */
static size_t check_document(const struct node *root,
                             struct kube_report *report)
{
    const char *kind = node_text(node_get(root, "kind"));
    const struct node *items = node_get(root, "items");
    size_t n = 0;

    if (kind != NULL && strcmp(kind, "List") == 0 && items != NULL &&
        items->kind == NODE_LIST) {
        for (size_t i = 0; i < items->n; i++) {
            struct manifest m = manifest_look(items->entries[i].value);

            n += m.kind == MANIFEST_OTHER ? 0 : 1;
            rules_check(&m, report);
        }
        return n;
    }
    {
        struct manifest m = manifest_look(root);

        rules_check(&m, report);
        return m.kind == MANIFEST_OTHER ? 0 : 1;
    }
}

void kube_check(const struct yaml_file *file, struct kube_report *report)
{
    size_t n = 0;

    for (size_t i = 0; i < file->n_documents; i++) {
        n += check_document(file->documents[i], report);
    }
    if (n == 0) {
        report_add(report, &kube_rules[RULE_NOTHING], NULL, "",
                   "none of %zu documents is a VirtualMachine, a "
                   "VirtualMachineInstance or a KubeVirt of kubevirt.io",
                   file->n_documents);
    }
}
