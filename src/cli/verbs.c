/* SPDX-License-Identifier: Apache-2.0 */
/* Every verb, in the order in which they are listed. */
#include "cli/verbs.h"

const struct verb *const verbs[] = {
    &verb_policy_show,
    &verb_policy_encode,
};

const size_t n_verbs = sizeof verbs / sizeof verbs[0];
