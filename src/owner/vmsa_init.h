/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which vCPUs of an SEV-ES guest start, as QEMU and KVM make it. */
#ifndef SEVKIT_OWNER_VMSA_INIT_H
#define SEVKIT_OWNER_VMSA_INIT_H

#include <sevkit/error.h>

#include "wire/vmsa.h"

/*
 * SEV-ES measures a page for each vCPU (formats.md 7). The first begins at the
 * architectural reset vector, all others where the firmware image says. The
 * kernel's version shows: guests that were made the older way (legacy) have an
 * FPU state of zeros, those of a typed VM (init2) that of a reset. And kernels
 * 6.6 and 6.7 turned on a feature of SEV_FEATURES by themselves.
 */
enum vmsa_vm_type {
    VMSA_LEGACY, /* KVM_SEV_ES_INIT: what libvirt starts */
    VMSA_INIT2,  /* KVM_SEV_INIT2 */
};

#define VMSA_FEATURE_DEBUG_SWAP 0x20u

struct vmsa_init {
    enum vmsa_vm_type type;
    uint32_t cpu_signature; /* cpu_model.h */
    uint32_t reset_vector;  /* firmware_reset_vector(); vCPUs but the first */
    uint64_t sev_features;  /* usually 0 */
};

void vmsa_init_bsp(const struct vmsa_init *init, uint8_t out[static VMSA_LEN]);
void vmsa_init_ap(const struct vmsa_init *init, uint8_t out[static VMSA_LEN]);

const char *vmsa_vm_type_name(enum vmsa_vm_type type); /* "legacy", "init2" */
SEVK_MUST_CHECK bool vmsa_vm_type_parse(const char *text,
                                        enum vmsa_vm_type *ret,
                                        struct sevk_error *err);

/* A VMSA from a file: exactly 4096 bytes, else SEVK_INPUT. */
SEVK_MUST_CHECK bool vmsa_read_file(const char *path,
                                    uint8_t ret[static VMSA_LEN],
                                    struct sevk_error *err);

#endif
