/* SPDX-License-Identifier: Apache-2.0 */
/* The guest policy as people write it, and what is weak about one. */
#include "owner/policy.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"

#define NAMES "nodbg, noks, es, nosend, domain, sev, api=MAJOR.MINOR"

static const struct {
    const char *name;
    uint32_t bit;
} names[] = {
    { "nodbg", POLICY_NODBG },   { "noks", POLICY_NOKS },
    { "es", POLICY_ES },         { "nosend", POLICY_NOSEND },
    { "domain", POLICY_DOMAIN }, { "sev", POLICY_SEV },
};

#define N_NAMES (sizeof names / sizeof names[0])

bool policy_check_reserved(uint32_t policy, struct sevk_error *err)
{
    if ((policy & POLICY_RESERVED) != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "policy %#" PRIx32 ": bits 6 to 15 are reserved and "
                         "must be 0; the minimum API is in bits 16 to 31",
                         policy);
    }
    return true;
}

/* "1.51" as it stands in bits 16 to 31. */
static bool parse_api(const char *text, uint32_t *ret, struct sevk_error *err)
{
    const char *dot = strchr(text, '.');
    char major[8];
    uint32_t high, low;

    if (dot == NULL || (size_t)(dot - text) >= sizeof major) {
        return sevk_fail(err, SEVK_USAGE,
                         "policy: api='%s' is not MAJOR.MINOR, as in api=1.51",
                         text);
    }
    memcpy(major, text, (size_t)(dot - text));
    major[dot - text] = '\0';
    if (!number_parse_u32(major, 0, 255, "policy: API major", &high, err) ||
        !number_parse_u32(dot + 1, 0, 255, "policy: API minor", &low, err)) {
        return false;
    }
    *ret = high << 16 | low << 24;
    return true;
}

/* Adds what one name stands for; SEEN has the bits that were named. */
static bool parse_name(const char *name, uint32_t *seen, uint32_t *policy,
                       struct sevk_error *err)
{
    const uint32_t api_mask = 0xffff0000u;
    uint32_t bits = 0, mask = 0;

    if (strncasecmp(name, "api=", 4) == 0) {
        mask = api_mask;
        if (!parse_api(name + 4, &bits, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < N_NAMES; i++) {
        if (strcasecmp(name, names[i].name) == 0) {
            mask = bits = names[i].bit;
        }
    }
    if (mask == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "policy: '%s' is neither a number nor one of %s", name,
                         NAMES);
    }
    if ((*seen & mask) != 0) {
        return sevk_fail(err, SEVK_USAGE, "policy: '%s' twice", name);
    }
    *seen |= mask;
    *policy |= bits;
    return true;
}

static bool parse_names(const char *text, uint32_t *ret, struct sevk_error *err)
{
    uint32_t seen = 0, policy = 0;
    char name[32];

    for (;;) {
        size_t n = strcspn(text, ",");

        if (n == 0 || n >= sizeof name) {
            return sevk_fail(err, SEVK_USAGE,
                             "policy: expected a number, or names with commas "
                             "between them: %s",
                             NAMES);
        }
        memcpy(name, text, n);
        name[n] = '\0';
        if (!parse_name(name, &seen, &policy, err)) {
            return false;
        }
        if (text[n] == '\0') {
            *ret = policy;
            return true;
        }
        text += n + 1;
    }
}

bool policy_parse(const char *text, uint32_t *ret, struct sevk_error *err)
{
    uint32_t policy;

    if (isdigit((unsigned char)text[0])) {
        if (!number_parse_u32(text, 0, UINT32_MAX, "policy", &policy, err)) {
            return false;
        }
    } else if (!parse_names(text, &policy, err)) {
        return false;
    }
    if (!policy_check_reserved(policy, err)) {
        return false;
    }
    *ret = policy;
    return true;
}

/* Appends at *AT, which never passes POLICY_TEXT_LEN: see the test. */
static void append(char *text, size_t *at, const char *name)
{
    int n = snprintf(text + *at, POLICY_TEXT_LEN - *at, "%s%s",
                     *at == 0 ? "" : ",", name);

    *at += (size_t)n;
}

void policy_format(uint32_t policy, char ret_text[static POLICY_TEXT_LEN])
{
    char part[24];
    size_t at = 0;

    for (size_t i = 0; i < N_NAMES; i++) {
        if ((policy & names[i].bit) != 0) {
            append(ret_text, &at, names[i].name);
        }
    }
    if (policy >> 16 != 0) {
        snprintf(part, sizeof part, "api=%u.%u", policy_api_major(policy),
                 policy_api_minor(policy));
        append(ret_text, &at, part);
    }
    if ((policy & POLICY_RESERVED) != 0) {
        snprintf(part, sizeof part, "reserved=%#" PRIx32,
                 policy & POLICY_RESERVED);
        append(ret_text, &at, part);
    }
    if (at == 0) {
        append(ret_text, &at, "0");
    }
}

static bool allows_debugging(uint32_t policy)
{
    return (policy & POLICY_NODBG) == 0;
}

static bool allows_sharing(uint32_t policy)
{
    return (policy & POLICY_NOKS) == 0;
}

static bool lacks_es(uint32_t policy)
{
    return (policy & POLICY_ES) == 0;
}

/* formats.md 9: with neither bit only a PDH certificate is asked for. */
static bool allows_sending_anywhere(uint32_t policy)
{
    return (policy & (POLICY_NOSEND | POLICY_DOMAIN | POLICY_SEV)) == 0;
}

static bool lacks_api(uint32_t policy)
{
    return policy >> 16 == 0;
}

/* formats.md 16: API 0.17 was mended in a later build, 0.18 from the start. */
static bool has_old_api(uint32_t policy)
{
    return !lacks_api(policy) &&
           !policy_api_at_least(policy_api_major(policy),
                                policy_api_minor(policy), 0, 18);
}

static const struct {
    bool (*applies)(uint32_t policy);
    struct policy_weakness weakness;
} weaknesses[] = {
    { allows_debugging,
      { POLICY_WEAK_DEBUG, true,
        "no NODBG: the host may read and write the guest's memory in clear "
        "with the debugging commands" } },
    { allows_sharing,
      { POLICY_WEAK_SHARING, true,
        "no NOKS: the host may start another guest with the same memory key, "
        "which can read this one" } },
    { lacks_es,
      { POLICY_WEAK_NO_ES, false,
        "no ES: registers are open to the host, and nothing about the vCPUs is "
        "measured" } },
    { allows_sending_anywhere,
      { POLICY_WEAK_SEND, false,
        "neither NOSEND nor SEV nor DOMAIN: the host may send the guest to a "
        "key of its own and read it" } },
    { lacks_api,
      { POLICY_WEAK_NO_API, false,
        "no minimum API: firmware of any version, also one with known faults, "
        "may run the guest" } },
    { has_old_api,
      { POLICY_WEAK_OLD_API, false,
        "a minimum API below 0.18: firmware that gives its keys away "
        "(CVE-2019-9836) may run the guest" } },
};

size_t policy_weaknesses(uint32_t policy,
                         struct policy_weakness ret[POLICY_WEAKNESS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof weaknesses / sizeof weaknesses[0]; i++) {
        if (weaknesses[i].applies(policy)) {
            ret[n++] = weaknesses[i].weakness;
        }
    }
    return n;
}
