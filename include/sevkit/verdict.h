/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict: yes or no, why, and what a yes covers and what it does not. */
#ifndef SEVKIT_VERDICT_H
#define SEVKIT_VERDICT_H

#include <sevkit/expectation.h>
#include <sevkit/measurement.h>
#include <sevkit/session.h>

SEVK_BEGIN_DECLS

/*
 * Two questions end in a verdict: is this a platform that keys may be made for
 * (sevk_chain_verify()), and is this guest what its owner meant
 * (sevk_verdict_reach())? Bad evidence is a verdict "no" with its reasons,
 * never an error.
 *
 * A yes about a guest has no reasons, but always a list of what it does not
 * cover: load addresses are not authenticated, memory has no integrity before
 * SEV-SNP, devices and disks are not measured, and so on. Whoever shows a yes
 * should show that list too. What is virtual, unmeasured or unverified stands
 * there in capitals or plain words.
 *
 * The handle never changes, and holds nothing secret: threads may share it, and
 * its text can be kept. It is released with sevk_verdict_free(); all that it
 * was made from may be freed before.
 */
struct sevk_verdict;

/* The lists of sentences, which have no full stop and no newline. */
enum sevk_verdict_list {
    SEVK_VERDICT_REASONS = 0,     /* why not; empty with a yes */
    SEVK_VERDICT_COVERED = 1,     /* what a yes covers; empty with a no */
    SEVK_VERDICT_NOT_COVERED = 2, /* what it does not */
    SEVK_VERDICT_WARNINGS = 3,    /* known faults of the platform */
};

/*
 * FLAGS of sevk_verdict_reach(): after a "no" because of the measurement, search
 * what would have made it match (another number of vCPUs, CPU model, command
 * line, an image of this machine, …). That takes up to some seconds, and reads
 * the firmware images that QEMU's descriptors on this machine name.
 */
#define SEVK_VERDICT_EXPLAIN 0x1u

/*
 * Judges a guest: was it loaded as EXPECTATION says, under SESSION's keys, on a
 * firmware and under a policy that the rules accept? The policy that is
 * expected is the expectation's, else the session's, else the evidence's.
 *
 * A yes uses the session up for this guest, on disk too, before it is returned.
 * When the keys were used for another guest, that is SEVK_REFUSED, as is
 * everything else that keeps the use from being recorded: there is no yes then.
 *
 * SEVK_USAGE when the expectation lacks a value or contradicts itself or the
 * session; the message says what.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_verdict_reach(
    const struct sevk_expectation *expectation,
    const struct sevk_measurement *measurement, struct sevk_session *session,
    uint32_t flags, struct sevk_verdict **ret_verdict, struct sevk_error *err);

/* Releases it and leaves NULL behind; NULL in *VERDICT is fine. */
SEVK_API void sevk_verdict_free(struct sevk_verdict **verdict);

/* Yes or no. A NULL verdict is a no. */
SEVK_API bool sevk_verdict_yes(const struct sevk_verdict *verdict);

/* How many sentences the list has. */
SEVK_API size_t sevk_verdict_count(const struct sevk_verdict *verdict,
                                   enum sevk_verdict_list list);

/*
 * The list's sentence of that INDEX (from 0), NULL when there are no more. It
 * lives as long as the verdict, as does all text below.
 */
SEVK_API const char *sevk_verdict_sentence(const struct sevk_verdict *verdict,
                                           enum sevk_verdict_list list,
                                           size_t index);

/* "matches if vcpus=2", or that nothing known does; NULL if not searched. */
SEVK_API const char *sevk_verdict_explanation(
    const struct sevk_verdict *verdict);

/* A certificate chain to a trusted root stands behind the platform. */
SEVK_API bool sevk_verdict_is_verified(const struct sevk_verdict *verdict);

/*
 * The platform is emulated in software (its root says so, trusted or not): it
 * protects nothing. A program should tell its user whenever this is true.
 */
SEVK_API bool sevk_verdict_is_virtual(const struct sevk_verdict *verdict);

/* The trusted root's name, "AMD Milan"; "" when there is none. */
SEVK_API const char *sevk_verdict_root(const struct sevk_verdict *verdict);

/* The processor's generation, "Milan"; "" when it is not known. */
SEVK_API const char *sevk_verdict_generation(
    const struct sevk_verdict *verdict);

/*
 * Which chip: 32 bytes, see sevkit/chain.h. False, and RET_ID as it was, when
 * no CEK was at hand. It means something only if the chain was verified.
 */
SEVK_API bool sevk_verdict_platform_id(const struct sevk_verdict *verdict,
                                       uint8_t ret_id[SEVK_PLATFORM_ID_LEN]);

/*
 * The whole verdict as a JSON object, on one line, with the members that
 * sevkit-vm-validate(1) lists. *RET_TEXT is released with free(3).
 */
SEVK_API SEVK_MUST_CHECK bool sevk_verdict_json(
    const struct sevk_verdict *verdict, char **ret_text,
    struct sevk_error *err);

SEVK_END_DECLS

#endif
