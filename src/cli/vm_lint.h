/* SPDX-License-Identifier: Apache-2.0 */
/* What "vm generate" and "vm install" make is linted before it leaves. */
#ifndef SEVKIT_CLI_VM_LINT_H
#define SEVKIT_CLI_VM_LINT_H

#include "cli/lint.h"

/*
 * Lints XML, which WHAT names. An error in it is SEVK_REFUSED with the first
 * finding's sentence; warnings and notes are added to "findings" of the result
 * and told on stderr. HOST: see virt/lint.h.
 */
SEVK_MUST_CHECK bool vm_lint_result(struct out *out,
                                    const struct lint_module *module,
                                    struct bytes xml, const char *what,
                                    const struct host_facts *host,
                                    struct sevk_error *err);

#endif
