/* SPDX-License-Identifier: Apache-2.0 */
/* Shows the progress of a flow, and stops it when the user wants to. */
#ifndef SEVKIT_CLI_WATCH_H
#define SEVKIT_CLI_WATCH_H

#include "attest/watch.h"
#include "cli/out.h"

/*
 * From now on SIGINT, SIGTERM and SIGHUP do not end the process: they make
 * stopped() true, so that the flow can destroy what it started. Steps are notes
 * on stderr, warnings are warnings. OUT lives as long as the result.
 */
struct watch watch_user(struct out *out);

#endif
