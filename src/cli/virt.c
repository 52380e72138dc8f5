/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs that talk to libvirt share. */
#include "cli/virt.h"

#include <json-c/json.h>

void virt_show(struct out *out, struct virt_outcome *outcome)
{
    out->no = !outcome->yes;
    out_merge(out, outcome->tree);
    json_object_put(outcome->tree);
    outcome->tree = NULL;
}
