/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's way to memory: plain system memory, and a guest's own. */
#ifndef SEVKIT_FW_MEM_H
#define SEVKIT_FW_MEM_H

#include "fw/firmware.h"

/*
 * Every byte that a command reads or writes in memory passes here. Buffers of
 * the host are plain. A guest's memory is reached with the guest's key; this
 * platform's memory is not encrypted, so its bytes are the plaintext, and the
 * two differ in name only: an emulated memory controller has its place behind
 * the functions for a guest.
 *
 * INVALID_ADDRESS when there is no such memory (SEV API 5.1).
 */

/* N bytes at PADDR, copied out at once: the host may change them later. */
uint32_t mem_read(struct fw *fw, uint64_t paddr, uint8_t *ret, size_t n);
uint32_t mem_write(struct fw *fw, uint64_t paddr, struct bytes data);

/* Whether a command could do so. */
bool mem_exists(struct fw *fw, uint64_t paddr, size_t n, bool write);

/* Feeds a guest's plaintext to its launch digest, read once and in place. */
uint32_t mem_measure_guest(struct fw *fw, struct fw_guest *guest,
                           uint64_t paddr, size_t n);

/* Stores plaintext in a guest's memory. */
uint32_t mem_write_guest(struct fw *fw, struct fw_guest *guest, uint64_t paddr,
                         struct bytes plain);

#endif
