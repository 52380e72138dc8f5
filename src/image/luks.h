/* SPDX-License-Identifier: Apache-2.0 */
/* An encrypted disk, made in a file: LUKS2, without device mapper or root. */
#ifndef SEVKIT_IMAGE_LUKS_H
#define SEVKIT_IMAGE_LUKS_H

#include <sevkit/error.h>

#include "base/random.h"
#include "base/secret.h"
#include "crypto/hash.h"

/*
 * cryptsetup writes the header (LUKS2, argon2id, aes-xts-plain64 with 512 bits
 * in sectors of 4096 bytes) around a volume key that is ours; the data behind
 * it we encrypt ourselves, because cryptsetup would need the device mapper for
 * that. Every sector is written: free space can't be told from data.
 *
 * The header is the disk's first LUKS_HEADER_LEN bytes, key slots included. Its
 * digest is what an initrd pins.
 */
#define LUKS_HEADER_LEN (UINT64_C(1) << 20)

struct luks_options {
    const struct sevk_secret *key; /* opens it: all bytes, as they are */
    uint32_t pbkdf_kib;            /* argon2id's memory */
};

/* DISK is made (0600) from the file system image DATA. */
SEVK_MUST_CHECK bool luks_make(const char *data, const char *disk,
                               const struct luks_options *options,
                               struct rng rng,
                               uint8_t ret_header_digest[static SHA256_LEN],
                               struct sevk_error *err);

/*
 * A fresh key: 256 random bits as 64 hexadecimal digits. It has no newline and no
 * NUL that something on its way could drop, and reads the same as a passphrase.
 */
#define LUKS_KEY_LEN 64
SEVK_MUST_CHECK bool luks_key(struct rng rng, struct sevk_secret *ret,
                              struct sevk_error *err);

#endif
