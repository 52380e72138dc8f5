/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict: yes or no, why, and what a yes covers and what it does not. */
#ifndef SEVKIT_ATTEST_VERDICT_H
#define SEVKIT_ATTEST_VERDICT_H

#include "attest/evidence.h"
#include "attest/expectation.h"
#include "attest/explain.h"
#include "attest/sentences.h"
#include "owner/session_record.h"

/*
 * Bad evidence is a verdict "no" with its reasons, never an error. A yes has
 * no reasons, but always a list of what it does not cover: load addresses are
 * not authenticated, memory has no integrity before SEV-SNP, devices and disks
 * are not measured. Whoever shows a yes shows that list too.
 *
 * The verdict holds everything it was reached from, so that it can be kept and
 * a "no" already says which inputs were used. Nothing in it is secret.
 */

/* Whom the keys were made for. Plain data; all zeros: nobody vouched. */
struct verdict_platform {
    bool verified; /* a chain to a trusted root */
    bool is_virtual;
    bool has_id;
    uint8_t id[SHA256_LEN];
    char root[TRUST_NAME_LEN];
    char generation[TRUST_GENERATION_LEN];
};

struct verdict {
    bool yes;
    struct verdict_platform platform;

    bool has_evidence; /* false: it did not come to a measurement */
    struct evidence evidence;

    bool has_inputs;
    uint32_t policy; /* the expected one */
    bool has_firmware;
    uint8_t firmware_digest[SHA256_LEN];
    uint64_t firmware_size;
    bool has_kernel_hashes;
    struct kernel_hash_table kernel_hashes;
    uint32_t vcpus; /* measured ones; 0 without SEV-ES */
    uint32_t cpu_signature;
    enum vmsa_vm_type vm_type;
    bool own_vmsa; /* VMSAs came from files: the two above do not count */
    size_t n_digests;
    uint8_t digest[SHA256_LEN]; /* the one that matched, or the first */

    bool matches; /* the measurement does, whatever else is wrong */
    struct explanation *explanation; /* NULL: none was looked for */

    struct sentences reasons; /* why not; none with a yes */
    struct sentences covered;
    struct sentences not_covered;
    struct sentences warnings; /* of the chain: known faults */
};

void verdict_clear(struct verdict *verdict); /* also for OWN() */

struct verdict_platform verdict_platform_of_chain(
    const struct chain_verdict *chain);
struct verdict_platform verdict_platform_of_record(
    const struct session_record *record);

/*
 * Before keys are made: is this a platform for which they may be? A "yes" here
 * says that and no more. RET starts as all zeros.
 */
SEVK_MUST_CHECK bool verdict_of_chain(const struct chain_verdict *chain,
                                      const struct acceptance *rules,
                                      struct verdict *ret,
                                      struct sevk_error *err);

/*
 * The verdict about a guest: the platform, its firmware version, the policy,
 * the measurement. E is settled. RET starts as all zeros.
 */
SEVK_MUST_CHECK bool verdict_reach(const struct evidence *evidence,
                                   const struct expectation *e,
                                   const struct verdict_platform *platform,
                                   const struct sevk_secret *tik,
                                   struct verdict *ret, struct sevk_error *err);

/*
 * After verdict_reach(): searches for what was measured instead, when the
 * measurement is not the expected one. The verdict stays what it is.
 */
SEVK_MUST_CHECK bool verdict_explain(const struct expectation *e,
                                     const struct sevk_secret *tik,
                                     struct verdict *verdict,
                                     struct sevk_error *err);

#endif
