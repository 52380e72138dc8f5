/* SPDX-License-Identifier: Apache-2.0 */
/* AES-128-XTS: encryption of memory by its place. */
#ifndef SEVKIT_CRYPTO_AES_XTS_H
#define SEVKIT_CRYPTO_AES_XTS_H

#include <sevkit/error.h>

#include "base/bytes.h"
#include "crypto/aes.h"

/*
 * IEEE 1619, SP 800-38E. Memory is cut into data units of one size, which the
 * caller chooses; a unit has a number of 128 bits (UNIT, little-endian). Each
 * block of 16 bytes in a unit has a tweak of its own: the number encrypted
 * under the tweak key, multiplied by alpha to the power of the block's index.
 *
 * A piece of a unit can be encrypted alone: AT is where in its unit it begins,
 * a multiple of 16, as in.n is; there is no ciphertext stealing. The result is
 * the same as if the whole unit had been.
 *
 * Neither the data nor its place in time is authenticated: a changed block
 * decrypts to garbage, an old one to what it was.
 */
struct aes128_xts; /* a data key and a tweak key; not for two threads at once */

/*
 * Both keys have 16 bytes (asserted) and must differ, as the standard wants
 * it: SEVK_INPUT.
 */
SEVK_MUST_CHECK bool aes128_xts_new(struct bytes data_key,
                                    struct bytes tweak_key,
                                    struct aes128_xts **ret,
                                    struct sevk_error *err);
void aes128_xts_free(struct aes128_xts **xts); /* wipes; also for OWN() */

/*
 * OUT gets in.n bytes and may be the input's own memory. IN has less than 16
 * MiB, and not 0 (asserted). Fails with SEVK_HOST when libcrypto does.
 */
SEVK_MUST_CHECK bool aes128_xts_encrypt(struct aes128_xts *xts,
                                        const uint8_t unit[static 16],
                                        size_t at, struct bytes in,
                                        uint8_t *out, struct sevk_error *err);
SEVK_MUST_CHECK bool aes128_xts_decrypt(struct aes128_xts *xts,
                                        const uint8_t unit[static 16],
                                        size_t at, struct bytes in,
                                        uint8_t *out, struct sevk_error *err);

#endif
