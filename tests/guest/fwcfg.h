/* SPDX-License-Identifier: Apache-2.0
 *
 * QEMU's fw_cfg device: how the host hands over kernel, initrd and command
 * line. By DMA where the device offers it, else byte by byte. */
#ifndef GUEST_FWCFG_H
#define GUEST_FWCFG_H

#include <stdbool.h>
#include <stdint.h>

/* Keys of the items that are older than the file directory. Sizes are
 * little-endian 32-bit numbers; an item the host did not give reads as 0. */
enum {
    FWCFG_KERNEL_SIZE = 0x08,
    FWCFG_INITRD_SIZE = 0x0b,
    FWCFG_KERNEL_DATA = 0x11,
    FWCFG_INITRD_DATA = 0x12,
    FWCFG_CMDLINE_SIZE = 0x14,
    FWCFG_CMDLINE_DATA = 0x15,
    FWCFG_SETUP_SIZE = 0x17,
    FWCFG_SETUP_DATA = 0x18,
};

bool fwcfg_present(void);

/* An item is read from its start after it is selected, then on and on. */
void fwcfg_select(uint16_t key);
void fwcfg_read(void *to, uint32_t length);
uint32_t fwcfg_u32(uint16_t key);

/* Looks a name up in the file directory. */
bool fwcfg_file(const char *name, uint16_t *ret_key, uint32_t *ret_size);

#endif
