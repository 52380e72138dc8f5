/* SPDX-License-Identifier: Apache-2.0 */
/* The guest policy, for other programs. */
#include <sevkit/policy.h>

#include <stdio.h>

#include "attest/acceptance.h"
#include "owner/policy.h"

bool sevk_policy_parse(const char *text, uint32_t *ret_policy,
                       struct sevk_error *err)
{
    return policy_parse(text, ret_policy, err);
}

void sevk_policy_format(uint32_t policy, char *ret_text, size_t room)
{
    char text[POLICY_TEXT_LEN];

    policy_format(policy, text);
    snprintf(ret_text, room, "%s", text);
}

bool sevk_policy_check(uint32_t policy, bool allow_weak, struct sevk_error *err)
{
    struct acceptance rules = acceptance_default();

    rules.allow_weak_policy = allow_weak;
    return acceptance_check_policy(&rules, policy, err);
}

size_t sevk_policy_warning_count(uint32_t policy)
{
    struct policy_weakness weak[POLICY_WEAKNESS_MAX];

    return policy_weaknesses(policy, weak);
}

const char *sevk_policy_warning(uint32_t policy, size_t index,
                                bool *ret_serious)
{
    struct policy_weakness weak[POLICY_WEAKNESS_MAX];

    if (index >= policy_weaknesses(policy, weak)) {
        return NULL;
    }
    if (ret_serious != NULL) {
        *ret_serious = weak[index].serious;
    }
    return weak[index].sentence;
}
