/* SPDX-License-Identifier: Apache-2.0 */
/* Where a PC's memory lies in guest-physical addresses. */
#include "vmm/memory.h"

#include <inttypes.h>

#define GIB4      UINT64_C(0x100000000)
#define VGA_BEGIN UINT64_C(0xa0000)
#define VGA_END   UINT64_C(0xc0000)

struct vmm_memory vmm_memory_make(enum vmm_machine machine, uint8_t *ram,
                                  uint64_t size)
{
    uint64_t limit = machine == VMM_MACHINE_Q35 ? 0xb0000000 : 0xe0000000;
    uint64_t kept = machine == VMM_MACHINE_Q35 ? 0x80000000 : 0xc0000000;

    return (struct vmm_memory){ .ram = ram,
                                .size = size,
                                .low = size >= limit ? kept : size };
}

void vmm_memory_runs(const struct vmm_memory *memory,
                     struct vmm_memory_run ret[static VMM_MEMORY_RUNS])
{
    uint64_t low = memory->low;
    uint64_t vga = low < VGA_BEGIN ? low : VGA_BEGIN;
    uint64_t vga_end = low < VGA_END ? low : VGA_END;

    ret[0] = (struct vmm_memory_run){ 0, vga, memory->ram };
    ret[1] = (struct vmm_memory_run){ vga_end, low - vga_end,
                                      memory->ram + vga_end };
    ret[2] =
        (struct vmm_memory_run){ GIB4, memory->size - low, memory->ram + low };
}

static bool find_run(const struct vmm_memory *memory, uint64_t gpa,
                     struct vmm_memory_run *ret)
{
    struct vmm_memory_run runs[VMM_MEMORY_RUNS];

    vmm_memory_runs(memory, runs);
    for (size_t i = 0; i < VMM_MEMORY_RUNS; i++) {
        if (gpa >= runs[i].gpa && gpa - runs[i].gpa < runs[i].n) {
            *ret = runs[i];
            return true;
        }
    }
    return false;
}

bool vmm_memory_find(const struct vmm_memory *memory, uint64_t gpa, uint64_t n,
                     uint8_t **ret, struct sevk_error *err)
{
    struct vmm_memory_run run;

    if (!find_run(memory, gpa, &run)) {
        bool vga = gpa >= VGA_BEGIN && gpa < VGA_END;

        return vga ? sevk_fail(err, SEVK_INPUT,
                               "Memory at address 0x%" PRIx64 " is not RAM",
                               gpa)
                   : sevk_fail(err, SEVK_INPUT,
                               "No memory is mapped at address 0x%" PRIx64,
                               gpa);
    }
    if (n > run.n - (gpa - run.gpa)) {
        return sevk_fail(err, SEVK_INPUT,
                         "Size of memory region at 0x%" PRIx64 " exceeded.",
                         gpa);
    }
    *ret = run.ram + (gpa - run.gpa);
    return true;
}

static uint8_t *map_for_fw(void *ctx, uint64_t paddr, size_t n, bool write)
{
    uint8_t *p = NULL;

    (void)write; /* RAM is writable throughout */
    return vmm_memory_find(ctx, paddr, n, &p, NULL) ? p : NULL;
}

struct fw_memory vmm_memory_for_fw(struct vmm_memory *memory)
{
    return (struct fw_memory){ .map = map_for_fw, .ctx = memory };
}
