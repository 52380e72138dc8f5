/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day, passed in by the caller. */
#ifndef SEVKIT_BASE_CLOCK_H
#define SEVKIT_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now)(void *ctx); /* seconds since 1970-01-01 00:00:00 UTC */
    void *ctx;
};

struct clock clock_system(void);

int64_t clock_now(struct clock clock);

/* "2026-01-31T12:34:56Z"; seconds outside the years 0 to 9999 give "?". */
#define CLOCK_TEXT_LEN 32
void clock_format(int64_t seconds, char ret_text[static CLOCK_TEXT_LEN]);

#endif
