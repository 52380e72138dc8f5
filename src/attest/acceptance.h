/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's rules: what is good enough, whatever a platform can prove. */
#ifndef SEVKIT_ATTEST_ACCEPTANCE_H
#define SEVKIT_ATTEST_ACCEPTANCE_H

#include "attest/evidence.h"
#include "attest/sentences.h"
#include "owner/chain.h"

/*
 * A measurement that matches proves what was loaded, by which firmware and
 * under which policy. Whether that is good enough is decided here:
 *
 *  - the firmware's API is at least MIN_API, never below 0.17 (there a secret
 *    is not bound to a measurement), and is not known to be broken;
 *  - the policy keeps the host from debugging the guest and from sharing its
 *    key, unless the owner allows a weak one;
 *  - what reads a secret is measured: a kernel whose hashes are in the
 *    measurement, or a firmware that measures its boot. Otherwise the host's
 *    disk decides which kernel gets the secret;
 *  - the platform is one of those named, if any were.
 *
 * The rules are the owner's own: they come from options and from the reference
 * file, never from the host.
 */
#define ACCEPTANCE_MIN_API_MAJOR 1
#define ACCEPTANCE_MIN_API_MINOR 51
#define ACCEPTANCE_PLATFORMS_MAX 64

struct acceptance {
    uint8_t min_api_major;
    uint8_t min_api_minor;
    bool allow_weak_policy;
    bool unmeasured_boot; /* the owner accepts that the boot is not measured */
    size_t n_platforms;   /* 0: any platform whose chain holds */
    uint8_t platforms[ACCEPTANCE_PLATFORMS_MAX][SHA256_LEN];
};

/* Least API 1.51, nothing weak, any platform. */
struct acceptance acceptance_default(void);

/* A platform id in hexadecimal (64 digits). SEVK_USAGE otherwise. */
SEVK_MUST_CHECK bool acceptance_add_platform(struct acceptance *rules,
                                             const char *hex,
                                             struct sevk_error *err);

/* The same with the id's bytes. */
SEVK_MUST_CHECK bool acceptance_add_platform_id(
    struct acceptance *rules, const uint8_t id[static SHA256_LEN],
    struct sevk_error *err);

/*
 * Adds to REASONS why a platform with this firmware is not accepted; none when
 * it is.
 */
SEVK_MUST_CHECK bool acceptance_judge_firmware(const struct acceptance *rules,
                                               uint8_t api_major,
                                               uint8_t api_minor, uint8_t build,
                                               struct sentences *reasons,
                                               struct sevk_error *err);

/* Likewise for the platform whose chain was judged. */
SEVK_MUST_CHECK bool acceptance_judge_platform(
    const struct acceptance *rules,
    const uint8_t platform_id[static SHA256_LEN], struct sentences *reasons,
    struct sevk_error *err);

/*
 * Before anything is made: SEVK_REFUSED when the policy is seriously weak and
 * was not allowed (the message names the bit and the option), SEVK_USAGE when
 * a reserved bit is set.
 */
SEVK_MUST_CHECK bool acceptance_check_policy(const struct acceptance *rules,
                                             uint32_t policy,
                                             struct sevk_error *err);

/*
 * Before a secret is promised: SEVK_REFUSED unless what reads it is measured,
 * or the owner said --unmeasured-boot.
 */
SEVK_MUST_CHECK bool acceptance_check_boot(const struct acceptance *rules,
                                           bool kernel_hashes,
                                           bool firmware_measures_boot,
                                           struct sevk_error *err);

#endif
