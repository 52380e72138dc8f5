/* SPDX-License-Identifier: Apache-2.0 */
/* The CPU signatures behind QEMU's model names. */
#ifndef SEVKIT_VMM_CPU_MODEL_H
#define SEVKIT_VMM_CPU_MODEL_H

#include <stdbool.h>
#include <stdint.h>

/* Family, model and stepping as people write them (family 25, not 15 + 10). */
struct vmm_cpu {
    uint32_t family;
    uint32_t model;
    uint32_t stepping;
};

/*
 * What QEMU 7.2 gives for a model's name: "EPYC-Milan", also with a version
 * ("EPYC-Milan-v1"). False for a name without a signature of its own ("host")
 * and for unknown ones. "max" is what it is without KVM.
 */
bool vmm_cpu_find(const char *name, struct vmm_cpu *ret);

/* CPUID leaf 1 EAX (formats.md 7); fields that do not fit are cut. */
uint32_t vmm_cpu_signature(const struct vmm_cpu *cpu);

#endif
