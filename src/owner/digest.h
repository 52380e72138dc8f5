/* SPDX-License-Identifier: Apache-2.0 */
/* The launch digest: SHA-256 over everything that was loaded. */
#ifndef SEVKIT_OWNER_DIGEST_H
#define SEVKIT_OWNER_DIGEST_H

#include <sevkit/error.h>

#include "crypto/hash.h"
#include "owner/firmware.h"
#include "wire/kernel_hash_table.h"
#include "wire/vmsa.h"

/*
 * formats.md 5: the firmware image, then the kernel hash table if there is
 * one, then under SEV-ES one VMSA for each vCPU in the order of their numbers.
 * Addresses do not enter it.
 *
 * A digest in the making is a value: copied with "=", it can be continued in
 * many ways, which is how a mismatch is searched.
 */
struct digest {
    struct sha256 h;
};

struct digest digest_begin(const struct firmware *firmware);
void digest_add_kernel_hashes(struct digest *d,
                              const struct kernel_hash_table *table);
void digest_add_vmsa(struct digest *d, const uint8_t vmsa[static VMSA_LEN]);

/* D itself stays as it is and can be continued. */
void digest_end(const struct digest *d, uint8_t ret[static SHA256_LEN]);

/* All in one. Views: nothing is kept. */
#define DIGEST_VCPUS_MAX 4096

struct digest_inputs {
    const struct firmware *firmware;
    const struct kernel_hash_table *kernel_hashes; /* NULL: off */
    uint32_t vcpus;                                /* 0: no SEV-ES */
    const uint8_t *vmsa_bsp; /* VMSA_LEN bytes; needed from 1 vCPU on */
    const uint8_t *vmsa_ap;  /* needed from 2 vCPUs on */
};

/* SEVK_USAGE when something needed is NULL or there are too many vCPUs. */
SEVK_MUST_CHECK bool digest_compute(const struct digest_inputs *in,
                                    uint8_t ret[static SHA256_LEN],
                                    struct sevk_error *err);

#endif
