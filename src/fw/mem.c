/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's way to memory. */
#include "fw/mem.h"

static uint8_t *map(struct fw *fw, uint64_t paddr, size_t n, bool write)
{
    const struct fw_memory *memory = &fw->memory;

    if (memory->map == NULL || n == 0 || paddr > UINT64_MAX - n) {
        return NULL;
    }
    return memory->map(memory->ctx, paddr, n, write);
}

uint32_t mem_read(struct fw *fw, uint64_t paddr, uint8_t *ret, size_t n)
{
    const uint8_t *p = map(fw, paddr, n, false);

    if (p == NULL) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    memcpy(ret, p, n);
    return SEV_STATUS_SUCCESS;
}

uint32_t mem_write(struct fw *fw, uint64_t paddr, struct bytes data)
{
    uint8_t *p = map(fw, paddr, data.n, true);

    if (p == NULL) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    memcpy(p, data.p, data.n);
    return SEV_STATUS_SUCCESS;
}

bool mem_exists(struct fw *fw, uint64_t paddr, size_t n, bool write)
{
    return map(fw, paddr, n, write) != NULL;
}

uint32_t mem_measure_guest(struct fw *fw, struct fw_guest *guest,
                           uint64_t paddr, size_t n)
{
    const uint8_t *p = map(fw, paddr, n, false);

    if (p == NULL) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    sha256_update(&guest->launch, bytes_make(p, n));
    return SEV_STATUS_SUCCESS;
}

uint32_t mem_write_guest(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                         struct bytes plain)
{
    (void)guest;
    return mem_write(fw, paddr, plain);
}
