/* SPDX-License-Identifier: Apache-2.0 */
/* What the manifests' module offers to the command line: one table. */
#ifndef SEVKIT_KUBE_MODULE_H
#define SEVKIT_KUBE_MODULE_H

#include "base/module.h"
#include "kube/generate.h"
#include "kube/report.h"

/*
 * lib/sevkit/kube.so: manifests, with libfyaml. What talks to a cluster is
 * cluster.so (kube/cluster_module.h), so that a check of files does not pay
 * for libcurl.
 *
 * In the reports that these functions fill, "fix" says by its kind whether
 * --fix can mend the finding; its pointers are NULL.
 */
#define KUBE_MODULE_ABI    2
#define KUBE_MODULE_SYMBOL "sevk_kube_module"

struct kube_module {
    struct module_head head;

    /* Checks the file PATH ("-": standard input). RET's old content goes. */
    bool (*check)(const char *path, struct kube_report *ret,
                  struct sevk_error *err);

    /*
     * The file's text with all mended that can be, how many that were, and
     * what is left.
     */
    bool (*fix)(const char *path, struct buf *ret_text, size_t *ret_n,
                struct kube_report *ret_left, struct sevk_error *err);

    /* All of them: *RET_N. */
    const struct kube_rule *(*rules)(size_t *ret_n);

    /* A new manifest; see kube/generate.h. */
    bool (*generate)(const struct generate_options *options,
                     struct buf *ret_text, struct sevk_error *err);
};

#endif
