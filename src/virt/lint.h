/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for the XML of a domain that is to be an SEV guest. */
#ifndef SEVKIT_VIRT_LINT_H
#define SEVKIT_VIRT_LINT_H

#include "host/facts.h"
#include "virt/domain_xml.h"
#include "virt/lint_report.h"

/*
 * Applies every rule. What a rule needs from the host (C-bit, QEMU's version)
 * comes from HOST; NULL: those rules are silent. The firmware image is looked
 * at when it exists below ROOT ("" for this machine).
 */
SEVK_MUST_CHECK bool lint_domain(const struct domain_xml *xml,
                                 const struct host_libvirt *host,
                                 const char *root, struct lint_report *ret,
                                 struct sevk_error *err);

/* The same for the file PATH. */
SEVK_MUST_CHECK bool lint_file(const char *path,
                               const struct host_libvirt *host,
                               struct lint_report *ret, struct sevk_error *err);

#endif
