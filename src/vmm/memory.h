/* SPDX-License-Identifier: Apache-2.0 */
/* Where a PC's memory lies in guest-physical addresses. */
#ifndef SEVKIT_VMM_MEMORY_H
#define SEVKIT_VMM_MEMORY_H

#include <sevkit/error.h>

#include "fw/fw.h"

/*
 * A PC's RAM is one run of bytes that QEMU lays out in two parts: from 0 up to
 * a limit below 4 GiB, and the rest from 4 GiB on (lab.md's machine, QEMU 7.2):
 *
 *   q35   RAM from 0B0000000h on: 080000000h stay low; less: all of it
 *   pc    RAM from 0E0000000h on: 0C0000000h stay low; less: all of it
 *
 * The flash ends at 4 GiB; it is not part of this map, because nobody but the
 * launch itself gives it to the firmware (driver_launch_update_buffer()).
 * 0A0000h to 0BFFFFh belong to the VGA adapter.
 *
 * The map is a view: whoever mapped the RAM keeps it until the guest is gone.
 */
struct vmm_memory {
    uint8_t *ram;  /* all of it, one piece in this process */
    uint64_t size; /* a multiple of 4096 */
    uint64_t low;  /* how much of it lies below 4 GiB */
};

enum vmm_machine {
    VMM_MACHINE_Q35,
    VMM_MACHINE_PC,
};

struct vmm_memory vmm_memory_make(enum vmm_machine machine, uint8_t *ram,
                                  uint64_t size);

/*
 * The N bytes of RAM at guest-physical address GPA. Fails (SEVK_INPUT) where
 * QEMU does and with its words: "No memory is mapped at address 0x…",
 * "Memory at address 0x… is not RAM", "Size of memory region at 0x… exceeded."
 */
SEVK_MUST_CHECK bool vmm_memory_find(const struct vmm_memory *memory,
                                     uint64_t gpa, uint64_t n, uint8_t **ret,
                                     struct sevk_error *err);

/* The runs of addresses behind which lies RAM, in their order. */
struct vmm_memory_run {
    uint64_t gpa;
    uint64_t n; /* may be 0 */
    uint8_t *ram;
};
#define VMM_MEMORY_RUNS 3
void vmm_memory_runs(const struct vmm_memory *memory,
                     struct vmm_memory_run ret[static VMM_MEMORY_RUNS]);

/* The same map for the firmware, for which guest-physical is system-physical.
 * MEMORY must stay where it is. */
struct fw_memory vmm_memory_for_fw(struct vmm_memory *memory);

#endif
