/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware image, read once: its hash and what its table declares. */
#ifndef SEVKIT_OWNER_FIRMWARE_H
#define SEVKIT_OWNER_FIRMWARE_H

#include <sevkit/error.h>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "wire/ovmf_table.h"

/*
 * The launch digest begins with the whole image (formats.md 5), and its last
 * bytes declare where a vCPU of SEV-ES starts and where secrets and hashes go
 * (formats.md 6.1). Both come from one reading: what is parsed is what was
 * hashed. The value holds no pointers; keep it, and any number of digests can
 * be computed without reading the image again.
 */
#define FIRMWARE_MAX_LEN ((size_t)64 << 20)

struct firmware {
    struct sha256 state; /* after the image; copied and continued */
    uint8_t digest[SHA256_LEN];
    uint64_t size;
    struct ovmf_table table;
};

/* Fails (SEVK_INPUT) on an empty file, one over 64 MiB, a malformed table. */
SEVK_MUST_CHECK bool firmware_read(const char *path, struct firmware *ret,
                                   struct sevk_error *err);

/* The same from memory. WHAT names it in messages. */
SEVK_MUST_CHECK bool firmware_from_bytes(struct bytes image, const char *what,
                                         struct firmware *ret,
                                         struct sevk_error *err);

/*
 * Where the vCPUs after the first begin under SEV-ES. SEVK_INPUT when the
 * image declares none, or 0, which QEMU refuses (formats.md 6.1).
 */
SEVK_MUST_CHECK bool firmware_reset_vector(const struct firmware *firmware,
                                           uint32_t *ret,
                                           struct sevk_error *err);

/*
 * Whether QEMU can place the kernel hash table: SEVK_REFUSED, with the reason
 * and what to do, when the image declares no area for it, an area at 0, or one
 * smaller than the table. The launch digest does not depend on it.
 */
SEVK_MUST_CHECK bool firmware_check_hash_area(const struct firmware *firmware,
                                              struct sevk_error *err);

/*
 * How many bytes the area for launch secrets has; 0 when there is none (also
 * when it is declared at 0: nothing in the guest would find the secret).
 */
uint32_t firmware_secret_area(const struct firmware *firmware);

#endif
