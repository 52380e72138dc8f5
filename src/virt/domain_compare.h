/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the VM that was asked for with the one that the host describes. */
#ifndef SEVKIT_VIRT_DOMAIN_COMPARE_H
#define SEVKIT_VIRT_DOMAIN_COMPARE_H

#include "virt/domain_facts.h"

/*
 * The host's description proves nothing: a host that lies can describe
 * anything. What the comparison finds is a host that changed the VM and says
 * so (a hook, an administrator's default), before a secret goes there.
 *
 * What the owner's XML leaves open may have any value in the live one, but
 * for what would change the proof: a variable store, a kernel, or commands to
 * QEMU that were not asked for are differences, and so is any disk, host
 * device, shared folder or network interface.
 *
 * Appends one sentence a difference to DIFFERENCES, separated by "; ": none
 * means that the two agree.
 */
SEVK_MUST_CHECK bool domain_compare(const xmlDoc *asked, const xmlDoc *live,
                                    struct buf *differences,
                                    struct sevk_error *err);

#endif
