/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit policy show: what a guest policy demands, and what it leaves open. */
#include "cli/verb.h"
#include "owner/policy.h"

static const char *const weakness_names[] = {
    [POLICY_WEAK_DEBUG] = "debug",   [POLICY_WEAK_SHARING] = "sharing",
    [POLICY_WEAK_NO_ES] = "no-es",   [POLICY_WEAK_SEND] = "send",
    [POLICY_WEAK_NO_API] = "no-api",
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

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    struct out *out = call->out;
    char names[POLICY_TEXT_LEN];
    char api[16];
    uint32_t policy;

    if (!policy_parse(call->args[0], &policy, err)) {
        return false;
    }
    policy_format(policy, names);
    snprintf(api, sizeof api, "%u.%u", policy_api_major(policy),
             policy_api_minor(policy));
    out_bits(out, out->tree, "policy", policy);
    out_text(out, out->tree, "names", names);
    out_flag(out, out->tree, "sev_es", (policy & POLICY_ES) != 0);
    out_text(out, out->tree, "min_api", api);
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
