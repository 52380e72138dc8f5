/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks the GUIDed table at the end of the flash, from its end to its start. */
#include "areas.h"

enum {
    TABLE_END = 32, /* bytes between table and image end */
    ENTRY_TAIL = sizeof(uint16_t) + GUID_LEN, /* length, GUID */
};

static const char footer_guid[] = "96b582de-1fb2-45f7-baea-a366c55a082d";
static const char secrets_guid[] = "4c2eb361-7d9b-4cc3-8081-127c90d3d294";
static const char hashes_guid[] = "7255371f-3a3b-4b04-927b-1da6efa8d454";

/* The flash, from the linker script. */
extern const uint8_t flash[];
extern const char flash_size[];

static struct area find(const char *guid)
{
    const struct area none = { 0, 0 };
    uint32_t size = (uint32_t)(uintptr_t)flash_size;
    uint32_t at = size - TABLE_END;
    uint32_t left = read_u16(flash + at - ENTRY_TAIL);

    if (!guid_is(flash + at - GUID_LEN, footer_guid) || left < ENTRY_TAIL ||
        left > at)
        return none;
    for (at -= ENTRY_TAIL, left -= ENTRY_TAIL; left >= ENTRY_TAIL;) {
        uint32_t length = read_u16(flash + at - ENTRY_TAIL);
        if (length < ENTRY_TAIL || length > left)
            return none;
        if (guid_is(flash + at - GUID_LEN, guid)) {
            if (length != 8 + ENTRY_TAIL)
                return none;
            const uint8_t *data = flash + at - length;
            return (struct area){ read_u32(data), read_u32(data + 4) };
        }
        at -= length;
        left -= length;
    }
    return none;
}

struct areas areas_find(void)
{
    return (struct areas){ find(secrets_guid), find(hashes_guid) };
}
