/* SPDX-License-Identifier: Apache-2.0 */
/* A reference: everything that a verdict is reached from, in one JSON file. */
#ifndef SEVKIT_OWNER_REFERENCE_H
#define SEVKIT_OWNER_REFERENCE_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "crypto/hash.h"
#include "owner/digest.h"
#include "owner/vmsa_init.h"

/*
 * Schema "sevkit.reference/1", type "sev" or "sev-es". Every field but these
 * two may be absent; what is absent comes from the command line. Digests are
 * SHA-256, in hex.
 *
 *     { "schema": "sevkit.reference/1", "type": "sev-es",
 *       "firmware": { "sha256_hex": "…", "size": 3653632 },
 *       "kernel_hashes": { "kernel_hex": "…", "initrd_hex": "…",
 *                          "cmdline_hex": "…" },
 *       "firmware_measures_boot": false,
 *       "vcpus": 4, "cpu_signature": "0x00a00f11", "vm_type": "legacy",
 *       "sev_features": "0x0", "policy": "0x0f", "min_api": "1.51",
 *       "platform_ids_hex": [ "…" ], "launch_digests_hex": [ "…" ] }
 *
 * A launch digest continues the hash of the firmware's bytes, so it can't be
 * made from the firmware's digest, save when nothing follows it (no SEV-ES, no
 * kernel hashes: then it *is* the firmware's digest). Therefore a reference
 * either goes together with the image, which must have the digest and size
 * written here, or holds launch digests that were computed from it.
 *
 * "kernel_hashes" absent means: not said. Objects with unknown names are
 * refused: a name that was misspelt must not turn a check off.
 */
#define REFERENCE_FILE_MAX ((size_t)1 << 20)
#define REFERENCE_LIST_MAX 64

enum reference_type {
    REFERENCE_SEV,
    REFERENCE_SEV_ES,
};

struct reference {
    enum reference_type type;

    bool has_firmware;
    bool has_kernel_hashes;
    bool has_firmware_measures_boot;
    bool has_vcpus;
    bool has_cpu_signature;
    bool has_vm_type;
    bool has_sev_features;
    bool has_policy;
    bool has_min_api;

    uint8_t firmware_digest[SHA256_LEN];
    uint64_t firmware_size;
    struct kernel_hash_table kernel_hashes;
    bool firmware_measures_boot;
    uint32_t vcpus;
    uint32_t cpu_signature;
    enum vmsa_vm_type vm_type;
    uint64_t sev_features;
    uint32_t policy;
    uint8_t min_api_major;
    uint8_t min_api_minor;

    size_t n_platform_ids; /* 0: any */
    size_t n_launch_digests;
    uint8_t platform_ids[REFERENCE_LIST_MAX][SHA256_LEN];
    uint8_t launch_digests[REFERENCE_LIST_MAX][SHA256_LEN];
};

/* SEVK_INPUT on anything that is not exactly as above. */
SEVK_MUST_CHECK bool reference_decode(struct bytes text, const char *what,
                                      struct reference *ret,
                                      struct sevk_error *err);
SEVK_MUST_CHECK bool reference_encode(const struct reference *reference,
                                      struct buf *to, struct sevk_error *err);

SEVK_MUST_CHECK bool reference_read(const char *path, struct reference *ret,
                                    struct sevk_error *err);

/* Replaces PATH atomically, 0644: nothing in it is secret. */
SEVK_MUST_CHECK bool reference_write(const char *path,
                                     const struct reference *reference,
                                     struct sevk_error *err);

/* SEVK_REFUSED, with both digests, when the image is another one. */
SEVK_MUST_CHECK bool reference_check_firmware(const struct reference *reference,
                                              const struct firmware *firmware,
                                              struct sevk_error *err);

/*
 * The launch digests that the reference allows: those that it lists, or the
 * one that follows from it and FIRMWARE (NULL: none at hand). What the command
 * line adds (kernel hashes, vCPUs) the caller fills in before: absent kernel
 * hashes are none here. SEVK_USAGE, with what is missing, when there is neither.
 * Writes at most MAX.
 */
SEVK_MUST_CHECK bool reference_launch_digests(const struct reference *reference,
                                              const struct firmware *firmware,
                                              uint8_t (*ret)[SHA256_LEN],
                                              size_t max, size_t *ret_n,
                                              struct sevk_error *err);

#endif
