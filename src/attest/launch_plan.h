/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a launch plan: what launch_prepare() leaves for launch_run(). */
#ifndef SEVKIT_ATTEST_LAUNCH_PLAN_H
#define SEVKIT_ATTEST_LAUNCH_PLAN_H

#include "attest/launch.h"
#include "owner/trust.h"

struct launch_plan {
    const struct launch_options *options;
    struct expectation *expectation; /* settled */
    struct trust trust;
    struct chain *chain; /* the owner's own certificates, to be completed */
    struct sevk_secret table; /* empty: nothing to inject */
    uint32_t policy;
};

/*
 * Shared with validate.c: the secrets as one table in *RET (left empty when
 * there are none), within the area that the expected firmware declares, and
 * only if what reads them is measured.
 */
SEVK_MUST_CHECK bool launch_read_secrets(const struct launch_secret_file *files,
                                         size_t n, const struct expectation *e,
                                         struct sevk_secret *ret,
                                         struct sevk_error *err);

#endif
