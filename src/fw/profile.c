/* SPDX-License-Identifier: Apache-2.0 */
/* The chips and firmware versions that a virtual platform can be. */
#include "fw/profile.h"

#include <string.h>

#include "base/buf.h"
#include "base/own.h"
#include "wire/policy.h"

/*
 * The first is the guide's host. C-bits and reduced address bits: formats.md
 * 10. Naples stands for the first generation, without SEV-ES ASIDs; 0.16 is an
 * API whose secrets are not bound to a measurement (formats.md 8 and 16), there
 * to be refused by guest owners.
 */
static const struct fw_profile profiles[] = {
    { "milan-1.51", "milan", 1, 51, 3, 4096, 51, 1, 509, 100, 25, 1, 1,
      "EPYC-Milan" },
    { "rome-0.24", "rome", 0, 24, 15, 4096, 47, 5, 509, 100, 23, 49, 0,
      "EPYC-Rome" },
    { "naples-0.17", "naples", 0, 17, 48, 2048, 47, 5, 15, 1, 23, 1, 2,
      "EPYC" },
    { "naples-0.16", "naples", 0, 16, 11, 2048, 47, 5, 15, 1, 23, 1, 2,
      "EPYC" },
};

#define N_PROFILES (sizeof profiles / sizeof profiles[0])

struct fw_profile fw_profile_default(void)
{
    return profiles[0];
}

const struct fw_profile *fw_profiles(size_t *ret_n)
{
    *ret_n = N_PROFILES;
    return profiles;
}

static bool fail_unknown(const char *name, struct sevk_error *err)
{
    OWN(buf_free) struct buf known = { 0 };

    for (size_t i = 0; i < N_PROFILES; i++) {
        if (!buf_printf(&known, err, "%s%s", i == 0 ? "" : ", ",
                        profiles[i].name)) {
            return false;
        }
    }
    return sevk_fail(err, SEVK_USAGE,
                     "there is no platform profile '%s'; there are: %s", name,
                     buf_string(&known));
}

bool fw_profile_find(const char *name, struct fw_profile *ret,
                     struct sevk_error *err)
{
    for (size_t i = 0; i < N_PROFILES; i++) {
        if (strcmp(profiles[i].name, name) == 0) {
            *ret = profiles[i];
            return true;
        }
    }
    return fail_unknown(name, err);
}

/* A text that ends within its field. */
static bool is_text(const char field[static FW_PROFILE_NAME_LEN])
{
    return field[0] != '\0' && memchr(field, '\0', FW_PROFILE_NAME_LEN) != NULL;
}

bool fw_profile_check(const struct fw_profile *p, struct sevk_error *err)
{
    if (!is_text(p->name) || !is_text(p->generation) || !is_text(p->cpu_name)) {
        return sevk_fail(err, SEVK_INPUT,
                         "platform profile: a name is empty or too long");
    }
    if (p->rsa_bits != 2048 && p->rsa_bits != 4096) {
        return sevk_fail(err, SEVK_INPUT,
                         "platform profile: RSA keys of %u bits; there are "
                         "2048 and 4096",
                         p->rsa_bits);
    }
    /* CPUID holds both in 6 bits, and the C-bit is an address bit. */
    if (p->cbitpos < 32 || p->cbitpos > 63 || p->reduced_phys_bits < 1 ||
        p->reduced_phys_bits > 63) {
        return sevk_fail(err, SEVK_INPUT,
                         "platform profile: C-bit %u (32 to 63) or reduced "
                         "address bits %u (1 to 63) out of range",
                         p->cbitpos, p->reduced_phys_bits);
    }
    if (p->min_sev_asid < 1 || p->max_asid < p->min_sev_asid ||
        p->max_asid > FW_PROFILE_MAX_ASID) {
        return sevk_fail(err, SEVK_INPUT,
                         "platform profile: ASIDs up to %u, from %u without "
                         "SEV-ES, make no sense",
                         p->max_asid, p->min_sev_asid);
    }
    if (p->cpu_family > 15 + 255 || p->cpu_model > 255 ||
        p->cpu_stepping > 15) {
        return sevk_fail(err, SEVK_INPUT,
                         "platform profile: CPU %u/%u/%u out of range",
                         p->cpu_family, p->cpu_model, p->cpu_stepping);
    }
    return true;
}

uint32_t fw_profile_cpu_signature(const struct fw_profile *p)
{
    uint32_t base = p->cpu_family < 15 ? p->cpu_family : 15;

    return (p->cpu_family - base) << 20 | (p->cpu_model >> 4) << 16 |
           base << 8 | (p->cpu_model & 15) << 4 | p->cpu_stepping;
}

bool fw_profile_has_es(const struct fw_profile *p)
{
    return p->min_sev_asid > 1;
}

uint32_t fw_profile_es_guests(const struct fw_profile *p)
{
    return p->min_sev_asid - 1;
}

uint32_t fw_profile_sev_guests(const struct fw_profile *p)
{
    return p->max_asid - p->min_sev_asid + 1;
}

bool fw_profile_api_at_least(const struct fw_profile *p, uint8_t major,
                             uint8_t minor)
{
    return policy_api_at_least(p->api_major, p->api_minor, major, minor);
}
