/* SPDX-License-Identifier: Apache-2.0 */
/* Lets signals wait while keys are written to files. */
#include "cli/hold.h"

struct hold hold_begin(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct hold hold;
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaddset(&set, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &set, &hold.before);
    return hold;
}

void hold_end(struct hold *hold)
{
    sigprocmask(SIG_SETMASK, &hold->before, NULL);
}
