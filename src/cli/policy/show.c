/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit policy show: what a guest policy demands, and what it leaves open. */
#include <ctype.h>

#include "base/number.h"
#include "cli/verb.h"
#include "owner/policy.h"

static const char *const weakness_names[] = {
    [POLICY_WEAK_DEBUG] = "debug",   [POLICY_WEAK_SHARING] = "sharing",
    [POLICY_WEAK_NO_ES] = "no-es",   [POLICY_WEAK_SEND] = "send",
    [POLICY_WEAK_NO_API] = "no-api", [POLICY_WEAK_OLD_API] = "old-api",
};

/* formats.md 3, by the number of the bit. */
static const struct {
    const char *name;
    const char *set;
    const char *clear;
} bits[] = {
    { "nodbg", "the host may not debug the guest",
      "the host may read and write the guest's memory in clear" },
    { "noks", "no other guest gets this one's key",
      "the host may give this guest's key to another guest" },
    { "es", "SEV-ES: registers are encrypted, vCPUs are measured",
      "SEV: registers are open to the host, vCPUs are not measured" },
    { "nosend", "the guest may not be sent to another platform",
      "the guest may be sent to another platform" },
    { "domain", "it may be sent only to a platform of the same owner (OCA)",
      "it may be sent to platforms of other owners" },
    { "sev", "it may be sent only to a platform that proves to be AMD's",
      "it may be sent to what does not prove to be a SEV platform" },
};

static void show_weaknesses(struct out *out, uint32_t policy)
{
    struct policy_weakness weak[POLICY_WEAKNESS_MAX];
    size_t n = policy_weaknesses(policy, weak);
    struct json_object *list = out_list(out, out->tree, "weaknesses");

    for (size_t i = 0; i < n; i++) {
        struct json_object *item = out_object(out, list, NULL);

        out_text(out, item, "id", weakness_names[weak[i].id]);
        out_flag(out, item, "refused_by_launch", weak[i].serious);
        out_text(out, item, "message", weak[i].sentence);
    }
}

static void show_bits(struct out *out, uint32_t policy)
{
    struct json_object *list = out_list(out, out->tree, "bits");

    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        bool set = (policy & 1u << i) != 0;
        struct json_object *item = out_object(out, list, NULL);

        out_number(out, item, "bit", i);
        out_text(out, item, "name", bits[i].name);
        out_flag(out, item, "set", set);
        out_text(out, item, "means", set ? bits[i].set : bits[i].clear);
    }
}

/* A number is taken as it is: what is wrong with it is told, not refused. */
static bool parse(const char *text, uint32_t *ret, struct sevk_error *err)
{
    if (isdigit((unsigned char)text[0])) {
        return number_parse_u32(text, 0, UINT32_MAX, "policy", ret, err);
    }
    return policy_parse(text, ret, err);
}

/* Firmware refuses such a policy (formats.md 2): exit status 1. */
static void show_reserved(struct out *out, uint32_t policy)
{
    uint32_t reserved = policy & POLICY_RESERVED;

    out_bits(out, out->tree, "reserved", reserved);
    if (reserved != 0) {
        out->no = true;
        out_warn(out, "bits 6 to 15 are reserved and must be 0: no firmware "
                      "starts a guest with this policy; the minimum API is in "
                      "bits 16 to 31");
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    struct out *out = call->out;
    char names[POLICY_TEXT_LEN];
    char api[16];
    uint32_t policy;

    if (!parse(call->args[0], &policy, err)) {
        return false;
    }
    policy_format(policy, names);
    snprintf(api, sizeof api, "%u.%u", policy_api_major(policy),
             policy_api_minor(policy));
    out_bits(out, out->tree, "policy", policy);
    out_text(out, out->tree, "names", names);
    out_flag(out, out->tree, "sev_es", (policy & POLICY_ES) != 0);
    out_text(out, out->tree, "min_api", api);
    show_reserved(out, policy);
    show_bits(out, policy);
    show_weaknesses(out, policy);
    return true;
}

const struct verb verb_policy_show = {
    .noun = "policy",
    .verb = "show",
    .summary = "say what a guest policy demands and what it leaves open",
    .args = "POLICY",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
