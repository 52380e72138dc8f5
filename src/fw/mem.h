/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's way to memory: plain system memory, and a guest's own. */
#ifndef SEVKIT_FW_MEM_H
#define SEVKIT_FW_MEM_H

#include "fw/firmware.h"

/*
 * Every byte that a command reads or writes in memory passes here. Buffers of
 * the host are plain. A guest's memory is reached with the guest's key through
 * the memory controller (controller.h), or is plain, too, when the platform was
 * opened without encryption (fw.h).
 *
 * INVALID_ADDRESS when there is no such memory (SEV API 5.1).
 */

/* N bytes at PADDR, copied out at once: the host may change them later. */
uint32_t mem_read(struct fw *fw, uint64_t paddr, uint8_t *ret, size_t n);
uint32_t mem_write(struct fw *fw, uint64_t paddr, struct bytes data);

/* Whether a command could do so. */
bool mem_exists(struct fw *fw, uint64_t paddr, size_t n, bool write);

/*
 * Feeds a guest's plaintext to its launch digest, read once, and encrypts it in
 * place. PADDR and N are multiples of 16.
 */
uint32_t mem_measure_guest(struct fw *fw, struct fw_guest *guest,
                           uint64_t paddr, size_t n);

/*
 * The same for a VMSA, whose page is encrypted with a check of its own over it
 * at 380h to 38Fh (formats.md 4.5). The digest is of what was supplied.
 */
uint32_t mem_measure_vmsa(struct fw *fw, struct fw_guest *guest,
                          uint64_t paddr);

/* Plaintext of a guest's memory. */
uint32_t mem_read_guest(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                        uint8_t *ret, size_t n);
uint32_t mem_write_guest(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                         struct bytes plain);

/*
 * A VMSA page (4096 bytes) of a guest: reading it is INVALID_PARAM when its
 * check does not hold, because somebody changed it; without encryption there
 * is no check. The 16 bytes of the check are zeros in RET, and are made anew
 * in writing.
 */
uint32_t mem_read_vmsa(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                       uint8_t *ret);
uint32_t mem_write_vmsa(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                        uint8_t *page);

#endif
