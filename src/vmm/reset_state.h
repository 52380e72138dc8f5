/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which QEMU and KVM hand a vCPU to the firmware. */
#ifndef SEVKIT_VMM_RESET_STATE_H
#define SEVKIT_VMM_RESET_STATE_H

#include "wire/vmsa.h"

/*
 * formats.md 7. Which of the two a host makes depends on how KVM was asked for
 * the VM: KVM_SEV_ES_INIT leaves MXCSR and the x87 control word zero, as QEMU
 * 7.2 gets them; KVM_SEV_INIT2 (Linux 6.10, QEMU 9.1) sets them.
 */
enum vmm_generation {
    VMM_GENERATION_LEGACY,
    VMM_GENERATION_INIT2,
};

struct vmm_vcpu {
    uint32_t index;        /* 0 is the boot processor */
    uint32_t signature;    /* CPUID leaf 1 EAX of the guest's CPU model */
    uint32_t reset_vector; /* from the firmware image; for all but vCPU 0 */
    enum vmm_generation generation;
};

/* The 4096 bytes that LAUNCH_UPDATE_VMSA gets for this vCPU. */
void vmm_reset_state(const struct vmm_vcpu *vcpu, uint8_t out[static VMSA_LEN]);

#endif
