/* SPDX-License-Identifier: Apache-2.0 */
/* A lab about to be started: its options with every default filled in. */
#include "lab/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/own.h"
#include "lab/layout.h"

#define TIMEOUT_S     60
#define TIMEOUT_S_MAX 3600

/* The guide's own figures: Milan, 509 ASIDs, those from 100 on without ES. */
static const struct lab_host milan = {
    .cbitpos = 51,
    .reduced_phys_bits = 1,
    .max_asid = 509,
    .min_sev_asid = 100,
    .cpu_signature = 0x00a00f11,
};

static uint32_t given_or(uint32_t given, uint32_t preset)
{
    return given != 0 ? given : preset;
}

static bool fill_host(const struct lab_host *given, struct lab_host *ret,
                      struct sevk_error *err)
{
    struct lab_host h = {
        given_or(given->cbitpos, milan.cbitpos),
        given_or(given->reduced_phys_bits, milan.reduced_phys_bits),
        given_or(given->max_asid, milan.max_asid),
        given_or(given->min_sev_asid, milan.min_sev_asid),
        given_or(given->cpu_signature, milan.cpu_signature),
    };

    /* Both are fields of 6 bits in CPUID 8000001Fh EBX. */
    if (h.cbitpos > 63 || h.reduced_phys_bits > 63) {
        return sevk_fail(err, SEVK_USAGE,
                         "C-bit %u and reduced bits %u: both are at most 63",
                         h.cbitpos, h.reduced_phys_bits);
    }
    if (h.min_sev_asid > h.max_asid) {
        return sevk_fail(err, SEVK_USAGE,
                         "the lowest ASID without ES (%u) is above the highest "
                         "ASID (%u)",
                         h.min_sev_asid, h.max_asid);
    }
    *ret = h;
    return true;
}

static bool fill_platform(const char *given, struct plan *p,
                          struct sevk_error *err)
{
    OWN(own_free) char *whole = NULL;

    if (given == NULL) {
        layout_path(p->dir, LAB_PLATFORM, p->platform);
        return true;
    }
    whole = realpath(given, NULL);
    if (whole == NULL) {
        return sevk_fail_errno(err, SEVK_USAGE, errno,
                               "platform '%s' can't be used", given);
    }
    if (strlen(whole) >= sizeof(p->platform) ||
        strpbrk(whole, "\n\"\\") != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "the path of platform '%s' is too long or has odd "
                         "characters",
                         given);
    }
    memcpy(p->platform, whole, strlen(whole) + 1);
    return true;
}

bool plan_make(const struct lab_options *options, struct plan *ret,
               struct sevk_error *err)
{
    struct plan p = { .system = geteuid() == 0 };
    unsigned timeout = options->timeout_s == 0 ? TIMEOUT_S : options->timeout_s;

    p.timeout_ms = 1000 * (timeout > TIMEOUT_S_MAX ? TIMEOUT_S_MAX : timeout);
    if (!layout_resolve(options->dir, p.dir, err) ||
        !fill_host(&options->host, &p.host, err) ||
        !fill_platform(options->platform, &p, err) ||
        !programs_find(options, &p.programs, err)) {
        return false;
    }
    *ret = p;
    return true;
}
