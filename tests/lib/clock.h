/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that stands where the test puts it. */
#ifndef SEVKIT_TESTS_CLOCK_H
#define SEVKIT_TESTS_CLOCK_H

#include "base/clock.h"

/* Tells *NOW, which the test may change and which must outlive the clock. */
struct clock clock_fake(int64_t *now);

#endif
