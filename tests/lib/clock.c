/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that stands where the test puts it. */
#include "lib/clock.h"

static int64_t tell(void *ctx)
{
    const int64_t *now = ctx;

    return *now;
}

struct clock clock_fake(int64_t *now)
{
    return (struct clock){ tell, now };
}
