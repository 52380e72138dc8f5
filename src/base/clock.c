/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t now_from_system(void *ctx)
{
    struct timespec ts;

    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec;
}

struct clock clock_system(void)
{
    return (struct clock){ now_from_system, NULL };
}

int64_t clock_now(struct clock clock)
{
    return clock.now(clock.ctx);
}

void clock_format(int64_t seconds, char ret_text[static CLOCK_TEXT_LEN])
{
    time_t t = (time_t)seconds;
    struct tm tm;

    strcpy(ret_text, "?");
    if (gmtime_r(&t, &tm) != NULL && tm.tm_year >= -1900 &&
        tm.tm_year <= 8099) {
        /* strftime()'s %Y has no leading zeros. */
        snprintf(ret_text, CLOCK_TEXT_LEN, "%04d", tm.tm_year + 1900);
        strftime(ret_text + 4, CLOCK_TEXT_LEN - 4, "-%m-%dT%H:%M:%SZ", &tm);
    }
}
