/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm info: what libvirt tells of a guest's launch security. */
#include <json-c/json.h>

#include "cli/verb.h"
#include "cli/virt.h"

struct options {
    const char *connect;
    struct opt_u32 timeout;
};

static const struct opt rows[] = {
    CONNECT_ROW(struct options, connect),
    TIMEOUT_ROW(struct options, timeout),
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct virt_info_options options = { .connect = o->connect,
                                         .domain = call->args[0],
                                         .timeout = o->timeout.value };
    const struct virt_module *module;
    struct json_object *tree = NULL;

    if (!virt_open(&module, err) || !module->info(&options, &tree, err)) {
        return false;
    }
    out_merge(call->out, tree);
    json_object_put(tree);
    return true;
}

const struct verb verb_vm_info = {
    .noun = "vm",
    .verb = "info",
    .summary = "show what a host tells of a guest's launch security",
    .args = "NAME|UUID|ID",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
