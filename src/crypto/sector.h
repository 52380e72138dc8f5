/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-XTS of a disk's sectors, as dm-crypt has it. */
#ifndef SEVKIT_CRYPTO_SECTOR_H
#define SEVKIT_CRYPTO_SECTOR_H

#include <sevkit/error.h>

#include "base/bytes.h"

/*
 * dm-crypt's "aes-xts-plain64" (Linux, Documentation/admin-guide/device-mapper/
 * dm-crypt.rst): each sector is a data unit whose number is the sector's place
 * in units of 512 bytes, as 64 bits little-endian, whatever a sector's size
 * is (without its option iv_large_sectors).
 */
#define SECTOR_LEN     4096
#define SECTOR_KEY_LEN 64 /* data key, then tweak key */

struct sector_cipher; /* not for two threads at once */

/* KEY has SECTOR_KEY_LEN bytes (asserted), whose halves must differ: SEVK_INPUT. */
SEVK_MUST_CHECK bool sector_cipher_new(struct bytes key,
                                       struct sector_cipher **ret,
                                       struct sevk_error *err);
void sector_cipher_free(struct sector_cipher **cipher); /* wipes; for OWN() */

/*
 * Whole sectors, the first being number FIRST of its disk (counted in sectors
 * of SECTOR_LEN). OUT gets in.n bytes and may be the input's own memory.
 * in.n is a multiple of SECTOR_LEN (asserted).
 */
SEVK_MUST_CHECK bool sector_encrypt(struct sector_cipher *cipher,
                                    uint64_t first, struct bytes in,
                                    uint8_t *out, struct sevk_error *err);

#endif
