/* SPDX-License-Identifier: Apache-2.0
 *
 * QEMU's fw_cfg device, as docs/specs/fw_cfg of QEMU describes it. */
#include "fwcfg.h"

#include "bytes.h"
#include "io.h"

enum {
    PORT_SELECT = 0x510,
    PORT_DATA = 0x511,
    PORT_DMA_HIGH = 0x514,
    PORT_DMA_LOW = 0x518,

    KEY_SIGNATURE = 0x00,
    KEY_FEATURES = 0x01,
    KEY_DIRECTORY = 0x19,

    FEATURE_DMA = 0x02,
    DMA_READ = 0x02,

    MOST_FILES = 4096,
};

/* All big-endian. */
struct dma_request {
    uint32_t control;
    uint32_t length;
    uint32_t address_high;
    uint32_t address_low;
};

struct directory_entry {
    uint32_t size; /* big-endian */
    uint16_t key;  /* big-endian */
    uint16_t reserved;
    char name[56];
};

static bool use_dma;

bool fwcfg_present(void)
{
    uint8_t signature[4];

    use_dma = false;
    fwcfg_select(KEY_SIGNATURE);
    fwcfg_read(signature, sizeof(signature));
    if (!bytes_equal(signature, "QEMU", 4))
        return false;
    use_dma = fwcfg_u32(KEY_FEATURES) & FEATURE_DMA;
    return true;
}

void fwcfg_select(uint16_t key)
{
    out16(PORT_SELECT, key);
}

void fwcfg_read(void *to, uint32_t length)
{
    if (!use_dma) {
        in8_many(PORT_DATA, to, length);
        return;
    }
    volatile struct dma_request request = {
        .control = __builtin_bswap32(DMA_READ),
        .length = __builtin_bswap32(length),
        .address_low = __builtin_bswap32((uint32_t)(uintptr_t)to),
    };
    out32(PORT_DMA_HIGH, 0);
    out32(PORT_DMA_LOW, __builtin_bswap32((uint32_t)(uintptr_t)&request));
    while (request.control & ~__builtin_bswap32(1))
        ;
}

uint32_t fwcfg_u32(uint16_t key)
{
    uint8_t bytes[4];

    fwcfg_select(key);
    fwcfg_read(bytes, sizeof(bytes));
    return read_u32(bytes);
}

static bool name_is(const char stored[static 56], const char *name)
{
    for (int i = 0; i < 56; i++) {
        if (stored[i] != name[i])
            return false;
        if (name[i] == '\0')
            return true;
    }
    return false;
}

bool fwcfg_file(const char *name, uint16_t *ret_key, uint32_t *ret_size)
{
    uint32_t count = __builtin_bswap32(fwcfg_u32(KEY_DIRECTORY));

    for (uint32_t i = 0; i < count && i < MOST_FILES; i++) {
        struct directory_entry entry;
        fwcfg_read(&entry, sizeof(entry));
        if (name_is(entry.name, name)) {
            *ret_key = __builtin_bswap16(entry.key);
            *ret_size = __builtin_bswap32(entry.size);
            return true;
        }
    }
    return false;
}
