/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as SARIF 2.1.0, which CI services show beside the code. */
#ifndef SEVKIT_CLI_SARIF_H
#define SEVKIT_CLI_SARIF_H

#include "cli/out.h"
#include "virt/lint_report.h"

/*
 * Makes the log in the member "sarif" of the tree (OASIS SARIF 2.1.0, section
 * 3.13) from the members of "findings", and has it printed instead of the tree.
 * A file's name becomes a relative or a file: URI; one that is none (a domain
 * of a running libvirt) a logical location only.
 */
void sarif_make(struct out *out, const struct lint_rule *rules, size_t n_rules,
                struct json_object *findings);

#endif
