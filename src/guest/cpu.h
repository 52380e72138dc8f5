/* SPDX-License-Identifier: Apache-2.0 */
/* What the processor says of itself, seen from inside a guest. */
#ifndef SEVKIT_GUEST_CPU_H
#define SEVKIT_GUEST_CPU_H

#include <stdbool.h>
#include <stdint.h>

/*
 * CPUID is what the hypervisor makes of it, so it only says what is claimed.
 * The MSR SEV_STATUS (C001_0131h, APM volume 2, 15.34.10) comes from the
 * processor: a hypervisor can't change what the guest reads there.
 */
struct cpu {
    bool claims_sev;     /* CPUID 8000_001Fh, EAX bit 1 */
    char hypervisor[13]; /* CPUID 4000_0000h, "KVMKVMKVM", "TCGTCGTCGTCG" */
    bool has_status;     /* the MSR could be read */
    uint64_t status;
};

#define CPU_STATUS_SEV    (UINT64_C(1) << 0)
#define CPU_STATUS_SEV_ES (UINT64_C(1) << 1)
#define CPU_STATUS_SNP    (UINT64_C(1) << 2)

/* This processor; the MSR through ROOT/dev/cpu/0/msr (module msr, root). */
struct cpu cpu_read(const char *root);

#endif
