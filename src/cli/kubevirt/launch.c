/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit kubevirt launch: from a manifest to a guest that holds its secret. */
#include <json-c/json.h>

#include "base/own.h"
#include "cli/cache.h"
#include "cli/cluster.h"
#include "cli/launch.h"
#include "cli/verb.h"
#include "cli/watch.h"

struct options {
    struct cluster_row_options cluster;
    const char *namespace_;
    struct launch_row_options launch;
};

static const struct opt rows[] = {
    CLUSTER_ROWS(struct options, cluster),
    { .name = "namespace",
      .arg = "NAME",
      .help = "where it runs (default: the manifest's, or the context's)",
      .set = opt_set_string,
      .at = offsetof(struct options, namespace_) },
    LAUNCH_ROWS(struct options, launch),
};

static void show(struct out *out, struct cluster_outcome *outcome)
{
    out->no = !outcome->yes;
    out_merge(out, outcome->tree);
    json_object_put(outcome->tree);
    outcome->tree = NULL;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct launch_secret_file secrets[OPT_LIST_MAX] = { { 0 } };
    OWN(own_free) char *cache = NULL;
    OWN(own_free) char *path = NULL;
    struct cluster_outcome outcome = { 0 };
    const struct cluster_module *module;
    struct cluster_launch_options options = {
        .manifest = call->args[0],
        .namespace_ = o->namespace_,
        .launch = launch_from(&o->launch, secrets),
    };

    if (!cache_dir(NULL, &cache, err) ||
        !cluster_from(&o->cluster, &path, &options.cluster, err)) {
        return false;
    }
    options.launch.cek_cache = cache;
    if (!cluster_open(&module, err) ||
        !module->launch(&options, watch_user(call->out), &outcome, err)) {
        return false;
    }
    show(call->out, &outcome);
    return true;
}

const struct verb verb_kubevirt_launch = {
    .noun = "kubevirt",
    .verb = "launch",
    .summary =
        "start a guest on KubeVirt, have it measured, give it its secret",
    .args = "VM.yaml",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
