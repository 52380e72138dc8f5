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

/* A run of guest-physical addresses behind which lies RAM from OFFSET on. */
struct run {
    uint64_t begin;
    uint64_t end;
    uint64_t offset;
};

static bool find_run(const struct vmm_memory *memory, uint64_t gpa,
                     struct run *ret)
{
    const uint64_t vga_end = memory->low < VGA_END ? memory->low : VGA_END;
    const struct run runs[] = {
        { 0, memory->low < VGA_BEGIN ? memory->low : VGA_BEGIN, 0 },
        { vga_end, memory->low, vga_end },
        { GIB4, GIB4 + (memory->size - memory->low), memory->low },
    };

    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        if (gpa >= runs[i].begin && gpa < runs[i].end) {
            *ret = runs[i];
            return true;
        }
    }
    return false;
}

bool vmm_memory_find(const struct vmm_memory *memory, uint64_t gpa, uint64_t n,
                     uint8_t **ret, struct sevk_error *err)
{
    struct run run;

    if (!find_run(memory, gpa, &run)) {
        bool vga = gpa >= VGA_BEGIN && gpa < VGA_END;

        return vga ? sevk_fail(err, SEVK_INPUT,
                               "Memory at address 0x%" PRIx64 " is not RAM",
                               gpa)
                   : sevk_fail(err, SEVK_INPUT,
                               "No memory is mapped at address 0x%" PRIx64,
                               gpa);
    }
    if (n > run.end - gpa) {
        return sevk_fail(err, SEVK_INPUT,
                         "Size of memory region at 0x%" PRIx64 " exceeded.",
                         gpa);
    }
    *ret = memory->ram + run.offset + (gpa - run.begin);
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
