/* SPDX-License-Identifier: Apache-2.0 */
/* Lets signals wait while keys are written to files. */
#ifndef SEVKIT_CLI_HOLD_H
#define SEVKIT_CLI_HOLD_H

#include <signal.h>

#include "base/own.h"

/*
 * A set of files appears all or none, but its temporary files hold keys before
 * that, and would stay if the process ended in between. So SIGINT, SIGTERM and
 * SIGHUP wait from hold_begin() to hold_end(), which delivers them:
 *
 *     HOLD_SIGNALS(hold);
 *
 * stands before the set, so that the set is dropped first. Nothing that waits
 * for the user or for another host belongs in between.
 */
struct hold {
    sigset_t before;
};

struct hold hold_begin(void);
void hold_end(struct hold *hold);

/* From here to the end of the scope. */
#define HOLD_SIGNALS(name)                                                     \
    __attribute__((unused)) OWN(hold_end) struct hold name = hold_begin()

#endif
