/* SPDX-License-Identifier: Apache-2.0 */
/* CPU models as QEMU names them, and the signature a vCPU starts with. */
#ifndef SEVKIT_OWNER_CPU_MODEL_H
#define SEVKIT_OWNER_CPU_MODEL_H

#include <stddef.h>

#include <sevkit/error.h>

/*
 * An initial VMSA holds the CPU's signature in RDX: what CPUID leaf 1 returns
 * in EAX (formats.md 7). It is the guest's CPU model that counts; with host
 * passthrough it is the host's.
 */
struct cpu_model {
    const char *name; /* "EPYC-Milan", "EPYC-Milan-v1" */
    uint16_t family;  /* as a whole: 25, not 15 and 10 */
    uint16_t model;
    uint8_t stepping;
};

#define CPU_FAMILY_MAX   (15 + 255)
#define CPU_MODEL_MAX    255
#define CPU_STEPPING_MAX 15

/* SEVK_USAGE when a number is above its maximum. */
SEVK_MUST_CHECK bool cpu_signature_make(uint32_t family, uint32_t model,
                                        uint32_t stepping, uint32_t *ret,
                                        struct sevk_error *err);

/* Takes a signature apart; the inverse of cpu_signature_make(). */
void cpu_signature_split(uint32_t signature, uint32_t *ret_family,
                         uint32_t *ret_model, uint32_t *ret_stepping);

/*
 * "EPYC-Milan" (case matters not), "25/1/1", or a signature as 0x00a00f11.
 * SEVK_USAGE for an unknown name, with the nearest known one; also for "host"
 * and "max", which are what the host makes of them.
 */
SEVK_MUST_CHECK bool cpu_signature_parse(const char *text, uint32_t *ret,
                                         struct sevk_error *err);

/* All models, sorted by name. */
const struct cpu_model *cpu_models(size_t *ret_n);

/* The model of that name (case matters not); NULL if there is none. */
const struct cpu_model *cpu_model_find(const char *name);

/* The shortest name among the models with this signature; NULL if none. */
const char *cpu_model_name(uint32_t signature);

#endif
