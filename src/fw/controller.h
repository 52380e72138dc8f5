/* SPDX-License-Identifier: Apache-2.0 */
/* The memory controller: what lies between a core and its memory. */
#ifndef SEVKIT_FW_CONTROLLER_H
#define SEVKIT_FW_CONTROLLER_H

#include "base/secret.h"
#include "crypto/aes_xts.h"
#include "crypto/hash.h"
#include "fw/fw.h"

/*
 * Memory holds what was written through the controller with some key, or raw.
 * An access with the C-bit uses the key of the ASID that runs; one without it
 * goes past the controller. So what a host sees of a guest's memory is what
 * fw_memory.map shows: ciphertext.
 *
 * The cipher is AES-128-XTS (aes_xts.h): the guest's key is the data key, a
 * tweak key drawn at each boot of the platform the other; a data unit is the
 * page of 4 KiB, its number the page's. So the same bytes at another address,
 * under another guest's key, or after another INIT look different. (The
 * function of real processors is not public in full: formats.md 10. This one
 * behaves like it in all that can be seen from outside.)
 *
 * There is no integrity: ciphertext that was changed or moved decrypts to
 * garbage, 16 bytes at a time, and ciphertext put back where it was decrypts
 * to what it was. That is a weakness of SEV before SNP, not of the emulation.
 *
 * Functions answer with an enum sev_status: INVALID_ADDRESS when there is no
 * such memory; HWERROR_PLATFORM for "no memory" and the like.
 */
#define CONTROLLER_PAGE 4096u

/*
 * The key of a guest: DATA_KEY has 16 bytes, and so has TWEAK_KEY; they differ
 * (16 random bytes each).
 */
SEVK_MUST_CHECK bool controller_key(const struct sevk_secret *data_key,
                                    const struct sevk_secret *tweak_key,
                                    struct aes128_xts **ret,
                                    struct sevk_error *err);

/*
 * N bytes from PADDR on, of any alignment; KEY of NULL: without the C-bit. A
 * write of a part of a block of 16 bytes reads, changes and writes the block.
 */
uint32_t controller_read(const struct fw_memory *memory, struct aes128_xts *key,
                         uint64_t paddr, uint8_t *ret, size_t n);
uint32_t controller_write(const struct fw_memory *memory,
                          struct aes128_xts *key, uint64_t paddr,
                          struct bytes data);

/*
 * Encrypts what lies there in plain, in place, and feeds it to HASH, in one
 * pass that reads each byte once: what is hashed is what is encrypted, whoever
 * writes there meanwhile. PADDR and N are multiples of 16 (asserted). Without
 * a key the memory is only read.
 */
uint32_t controller_load(const struct fw_memory *memory, struct aes128_xts *key,
                         uint64_t paddr, size_t n, struct sha256 *hash);

/*
 * What memory at PADDR would hold of PLAIN, without touching any: PADDR and
 * plain.n are multiples of 16 (asserted), and RET has room for as many bytes.
 */
uint32_t controller_encrypt(struct aes128_xts *key, uint64_t paddr,
                            struct bytes plain, uint8_t *ret);

/* Where those bytes are; NULL when there is no such memory. */
uint8_t *controller_map(const struct fw_memory *memory, uint64_t paddr,
                        size_t n, bool write);

#endif
