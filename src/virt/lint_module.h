/* SPDX-License-Identifier: Apache-2.0 */
/* What the lint module offers to the command line: one table of functions. */
#ifndef SEVKIT_VIRT_LINT_MODULE_H
#define SEVKIT_VIRT_LINT_MODULE_H

#include "base/module.h"
#include "virt/domain_plan.h"
#include "virt/domain_summary.h"
#include "virt/lint_fix.h"

/*
 * lib/sevkit/lint.so has all that takes libxml2, but not libvirt, which costs a
 * process 20 ms: the lint of domains, their generation, and the reading of
 * capabilities. The functions are those of virt/lint.h, virt/lint_fix.h,
 * virt/lint_table.h, virt/domain_plan.h and virt/capabilities.h.
 */
#define LINT_MODULE_ABI    1
#define LINT_MODULE_SYMBOL "sevk_lint_module"

struct lint_module {
    struct module_head head;

    bool (*begin)(const struct lint_options *options, struct lint_run **ret,
                  struct sevk_error *err);
    void (*end)(struct lint_run **run);
    bool (*text)(struct lint_run *run, struct bytes text, const char *name,
                 struct lint_report *ret, struct sevk_error *err);
    bool (*fix)(const struct lint_options *options, struct bytes text,
                const char *name, struct lint_fixed *ret,
                struct sevk_error *err);
    const struct lint_rule *(*rules)(size_t *ret_n);

    /* The XML of a plan, into the empty RET. */
    bool (*generate)(const struct domain_plan *plan, struct buf *ret,
                     struct sevk_error *err);

    bool (*read_capabilities)(struct bytes xml, struct host_libvirt *ret,
                              struct sevk_error *err);

    /* What another kind of host can be told of a domain. */
    bool (*summarise)(const char *path, struct domain_summary *ret,
                      struct sevk_error *err);
};

#endif
