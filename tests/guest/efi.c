/* SPDX-License-Identifier: Apache-2.0
 *
 * An EFI program of a few kilobytes that is booted in place of a kernel: it
 * tells on COM1 which secrets the firmware hands on, then halts. */
#include "io.h"
#include "secrets.h"
#include "serial.h"

/* UEFI 2.10, 4.2.1 and 4.3.1: as far as it is looked into. */
struct efi_table_header {
    uint64_t signature;
    uint32_t revision;
    uint32_t header_size;
    uint32_t crc32;
    uint32_t reserved;
};

struct efi_configuration_table {
    uint8_t guid[GUID_LEN];
    const void *table;
};

struct efi_system_table {
    struct efi_table_header header;
    const uint16_t *vendor;
    uint32_t revision;
    const void *not_used[8]; /* consoles, runtime and boot services */
    uint64_t n_tables;
    const struct efi_configuration_table *tables;
};

/* What the firmware says of the injected secrets: one page, at most. */
struct secret_location {
    uint64_t base;
    uint64_t size;
};

static const char location_guid[] = "adf956ad-e98c-484c-ae11-b51c7d336447";

static const struct secret_location *find(const struct efi_system_table *system)
{
    for (uint64_t i = 0; i < system->n_tables; i++) {
        if (guid_is(system->tables[i].guid, location_guid))
            return system->tables[i].table;
    }
    return 0;
}

uint64_t __attribute__((ms_abi))
efi_main(const void *image, const struct efi_system_table *system);

uint64_t __attribute__((ms_abi))
efi_main(const void *image, const struct efi_system_table *system)
{
    const struct secret_location *at = find(system);

    (void)image;
    print("sevkit EFI guest\n");
    if (at == 0 || at->base > UINT32_MAX || at->size > UINT32_MAX)
        print("secret: no area\n");
    else
        secrets_print((struct area){ (uint32_t)at->base, (uint32_t)at->size });
    print("done\n");
    halt();
}
