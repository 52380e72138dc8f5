/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit reference show: what a reference says, and nothing that it does not. */
#include <stdlib.h>

#include "base/own.h"
#include "cli/reference_tree.h"
#include "cli/verb.h"

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    OWN(own_free) struct reference *r = calloc(1, sizeof *r);

    if (r == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!reference_read(call->args[0], r, err)) {
        return false;
    }
    reference_tree(call->out, call->out->tree, r);
    return true;
}

const struct verb verb_reference_show = {
    .noun = "reference",
    .verb = "show",
    .summary = "show what a reference expects",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
