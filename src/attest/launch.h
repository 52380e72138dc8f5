/* SPDX-License-Identifier: Apache-2.0 */
/* The attested launch: from a host that nobody trusts to a guest with secrets. */
#ifndef SEVKIT_ATTEST_LAUNCH_H
#define SEVKIT_ATTEST_LAUNCH_H

#include "attest/expectation.h"
#include "attest/host.h"
#include "attest/verdict.h"
#include "attest/watch.h"
#include "base/clock.h"
#include "base/random.h"

/*
 * The steps, in this order and no other:
 *
 *   host         what the host says of itself; refused on this very machine
 *   chain        its certificates, verified to a root that the owner trusts
 *   session      fresh keys, for this platform and this one start
 *   start        the VM, paused; its live description is compared
 *   measurement  read once, and these bytes are judged and bound
 *   verdict      the owner's rules and expectations against it
 *   secret       sealed for this measurement, injected
 *   running      resumed
 *
 * After a start was attempted, whatever goes wrong (a "no", an error, a lost
 * connection, the user's wish to stop) destroys the VM, unless the owner asked
 * to keep it. Keys are wiped on every path.
 */
struct launch_names {
    const char *const *items;
    size_t n;
};

struct launch_secret_file {
    const char *name; /* "luks-key" or a GUID */
    const char *path;
};

struct launch_options {
    struct expectation_options expect;
    struct launch_names trust; /* "amd" or files; none: AMD */
    struct launch_names chain; /* files with more certificates */
    const struct launch_secret_file *secrets;
    size_t n_secrets;
    const char *cek_cache; /* folder of signed CEKs; NULL: none */
    const char *keep_keys; /* folder for the session's files; NULL: nowhere */
    bool no_resume;
    bool keep_on_failure;
    bool insecure; /* go on although this is the hypervisor */
    struct rng rng;
    struct clock clock;
};

/*
 * Everything of the owner's, read and checked before the host hears of it.
 * OPTIONS and its strings live as long as the plan.
 */
struct launch_plan;
void launch_plan_free(struct launch_plan **plan); /* also for OWN() */

/*
 * Reads all files. VM is the owner's own description. Refused here: a weak
 * policy, a secret for something that is not measured, a secret larger than
 * the firmware's area, kernel hashes with a firmware that has no area for
 * them.
 */
SEVK_MUST_CHECK bool launch_prepare(const struct launch_options *options,
                                    const struct expectation_vm *vm,
                                    struct launch_plan **ret,
                                    struct sevk_error *err);

/* The policy that the guest will have. */
uint32_t launch_plan_policy(const struct launch_plan *plan);

enum launch_state {
    LAUNCH_NOT_STARTED,
    LAUNCH_RUNNING,
    LAUNCH_PAUSED,
    LAUNCH_DESTROYED,
};

const char *launch_state_name(enum launch_state state);

struct launch_outcome {
    struct verdict verdict;
    struct host_vm vm;
    enum launch_state state;
    size_t n_secrets; /* injected */
};

void launch_outcome_clear(struct launch_outcome *outcome); /* also for OWN() */

/*
 * Runs the plan, once. True: there is a verdict, yes or no. False: something
 * could not be done; the message then also says what became of the VM.
 */
SEVK_MUST_CHECK bool launch_run(struct launch_plan *plan,
                                const struct host *host,
                                const struct watch *watch,
                                struct launch_outcome *ret,
                                struct sevk_error *err);

#endif
