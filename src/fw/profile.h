/* SPDX-License-Identifier: Apache-2.0 */
/* Which chip and firmware a virtual platform is: versions and limits. */
#ifndef SEVKIT_FW_PROFILE_H
#define SEVKIT_FW_PROFILE_H

#include <stddef.h>

#include <sevkit/error.h>

/*
 * A profile is a plain value: it is copied with "=", and a caller may change
 * any field before it manufactures a platform of it (tests ask for an old API
 * or for small keys in this way). The platform keeps the profile that it was
 * made with.
 *
 * The default stands for the host of the guide: Milan with firmware 1.51
 * build 3, C-bit 51, one physical address bit less, highest ASID 509, lowest
 * ASID of a guest without SEV-ES 100 (so 99 guests with SEV-ES and 410
 * without).
 */
#define FW_PROFILE_NAME_LEN 32
#define FW_PROFILE_MAX_ASID 4095u /* the most that a profile may ask for */

struct fw_profile {
    char name[FW_PROFILE_NAME_LEN];       /* "milan-1.51" */
    char generation[FW_PROFILE_NAME_LEN]; /* "milan": AMD's product name */
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t rsa_bits; /* of ARK and ASK: 2048 (Naples) or 4096 */

    /* What CPUID leaf 8000001Fh tells (formats.md 10). */
    uint32_t cbitpos;
    uint32_t reduced_phys_bits;
    uint32_t max_asid;     /* highest ASID */
    uint32_t min_sev_asid; /* lowest without ES; 1: the chip has no SEV-ES */

    /* What CPUID leaf 1 tells, and the CPU model of QEMU that stands for it. */
    uint32_t cpu_family;
    uint32_t cpu_model;
    uint32_t cpu_stepping;
    char cpu_name[FW_PROFILE_NAME_LEN]; /* "EPYC-Milan" */
};

/* Milan, 1.51 build 3. */
struct fw_profile fw_profile_default(void);

/* All profiles there are, the default first. */
const struct fw_profile *fw_profiles(size_t *ret_n);

/* By name ("milan-1.51", "rome-0.24", "naples-0.17", "naples-0.16"). An
 * unknown name is SEVK_USAGE, and the message lists the known ones. */
SEVK_MUST_CHECK bool fw_profile_find(const char *name, struct fw_profile *ret,
                                     struct sevk_error *err);

/* True when the fields make sense together; else SEVK_INPUT. */
SEVK_MUST_CHECK bool fw_profile_check(const struct fw_profile *profile,
                                      struct sevk_error *err);

/* CPUID leaf 1 EAX: 00A00F11h for Milan (formats.md 7). */
uint32_t fw_profile_cpu_signature(const struct fw_profile *profile);

/* Whether the chip has ASIDs for SEV-ES guests. */
bool fw_profile_has_es(const struct fw_profile *profile);

/* How many guests with and without SEV-ES have room. */
uint32_t fw_profile_es_guests(const struct fw_profile *profile);
uint32_t fw_profile_sev_guests(const struct fw_profile *profile);

/* Whether the firmware's API is at least MAJOR.MINOR. */
bool fw_profile_api_at_least(const struct fw_profile *profile, uint8_t major,
                             uint8_t minor);

#endif
