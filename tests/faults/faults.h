/* SPDX-License-Identifier: Apache-2.0 */
/* Failures on demand: memory, randomness, files, OpenSSL. */
#ifndef SEVKIT_TESTS_FAULTS_H
#define SEVKIT_TESTS_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The test is linked with --wrap for every function in the lists of faults.c:
 * a call of it from our libraries ends here first. While armed, a call may be
 * told to fail, in the way in which the function itself says that it did; the
 * calls that libraries of others make among themselves are not touched.
 */
enum fault_kind {
    FAULT_MEMORY = 1u << 0, /* malloc, strdup, asprintf, ... */
    FAULT_RANDOM = 1u << 1, /* getrandom */
    FAULT_FILES = 1u << 2,  /* open, read, write, fsync, rename, ... */
    FAULT_CRYPTO = 1u << 3, /* libcrypto's */
    FAULT_ALL = 0xf,
};

/* The AT-th call of these kinds (from 0) fails, and only that. */
void fault_arm_once(unsigned int kinds, uint64_t at);

/* From the seed: each call fails with a probability of one in ONE_IN. */
void fault_arm_random(unsigned int kinds, uint64_t seed, uint32_t one_in);

/* Lets all calls succeed again. How many failed. */
unsigned int fault_disarm(void);

/* For the wrappers: shall this call fail? */
bool fault_due(enum fault_kind kind);

#endif
