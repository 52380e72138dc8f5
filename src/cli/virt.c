/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs that talk to libvirt share. */
#include "cli/virt.h"

#include <json-c/json.h>

#include "cli/module.h"

static const struct module_kind virt_kind = {
    .file = "virt.so",
    .symbol = VIRT_MODULE_SYMBOL,
    .head = { .abi = VIRT_MODULE_ABI, .size = sizeof(struct virt_module) },
    .part = "libvirt",
    .install = "libvirt's client library",
};

bool virt_open(const struct virt_module **ret, struct sevk_error *err)
{
    const void *table;

    if (!module_open(&virt_kind, &table, err)) {
        return false;
    }
    *ret = table;
    return true;
}

void virt_show(struct out *out, struct virt_outcome *outcome)
{
    out->no = !outcome->yes;
    out_merge(out, outcome->tree);
    json_object_put(outcome->tree);
    outcome->tree = NULL;
}
