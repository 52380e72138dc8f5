/* SPDX-License-Identifier: Apache-2.0 */
/* Validates a domain against libvirt's own schema. */
#ifndef SEVKIT_VIRT_LINT_SCHEMA_H
#define SEVKIT_VIRT_LINT_SCHEMA_H

#include "virt/lint_rules.h"

/* Where libvirt's packages put it. */
#define LINT_SCHEMA_FILE "/usr/share/libvirt/schemas/domain.rng"

/*
 * Adds a finding for each place that the RELAX NG schema in FILE does not
 * allow. SEVK_HOST when it is not there or is none. Nothing is fetched from
 * the network. Takes a tenth of a second.
 */
SEVK_MUST_CHECK bool lint_schema(struct lint *lint, xmlDoc *doc,
                                 const char *file, struct sevk_error *err);

#endif
