/* SPDX-License-Identifier: Apache-2.0 */
/* The attested launch: from a host that nobody trusts to a guest with secrets. */
#include "attest/launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/launch_steps.h"
#include "base/own.h"

const char *launch_state_name(enum launch_state state)
{
    static const char *const names[] = {
        [LAUNCH_NOT_STARTED] = "not started",
        [LAUNCH_RUNNING] = "running",
        [LAUNCH_PAUSED] = "paused",
        [LAUNCH_DESTROYED] = "destroyed",
    };

    return names[state];
}

void launch_outcome_clear(struct launch_outcome *outcome)
{
    verdict_clear(&outcome->verdict);
    *outcome = (struct launch_outcome){ 0 };
}

/* True: done, or a "no" that ended it. */
static bool run_steps(struct launch_run *r, struct sevk_error *err)
{
    for (size_t i = 0; i < n_launch_steps; i++) {
        if (watch_stopped(r->watch)) {
            return sevk_fail(err, SEVK_HOST, "stopped before the step '%s'",
                             launch_steps[i].name);
        }
        if (!launch_steps[i].run(r, err)) {
            return false;
        }
        watch_step(r->watch, launch_steps[i].name, r->said);
        if (launch_steps[i].judges && !r->out.verdict.yes) {
            return true;
        }
    }
    return true;
}

#define ABANDON_TRIES   6
#define ABANDON_WAIT_MS 500u

static void tell_retry(struct launch_run *r, const struct sevk_error *why)
{
    char text[SEVK_ERROR_MESSAGE_LEN];

    snprintf(text, sizeof text,
             "the VM can't be destroyed yet (%.300s); trying again",
             why->message);
    watch_warn(r->watch, text);
}

/* A host that has lost the connection may come back. */
static bool abandon(struct launch_run *r, struct sevk_error *err)
{
    for (unsigned int i = 0; i < ABANDON_TRIES; i++) {
        if (i != 0) {
            tell_retry(r, err);
            r->host->wait(r->host->ctx, ABANDON_WAIT_MS << (i - 1));
        }
        if (r->host->abandon(r->host->ctx, err)) {
            r->out.state = LAUNCH_DESTROYED;
            return true;
        }
    }
    return false;
}

/* The first failure is the one to tell; what became of the VM follows it. */
static bool tell(struct sevk_error *err, const char *fate)
{
    char why[SEVK_ERROR_MESSAGE_LEN];

    if (err != NULL) {
        memcpy(why, err->message, sizeof why);
        snprintf(err->message, sizeof err->message, "%.240s; %.240s", why,
                 fate);
    }
    return false;
}

static bool fail_left(const struct launch_run *r, const struct sevk_error *left,
                      bool failed, struct sevk_error *err)
{
    char fate[320];

    snprintf(fate, sizeof fate,
             "the VM %.60s could NOT be destroyed (%.90s): destroy it by hand, "
             "'%.100s'",
             r->out.vm.uuid[0] == '\0' ? r->out.vm.name : r->out.vm.uuid,
             left->message, r->out.vm.by_hand);
    if (!failed) {
        sevk_fail(err, SEVK_HOST, "the verdict is no");
    }
    return tell(err, fate);
}

/*
 * After a "no", or when something FAILED: nothing of the launch stays, unless
 * the owner wants it kept. True: the verdict "no" can be returned.
 */
static bool clean_up(struct launch_run *r, bool failed, struct sevk_error *err)
{
    struct sevk_error left = { 0 };

    if (!r->attempted) {
        launch_remove_keys(r);
        return !failed;
    }
    if (r->plan->options->keep_on_failure) {
        return failed ? tell(err, "the VM was kept (--keep-on-failure)") : true;
    }
    if (!abandon(r, &left)) {
        return fail_left(r, &left, failed, err);
    }
    launch_remove_keys(r);
    return failed ? tell(err, "no VM was left behind") : true;
}

static void own_run(struct launch_run **r)
{
    if (*r != NULL) {
        session_clear(&(*r)->session);
        launch_outcome_clear(&(*r)->out);
        free((*r)->kept);
        free(*r);
    }
    *r = NULL;
}

bool launch_run(struct launch_plan *plan, const struct host *host,
                const struct watch *watch, struct launch_outcome *ret,
                struct sevk_error *err)
{
    OWN(own_run) struct launch_run *r = calloc(1, sizeof *r);
    bool done;

    if (r == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    r->plan = plan;
    r->host = host;
    r->watch = watch;
    done = run_steps(r, err);
    if ((!done || !r->out.verdict.yes) && !clean_up(r, !done, err)) {
        return false;
    }
    *ret = r->out;
    r->out = (struct launch_outcome){ 0 };
    return true;
}
