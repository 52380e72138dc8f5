/* SPDX-License-Identifier: Apache-2.0 */
/* The CPU signatures behind QEMU's model names. */
#include "vmm/cpu_model.h"

#include <stddef.h>
#include <string.h>

/*
 * As query-cpu-model-expansion tells them. A name with a version stands here
 * only where it differs from the name without.
 */
static const struct {
    const char *name;
    struct vmm_cpu cpu;
} models[] = {
    { "EPYC", { 23, 1, 2 } },
    { "EPYC-IBPB", { 23, 1, 2 } },
    { "EPYC-Rome", { 23, 49, 0 } },
    { "EPYC-Milan", { 25, 1, 1 } },
    { "EPYC-Genoa", { 25, 17, 0 } },
    { "Dhyana", { 24, 0, 1 } },
    { "Opteron_G1", { 15, 6, 1 } },
    { "Opteron_G2", { 15, 6, 1 } },
    { "Opteron_G3", { 16, 2, 3 } },
    { "Opteron_G4", { 21, 1, 2 } },
    { "Opteron_G5", { 21, 2, 0 } },
    { "phenom", { 16, 2, 3 } },
    { "athlon", { 6, 2, 3 } },
    { "max", { 15, 107, 1 } },
    { "qemu64", { 15, 107, 1 } },
    { "qemu32", { 6, 6, 3 } },
    { "kvm64", { 15, 6, 1 } },
    { "kvm32", { 15, 6, 1 } },
    { "Broadwell", { 6, 61, 2 } },
    { "Broadwell-IBRS", { 6, 61, 2 } },
    { "Broadwell-noTSX", { 6, 61, 2 } },
    { "Broadwell-noTSX-IBRS", { 6, 61, 2 } },
    { "Cascadelake-Server", { 6, 85, 6 } },
    { "Cascadelake-Server-noTSX", { 6, 85, 6 } },
    { "Conroe", { 6, 15, 3 } },
    { "Cooperlake", { 6, 85, 10 } },
    { "Denverton", { 6, 95, 1 } },
    { "Haswell", { 6, 60, 4 } },
    { "Haswell-IBRS", { 6, 60, 4 } },
    { "Haswell-noTSX", { 6, 60, 1 } },
    { "Haswell-noTSX-IBRS", { 6, 60, 1 } },
    { "Haswell-v2", { 6, 60, 1 } },
    { "Haswell-v4", { 6, 60, 1 } },
    { "Icelake-Server", { 6, 134, 0 } },
    { "Icelake-Server-noTSX", { 6, 134, 0 } },
    { "Icelake-Server-v4", { 6, 106, 0 } },
    { "Icelake-Server-v5", { 6, 106, 0 } },
    { "Icelake-Server-v6", { 6, 106, 0 } },
    { "IvyBridge", { 6, 58, 9 } },
    { "IvyBridge-IBRS", { 6, 58, 9 } },
    { "Nehalem", { 6, 26, 3 } },
    { "Nehalem-IBRS", { 6, 26, 3 } },
    { "Penryn", { 6, 23, 3 } },
    { "SandyBridge", { 6, 42, 1 } },
    { "SandyBridge-IBRS", { 6, 42, 1 } },
    { "Skylake-Client", { 6, 94, 3 } },
    { "Skylake-Client-IBRS", { 6, 94, 3 } },
    { "Skylake-Client-noTSX-IBRS", { 6, 94, 3 } },
    { "Skylake-Server", { 6, 85, 4 } },
    { "Skylake-Server-IBRS", { 6, 85, 4 } },
    { "Skylake-Server-noTSX-IBRS", { 6, 85, 4 } },
    { "Snowridge", { 6, 134, 1 } },
    { "Westmere", { 6, 44, 1 } },
    { "Westmere-IBRS", { 6, 44, 1 } },
};

static bool find_exactly(const char *name, size_t n, struct vmm_cpu *ret)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        if (strlen(models[i].name) == n &&
            memcmp(models[i].name, name, n) == 0) {
            *ret = models[i].cpu;
            return true;
        }
    }
    return false;
}

/* The length of NAME without "-v" and digits at its end. */
static size_t unversioned(const char *name)
{
    size_t n = strlen(name);
    size_t digits = 0;

    while (digits < n && name[n - 1 - digits] >= '0' &&
           name[n - 1 - digits] <= '9') {
        digits++;
    }
    if (digits == 0 || n < digits + 2 ||
        memcmp(name + n - digits - 2, "-v", 2) != 0) {
        return n;
    }
    return n - digits - 2;
}

bool vmm_cpu_find(const char *name, struct vmm_cpu *ret)
{
    return find_exactly(name, strlen(name), ret) ||
           find_exactly(name, unversioned(name), ret);
}

uint32_t vmm_cpu_signature(const struct vmm_cpu *cpu)
{
    uint32_t base = cpu->family < 15 ? cpu->family : 15;
    uint32_t extended = (cpu->family - base) & 0xff;

    return extended << 20 | (cpu->model >> 4 & 0xf) << 16 | base << 8 |
           (cpu->model & 0xf) << 4 | (cpu->stepping & 0xf);
}
