/* SPDX-License-Identifier: Apache-2.0 */
/* What the lint module offers to the command line: one table of functions. */
#include "virt/lint_module.h"

#include "virt/capabilities.h"

__attribute__((
    visibility("default"))) extern const struct lint_module sevk_lint_module;

const struct lint_module sevk_lint_module = {
    .head = { .abi = LINT_MODULE_ABI, .size = sizeof(struct lint_module) },
    .begin = lint_begin,
    .end = lint_end,
    .text = lint_text,
    .fix = lint_fix,
    .rules = lint_rules,
    .generate = domain_generate,
    .read_capabilities = capabilities_read,
    .summarise = domain_summary_read,
};
