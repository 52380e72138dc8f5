/* SPDX-License-Identifier: Apache-2.0 */
/* How each rule's findings are mended. */
#ifndef SEVKIT_VIRT_LINT_MEND_H
#define SEVKIT_VIRT_LINT_MEND_H

#include "virt/lint_rules.h"
#include "virt/xml_edit.h"

/*
 * Adds the edits that mend finding I of LINT to EDITOR, as its open group.
 * None: it can't be mended, or not before something else is.
 */
void lint_mend(const struct lint *lint, size_t i, struct xml_editor *editor);

#endif
