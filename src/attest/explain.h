/* SPDX-License-Identifier: Apache-2.0 */
/* Explains a "no": what would have made the measurement match. */
#ifndef SEVKIT_ATTEST_EXPLAIN_H
#define SEVKIT_ATTEST_EXPLAIN_H

#include "attest/evidence.h"
#include "attest/expectation.h"
#include "base/secret.h"

/*
 * A measurement that does not match says nothing about why. But who has the
 * TIK can ask for any other guest whether it would have given this MAC: two
 * vCPUs instead of four, another CPU model, no kernel hashes, a command line
 * with a newline at its end, another firmware image of this machine … Each
 * change of one value is tried, then each pair of changes of different values.
 *
 * The verdict stays "no": that the host started something that we can name
 * does not make it what the owner meant. And as the answer needs the TIK, only
 * the owner can ask.
 *
 * The values that are tried:
 *  - vCPUs 1 to 256, or to twice the expected number;
 *  - the CPU signatures of all models of cpu_model.h, both VM types, and the
 *    SEV_FEATURES that kernels are known to set;
 *  - kernel hashes off (or on, with the kernel to try of the expectation), no
 *    initrd, and the command line as programs are known to spoil it (the hashes
 *    that a reference gives have no text to spoil);
 *  - all policies, firmware APIs 0.17 to 0.31 and 1.0 to 1.63, all builds;
 *  - the images of LIST (explain_images.h).
 *
 * VMSAs that the owner brought as files are understood when they are what
 * vmsa_init.h makes; otherwise only their number changes. Launch digests of a
 * reference without an image can't be taken apart: policy, API and build are
 * tried with them.
 */
enum explain_what {
    EXPLAIN_FIRMWARE,
    EXPLAIN_KERNEL_HASHES,
    EXPLAIN_INITRD,
    EXPLAIN_CMDLINE,
    EXPLAIN_CPU,
    EXPLAIN_VM_TYPE,
    EXPLAIN_SEV_FEATURES,
    EXPLAIN_VCPUS,
    EXPLAIN_POLICY,
    EXPLAIN_API,
    EXPLAIN_BUILD,
};

#define EXPLAIN_EXPECTED_LEN 40
#define EXPLAIN_FOUND_LEN    160 /* a longer path is cut */
#define EXPLAIN_TEXT_LEN     400
#define EXPLAIN_CHANGES_MAX  2

/* Plain data, nothing secret. */
struct explain_change {
    enum explain_what what;
    char expected[EXPLAIN_EXPECTED_LEN];
    char found[EXPLAIN_FOUND_LEN];
};

struct explanation {
    bool complete;    /* false: the search became too large and was cut short */
    size_t n_changes; /* 0: nothing known explains it */
    struct explain_change changes[EXPLAIN_CHANGES_MAX];
    uint64_t candidates; /* how many were tried */
    uint64_t pages;      /* VMSAs that were hashed for them */
};

/* "vcpus", "cpu", "vm_type": the member of the verdict that it is about. */
const char *explain_what_name(enum explain_what what);

/* "matches if vcpus=2", or that nothing known explains it; no full stop. */
void explanation_text(const struct explanation *x,
                      char ret[static EXPLAIN_TEXT_LEN]);

struct explain_images;

/*
 * E is settled. IMAGES may be NULL. Stops at the first match: the simplest
 * comes first. Fails (SEVK_HOST, SEVK_INPUT) only when memory is short or the
 * TIK has not 16 bytes.
 */
SEVK_MUST_CHECK bool explain_search(const struct evidence *evidence,
                                    const struct expectation *e,
                                    const struct sevk_secret *tik,
                                    const struct explain_images *images,
                                    struct explanation *ret,
                                    struct sevk_error *err);

/* The same with the images of this machine, where QEMU's descriptors are. */
SEVK_MUST_CHECK bool explain_on_this_machine(const struct evidence *evidence,
                                             const struct expectation *e,
                                             const struct sevk_secret *tik,
                                             struct explanation *ret,
                                             struct sevk_error *err);

#endif
