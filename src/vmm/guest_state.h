/* SPDX-License-Identifier: Apache-2.0 */
/* What guest.c and launch.c share: not for others. */
#ifndef SEVKIT_VMM_GUEST_STATE_H
#define SEVKIT_VMM_GUEST_STATE_H

#include "fw/driver.h"
#include "vmm/guest.h"
#include "wire/ovmf_table.h"

struct vmm_guest {
    struct driver *driver;
    struct vmm_memory *memory;
    struct ovmf_table table;
    struct vmm_info info;
    uint8_t measurement[MEASURE_BUF_LEN];
};

/* The errno with which KVM passes on what the firmware refused: EIO. */
#define KVM_REFUSED (-5)

/* What QEMU prints for a firmware error; RET is the number it shows with it. */
bool vmm_fail_as_qemu(struct sevk_error *err, const struct sevk_error *cause,
                      const char *what, int ret);

/* The whole launch, up to LAUNCH_MEASURE; G holds what was reached. */
SEVK_MUST_CHECK bool vmm_launch(struct vmm_guest *g, const struct vmm_params *p,
                                struct sevk_error *err);

#endif
