/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs that talk to a cluster share. */
#ifndef SEVKIT_CLI_CLUSTER_H
#define SEVKIT_CLI_CLUSTER_H

#include "cli/opt.h"
#include "cli/out.h"
#include "kube/cluster_module.h"

struct cluster_row_options {
    const char *kubeconfig;
    const char *context;
    struct opt_u32 timeout;
};

/* Rows for a struct TYPE with a struct cluster_row_options M. */
#define CLUSTER_ROWS(type, m)                                                  \
    { .name = "kubeconfig",                                                    \
      .arg = "FILE",                                                           \
      .help = "which cluster, and who one is there (default: as kubectl)",     \
      .set = opt_set_string,                                                   \
      .at = offsetof(type, m.kubeconfig) },                                    \
        { .name = "context",                                                   \
          .arg = "NAME",                                                       \
          .help = "its context to use (default: its current one)",             \
          .set = opt_set_string,                                               \
          .at = offsetof(type, m.context) },                                   \
    {                                                                          \
        .name = "timeout", .arg = "SECONDS",                                   \
        .help = "how long the cluster may take for an answer or a step",       \
        .set = opt_set_u32, .at = offsetof(type, m.timeout), .min = 1,         \
        .max = 3600, .preset = "120"                                           \
    }

/* The module of kube/cluster_module.h: cli/module.h. */
SEVK_MUST_CHECK bool cluster_open(const struct cluster_module **ret,
                                  struct sevk_error *err);

/*
 * The options as the module takes them. Without --kubeconfig: what KUBECONFIG
 * names, if it is one file, else ~/.kube/config. *RET_PATH holds the path as
 * long as RET needs it; the caller frees it.
 */
SEVK_MUST_CHECK bool cluster_from(const struct cluster_row_options *o,
                                  char **ret_path, struct cluster_options *ret,
                                  struct sevk_error *err);

#endif
