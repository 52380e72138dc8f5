/* SPDX-License-Identifier: Apache-2.0 */
/* What a document of a manifest describes, and where its parts are. */
#ifndef SEVKIT_KUBE_MANIFEST_H
#define SEVKIT_KUBE_MANIFEST_H

#include "kube/node.h"

enum manifest_kind {
    MANIFEST_OTHER,
    MANIFEST_VM,
    MANIFEST_VMI,
    MANIFEST_KUBEVIRT,
};

/* Views into the file's tree. */
struct manifest {
    enum manifest_kind kind;
    const struct node *root;
    const char *name;   /* of the resource; "" when it has none */
    const char *prefix; /* path of the instance's spec; "spec.template.spec." */
    const struct node *spec; /* the instance's; NULL when it is missing */
    const struct node *domain;
    const struct node *sev; /* domain.launchSecurity.sev; also "sev:" alone */
    bool has_sev;
    bool attested; /* attestation is asked for */
    bool es;
};

struct manifest manifest_look(const struct node *root);

/* Where entries that are missing would go: the deepest map that exists. */
const struct node *manifest_deepest(const struct node *root, const char *path,
                                    size_t *ret_levels);

#endif
