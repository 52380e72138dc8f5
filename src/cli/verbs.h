/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs' constants, each defined in src/cli/<noun>/<verb>.c. */
#ifndef SEVKIT_CLI_VERBS_H
#define SEVKIT_CLI_VERBS_H

#include "cli/verb.h"

extern const struct verb verb_policy_show;
extern const struct verb verb_policy_encode;

#endif
