/* SPDX-License-Identifier: Apache-2.0 */
/* The area in the host's memory in which INIT_EX lets the firmware keep itself. */
#ifndef SEVKIT_FW_NV_H
#define SEVKIT_FW_NV_H

#include "fw/identity.h"
#include "wire/cmd_buf.h"
#include "wire/status.h"

/*
 * formats.md 1.6: 32 KiB, of which the host makes a file.
 *
 *     0000h       data, encrypted (AES-128-CTR)
 *     7FD0h   32  HMAC-SHA256 over data and IV
 *     7FF0h   16  IV
 *
 * The data is the packed identity and zeros. Both keys come from the
 * chip-unique key, so that one chip's area is damage to another. What a host
 * hands over the first time is all FFh, as erased flash memory is.
 *
 * An area has no version that counts up: a host can hand over an older one
 * that it kept, and gets the older identity.
 */
#define NV_LEN CMD_INIT_EX_NV_LEN

SEVK_MUST_CHECK bool nv_seal(const struct chip *chip, struct rng rng,
                             const struct identity *identity,
                             uint8_t ret[static NV_LEN],
                             struct sevk_error *err);

/* Whether nothing was ever kept there. */
bool nv_is_erased(const uint8_t area[static NV_LEN]);
void nv_erase(uint8_t area[static NV_LEN]);

/* SUCCESS, SECURE_DATA_INVALID, or HWERROR_PLATFORM for "no memory". */
uint32_t nv_open(const struct chip *chip, const uint8_t area[static NV_LEN],
                 struct identity *ret);

#endif
