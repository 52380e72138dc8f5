/* SPDX-License-Identifier: Apache-2.0 */
/* The setter of options that are a guest policy. */
#include "base/error.h"
#include "cli/opt.h"
#include "owner/policy.h"

bool opt_set_policy(const struct opt *row, const char *value, void *target,
                    struct sevk_error *err)
{
    struct opt_u32 *field = target;

    if (!policy_parse(value, &field->value, err)) {
        return sevk_fail_in(err, "--%s", row->name);
    }
    field->given = true;
    return true;
}
