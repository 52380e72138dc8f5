/* SPDX-License-Identifier: Apache-2.0 */
/* What verbs share about platforms: whom to trust, and what a chain showed. */
#ifndef SEVKIT_CLI_TRUST_H
#define SEVKIT_CLI_TRUST_H

#include "cli/opt.h"
#include "cli/out.h"
#include "owner/chain.h"
#include "owner/trust.h"

/*
 * The roots that "--trust amd|FILE" names; no option means AMD's. A virtual
 * platform's root gets here by a file named on the command line, and in no
 * other way.
 */
SEVK_MUST_CHECK bool trust_from_options(const struct opt_list *names,
                                        struct trust *ret,
                                        struct sevk_error *err);

/* All certificates of the FILES. */
SEVK_MUST_CHECK bool chain_from_options(const struct opt_list *files,
                                        struct chain **ret,
                                        struct sevk_error *err);

/*
 * Says on stderr that the platform is a virtual one, if the verdict in the
 * result (attest/verdict_json.h) is about such a one.
 */
void say_virtual(const struct out *out);

#endif
