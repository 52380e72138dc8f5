/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm launch: from a description to a guest that holds its secret. */
#include "cli/launch.h"
#include "base/own.h"
#include "cli/cache.h"
#include "cli/verb.h"
#include "cli/virt.h"

struct options {
    const char *connect;
    struct launch_row_options launch;
    bool insecure;
    bool trust_host_files;
    struct opt_u32 timeout;
};

static const struct opt rows[] = {
    CONNECT_ROW(struct options, connect),
    LAUNCH_ROWS(struct options, launch),
    { .name = "insecure",
      .help = "also on the hypervisor itself, where a verdict proves nothing",
      .set = opt_set_flag,
      .at = offsetof(struct options, insecure) },
    { .name = "trust-host-files",
      .help = "read firmware and kernel where the host has them",
      .set = opt_set_flag,
      .at = offsetof(struct options, trust_host_files) },
    TIMEOUT_ROW(struct options, timeout),
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct launch_secret_file secrets[OPT_LIST_MAX] = { { 0 } };
    OWN(own_free) char *cache = NULL;
    struct virt_outcome outcome = { 0 };
    const struct virt_module *module;
    struct virt_launch_options options = {
        .connect = o->connect,
        .xml = call->args[0],
        .launch = launch_from(&o->launch, secrets),
        .trust_host_files = o->trust_host_files,
        .timeout = o->timeout.value,
    };

    if (!cache_dir(NULL, &cache, err)) {
        return false;
    }
    options.launch.cek_cache = cache;
    options.launch.insecure = o->insecure;
    if (!virt_open(&module, err) ||
        !module->launch(&options, watch_user(call->out), &outcome, err)) {
        return false;
    }
    virt_show(call->out, &outcome);
    return true;
}

const struct verb verb_vm_launch = {
    .noun = "vm",
    .verb = "launch",
    .summary = "start a guest, have it measured, and give it its secret",
    .args = "VM.xml",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
