/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit policy encode: the number that stands for a policy's names. */
#include "cli/verb.h"
#include "owner/policy.h"

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    struct out *out = call->out;
    char names[POLICY_TEXT_LEN];
    uint32_t policy;

    if (!policy_parse(call->args[0], &policy, err)) {
        return false;
    }
    policy_format(policy, names);
    out_bits(out, out->tree, "policy", policy);
    out_text(out, out->tree, "names", names);
    return true;
}

const struct verb verb_policy_encode = {
    .noun = "policy",
    .verb = "encode",
    .summary = "turn the names of a guest policy into its number",
    .args = "NAMES",
    .min_args = 1,
    .max_args = 1,
    .plain = "policy",
    .run = run,
};
