/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict about a guest that somebody else started. */
#ifndef SEVKIT_ATTEST_VALIDATE_H
#define SEVKIT_ATTEST_VALIDATE_H

#include "attest/host.h"
#include "attest/launch.h"

/*
 * The keys were made earlier, by "session create" (then a record says for
 * which platform and policy, and whether they were used) or by another program
 * (then nothing vouches for the platform, which the verdict says).
 *
 * Keys of a session with a record are good for one yes: a host that replays
 * the session blob has a second guest that answers with the same keys, and
 * only the record can tell. So a yes marks them used, before any secret leaves.
 */
struct validate_keys {
    const char *session; /* prefix of the files of "session create", or … */
    const char *tk;      /* … TEK and TIK in one file of 32 bytes, or … */
    const char *tik;     /* … one file each; */
    const char *tek;     /* the TEK is needed for secrets only */
};

struct validate_options {
    struct validate_keys keys;
    struct expectation_options expect;
    const struct launch_secret_file *secrets; /* to inject after a yes */
    size_t n_secrets;
    bool explain;  /* search for what was measured, after a no */
    bool insecure; /* go on although this is the hypervisor */
    struct rng rng;
    struct clock clock;
};

/*
 * Offline: judges EVIDENCE, which the owner was given. The policy that is
 * expected is the owner's (record, option, reference), else the evidence's
 * own, which the MAC then proves and the verdict shows.
 *
 * PACKET may be NULL; otherwise, after a yes, the secrets are sealed into it.
 * RET starts as all zeros.
 */
SEVK_MUST_CHECK bool validate_evidence(const struct validate_options *options,
                                       const struct evidence *evidence,
                                       struct launch_packet *packet,
                                       struct verdict *ret,
                                       struct sevk_error *err);

/*
 * Online: a VM that exists on HOST (start and abandon are not called). The
 * VM's own description is no source of expected values; host->compare() tells
 * what in it makes a yes worthless, which becomes a reason for "no".
 */
SEVK_MUST_CHECK bool validate_online(const struct validate_options *options,
                                     const struct host *host,
                                     const struct watch *watch,
                                     struct launch_outcome *ret,
                                     struct sevk_error *err);

#endif
