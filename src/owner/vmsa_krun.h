/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which vCPUs of an SEV-ES guest of libkrun start. */
#ifndef SEVKIT_OWNER_VMSA_KRUN_H
#define SEVKIT_OWNER_VMSA_KRUN_H

#include "owner/vmsa_init.h"

/*
 * libkrun is another program than QEMU: it has a firmware of its own, whose
 * places in memory stand in the registers, and the vCPUs after the first begin
 * at a fixed one. So INIT's reset vector plays no part, nor does its VM type.
 * These values have one source: what sevctl 0.6.2 puts out
 * (tests/vectors/sevctl).
 */
void vmsa_krun_bsp(const struct vmsa_init *init, uint8_t out[static VMSA_LEN]);
void vmsa_krun_ap(const struct vmsa_init *init, uint8_t out[static VMSA_LEN]);

#endif
