/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the lint, and shows its findings. */
#ifndef SEVKIT_CLI_LINT_H
#define SEVKIT_CLI_LINT_H

#include "cli/out.h"
#include "virt/lint_module.h"

/* The module of libxml2 (virt/lint_module.h). */
SEVK_MUST_CHECK bool lint_open(const struct lint_module **ret,
                               struct sevk_error *err);

/* Adds the findings about FILE to LIST; an error makes the verdict no. */
void lint_show(struct out *out, const char *file,
               const struct lint_report *report, struct json_object *list);

/* The rules as "rules" of the tree, and how that is drawn. */
void lint_show_rules(struct out *out, const struct lint_rule *rules, size_t n);

/* For a verb whose tree has "findings": a line for each, what to do below. */
out_drawer lint_draw;

#endif
