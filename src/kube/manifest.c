/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the parts of a manifest. */
#include "kube/manifest.h"

#include <string.h>

static enum manifest_kind kind_of(const struct node *root)
{
    static const struct {
        const char *name;
        enum manifest_kind kind;
    } table[] = {
        { "VirtualMachine", MANIFEST_VM },
        { "VirtualMachineInstance", MANIFEST_VMI },
        { "KubeVirt", MANIFEST_KUBEVIRT },
    };
    const char *kind = node_text(node_get(root, "kind"));
    const char *group = node_text(node_get(root, "apiVersion"));

    if (kind == NULL || group == NULL ||
        strncmp(group, "kubevirt.io/", strlen("kubevirt.io/")) != 0) {
        return MANIFEST_OTHER;
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(kind, table[i].name) == 0) {
            return table[i].kind;
        }
    }
    return MANIFEST_OTHER;
}

struct manifest manifest_look(const struct node *root)
{
    struct manifest m = { .kind = kind_of(root), .root = root };
    const struct node_entry *sev;
    const char *name = node_text(node_at(root, "metadata.name"));

    m.name = name == NULL ? "" : name;
    m.prefix = m.kind == MANIFEST_VM ? "spec.template.spec." : "spec.";
    m.spec =
        node_at(root, m.kind == MANIFEST_VM ? "spec.template.spec" : "spec");
    m.domain = node_get(m.spec, "domain");
    sev = node_entry(node_get(m.domain, "launchSecurity"), "sev");
    m.has_sev = sev != NULL && !node_is_null(sev->value);
    m.sev = m.has_sev ? sev->value : NULL;
    m.attested = node_get(m.sev, "attestation") != NULL;
    m.es = node_is_true(node_at(m.sev, "policy.encryptedState"));
    return m;
}

const struct node *manifest_deepest(const struct node *root, const char *path,
                                    size_t *ret_levels)
{
    const struct node *at = root;

    *ret_levels = 0;
    while (*path != '\0') {
        size_t n = strcspn(path, ".");
        char key[64];
        const struct node *next;

        if (n >= sizeof key) {
            return at;
        }
        memcpy(key, path, n);
        key[n] = '\0';
        next = node_get(at, key);
        if (next == NULL || next->kind != NODE_MAP) {
            return at;
        }
        at = next;
        (*ret_levels)++;
        path += n + (path[n] == '.' ? 1 : 0);
    }
    return at;
}
