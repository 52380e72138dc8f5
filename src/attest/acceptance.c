/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's rules: what is good enough, whatever a platform can prove. */
#include "attest/acceptance.h"

#include <string.h>

#include "base/hex.h"
#include "owner/policy.h"

struct acceptance acceptance_default(void)
{
    return (struct acceptance){
        .min_api_major = ACCEPTANCE_MIN_API_MAJOR,
        .min_api_minor = ACCEPTANCE_MIN_API_MINOR,
    };
}

bool acceptance_add_platform_id(struct acceptance *rules,
                                const uint8_t id[static SHA256_LEN],
                                struct sevk_error *err)
{
    if (rules->n_platforms == ACCEPTANCE_PLATFORMS_MAX) {
        return sevk_fail(err, SEVK_USAGE, "more than %d platform ids",
                         ACCEPTANCE_PLATFORMS_MAX);
    }
    memcpy(rules->platforms[rules->n_platforms], id, SHA256_LEN);
    rules->n_platforms++;
    return true;
}

bool acceptance_add_platform(struct acceptance *rules, const char *hex,
                             struct sevk_error *err)
{
    uint8_t id[SHA256_LEN];

    if (!hex_decode(hex, id, sizeof id, "platform id", NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "'%.80s' is no platform id: that is %d hexadecimal "
                         "digits, as 'chain verify' prints them",
                         hex, 2 * SHA256_LEN);
    }
    return acceptance_add_platform_id(rules, id, err);
}

/* -- Firmware. ---------------------------------------------------------------- */

/* Versions that prove nothing (formats.md 16). Builds below FIXED are bad. */
static const struct {
    uint8_t major;
    uint8_t minor;
    uint8_t fixed;
    const char *why;
} broken[] = {
    { 0, 17, 22,
      "its key exchange gives the platform's private key away "
      "(CVE-2019-9836)" },
};

static bool judge_broken(uint8_t major, uint8_t minor, uint8_t build,
                         struct sentences *reasons, struct sevk_error *err)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        if (major == broken[i].major && minor == broken[i].minor &&
            build < broken[i].fixed &&
            !sentences_add(reasons, err,
                           "the platform's firmware %u.%u build %u proves "
                           "nothing: %s; build %u has it fixed",
                           major, minor, build, broken[i].why,
                           broken[i].fixed)) {
            return false;
        }
    }
    return true;
}

bool acceptance_judge_firmware(const struct acceptance *rules,
                               uint8_t api_major, uint8_t api_minor,
                               uint8_t build, struct sentences *reasons,
                               struct sevk_error *err)
{
    if (!policy_api_at_least(api_major, api_minor, 0, 17)) {
        return sentences_add(reasons, err,
                             "the platform's firmware has API %u.%u; below "
                             "0.17 a secret is not bound to a measurement, and "
                             "no option changes that: the host needs newer "
                             "firmware",
                             api_major, api_minor);
    }
    if (!policy_api_at_least(api_major, api_minor, rules->min_api_major,
                             rules->min_api_minor) &&
        !sentences_add(reasons, err,
                       "the platform's firmware has API %u.%u, at least %u.%u "
                       "is wanted: the host needs newer firmware, or give "
                       "--min-api %u.%u if you accept it",
                       api_major, api_minor, rules->min_api_major,
                       rules->min_api_minor, api_major, api_minor)) {
        return false;
    }
    return judge_broken(api_major, api_minor, build, reasons, err);
}

/* -- Platform, policy, boot. ---------------------------------------------------- */

bool acceptance_judge_platform(const struct acceptance *rules,
                               const uint8_t platform_id[static SHA256_LEN],
                               struct sentences *reasons,
                               struct sevk_error *err)
{
    char hex[2 * SHA256_LEN + 1];

    for (size_t i = 0; i < rules->n_platforms; i++) {
        if (memcmp(rules->platforms[i], platform_id, SHA256_LEN) == 0) {
            return true;
        }
    }
    if (rules->n_platforms == 0) {
        return true;
    }
    hex_format(bytes_make(platform_id, SHA256_LEN), hex);
    return sentences_add(reasons, err,
                         "the platform %s is genuine, but none of the %zu that "
                         "--platform-id or the reference name",
                         hex, rules->n_platforms);
}

bool acceptance_check_policy(const struct acceptance *rules, uint32_t policy,
                             struct sevk_error *err)
{
    struct policy_weakness weak[POLICY_WEAKNESS_MAX];
    size_t n = policy_weaknesses(policy, weak);

    if (!policy_check_reserved(policy, err)) {
        return false;
    }
    for (size_t i = 0; i < n && !rules->allow_weak_policy; i++) {
        if (weak[i].serious) {
            return sevk_fail(
                err, SEVK_REFUSED,
                "policy 0x%02x is weak: %s; use another (0x%02x is "
                "the default), or --allow-weak-policy",
                policy, weak[i].sentence, POLICY_DEFAULT);
        }
    }
    return true;
}

bool acceptance_check_boot(const struct acceptance *rules, bool kernel_hashes,
                           bool firmware_measures_boot, struct sevk_error *err)
{
    if (kernel_hashes || firmware_measures_boot || rules->unmeasured_boot) {
        return true;
    }
    return sevk_fail(err, SEVK_REFUSED,
                     "what would read the secret is not measured: the host's "
                     "disk decides which kernel runs; boot a kernel with "
                     "kernelHashes='yes' and give --kernel, --initrd and "
                     "--cmdline, or say --firmware-measures-boot if the "
                     "firmware does (an AmdSev build), or --unmeasured-boot to "
                     "accept the risk");
}
