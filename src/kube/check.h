/* SPDX-License-Identifier: Apache-2.0 */
/* Checks all documents of a manifest. */
#ifndef SEVKIT_KUBE_CHECK_H
#define SEVKIT_KUBE_CHECK_H

#include "kube/report.h"

/*
 * Applies every rule (kube/rules.h) to every VirtualMachine,
 * VirtualMachineInstance and KubeVirt resource in FILE; documents of other
 * kinds are passed over. Findings are added to REPORT; their fixes refer to
 * FILE.
 */
void kube_check(const struct yaml_file *file, struct kube_report *report);

#endif
