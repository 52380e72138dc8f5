/* SPDX-License-Identifier: Apache-2.0 */
/* An expectation as the library's other files use it. */
#ifndef SEVKIT_LIB_EXPECTATION_H
#define SEVKIT_LIB_EXPECTATION_H

#include "lib/handles.h"

/*
 * A copy with the launch digests for POLICY, so that the handle itself never
 * changes. It borrows the handle's pages and command line: it is released with
 * own_free(), before the handle. SEVK_USAGE as expectation_settle().
 */
SEVK_MUST_CHECK bool expectation_settled(
    const struct sevk_expectation *expectation, uint32_t policy,
    struct expectation **ret, struct sevk_error *err);

#endif
