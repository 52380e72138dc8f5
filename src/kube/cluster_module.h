/* SPDX-License-Identifier: Apache-2.0 */
/* What the clusters' module offers to the command line: one table. */
#ifndef SEVKIT_KUBE_CLUSTER_MODULE_H
#define SEVKIT_KUBE_CLUSTER_MODULE_H

#include "attest/launch.h"
#include "base/module.h"
#include "kube/report.h"

/*
 * lib/sevkit/cluster.so: a cluster's API server, with libcurl, and KubeVirt as
 * a host of attested launches. Options are plain values; their strings are the
 * caller's.
 */
#define CLUSTER_MODULE_ABI    1
#define CLUSTER_MODULE_SYMBOL "sevk_cluster_module"

struct json_object; /* json-c's */

struct cluster_options {
    const char *kubeconfig; /* a path */
    const char *context;    /* NULL: current-context */
    uint32_t timeout;       /* seconds for each answer and wait; not 0 */
};

/* sevkit kubevirt launch: what attest/launch.h takes, and where. */
struct cluster_launch_options {
    struct cluster_options cluster;
    const char *manifest;   /* the owner's, a file with one VM in it */
    const char *namespace_; /* NULL: the manifest's, else the kubeconfig's */
    struct launch_options launch;
};

struct cluster_outcome {
    bool yes;
    struct json_object *tree; /* as of virt/module.h; json_object_put() it */
};

struct cluster_module {
    struct module_head head;

    /* See kube/cluster.h. RET_CONTEXT is the name of what was checked. */
    bool (*check)(const struct cluster_options *options, const char *const *vms,
                  size_t n, struct watch watch, struct kube_report *ret,
                  struct buf *ret_context, struct sevk_error *err);

    bool (*launch)(const struct cluster_launch_options *options,
                   struct watch watch, struct cluster_outcome *ret,
                   struct sevk_error *err);
};

#endif
