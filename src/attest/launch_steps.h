/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a launch under way: its state and its steps. */
#ifndef SEVKIT_ATTEST_LAUNCH_STEPS_H
#define SEVKIT_ATTEST_LAUNCH_STEPS_H

#include "attest/launch_plan.h"

/* A launch under way. It is large, and lives on the heap. */
struct launch_run {
    struct launch_plan *plan;
    const struct host *host;
    const struct watch *watch;
    struct launch_outcome out;
    struct chain_verdict chain;
    struct session session;
    struct evidence evidence;
    char said[HOST_TEXT_LEN]; /* what the step says of itself */
    char *kept;               /* prefix of the key files; NULL: none written */
    bool attempted;           /* there may be a VM */
};

/*
 * One step. It fails when it could not be done, and on success has said in
 * "said" what came of it; a verdict "no" is in out.verdict.
 */
struct launch_step {
    const char *name;
    bool (*run)(struct launch_run *r, struct sevk_error *err);
    bool judges; /* after it the verdict must be yes to go on */
};

/* All steps in their order. */
extern const struct launch_step launch_steps[];
extern const size_t n_launch_steps;

/* Removes the key files that the session step wrote, if it did. */
void launch_remove_keys(const struct launch_run *r);

#endif
