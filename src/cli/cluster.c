/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs that talk to a cluster share. */
#include "cli/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/module.h"

static const struct module_kind cluster_kind = {
    .file = "cluster.so",
    .symbol = CLUSTER_MODULE_SYMBOL,
    .head = { .abi = CLUSTER_MODULE_ABI,
              .size = sizeof(struct cluster_module) },
    .part = "cluster",
    .install = "libcurl and libfyaml",
};

bool cluster_open(const struct cluster_module **ret, struct sevk_error *err)
{
    const void *table;

    if (!module_open(&cluster_kind, &table, err)) {
        return false;
    }
    *ret = table;
    return true;
}

static bool find_kubeconfig(const char *given, char **ret,
                            struct sevk_error *err)
{
    const char *listed = getenv("KUBECONFIG");
    const char *home = getenv("HOME");

    if (given == NULL && listed != NULL && listed[0] != '\0') {
        given = listed;
        if (strchr(listed, ':') != NULL) {
            return sevk_fail(err, SEVK_USAGE,
                             "KUBECONFIG names several files, which are not "
                             "merged here; name one by --kubeconfig");
        }
    }
    if (given != NULL) {
        *ret = strdup(given);
        return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
    }
    return (home != NULL && path_join(home, ".kube/config", ret, err)) ||
           sevk_fail(err, SEVK_USAGE, "which cluster? Use --kubeconfig FILE");
}

bool cluster_from(const struct cluster_row_options *o, char **ret_path,
                  struct cluster_options *ret, struct sevk_error *err)
{
    if (!find_kubeconfig(o->kubeconfig, ret_path, err)) {
        return false;
    }
    *ret = (struct cluster_options){ .kubeconfig = *ret_path,
                                     .context = o->context,
                                     .timeout = o->timeout.value };
    return true;
}
