/* SPDX-License-Identifier: Apache-2.0 */
/* One launch as a test sets it up: files, options, host, and its outcome. */
#ifndef SEVKIT_TESTS_ATTEST_CASE_H
#define SEVKIT_TESTS_ATTEST_CASE_H

#include "attest/launch.h"
#include "lib/clock.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "unit/attest/fake_host.h"

/*
 * By default everything is in order: an image with secret and hash areas,
 * kernel hashes, policy 0x03, the made chain trusted by its root's file, one
 * secret. A test changes what it is about.
 */
struct test_case {
    struct temp_dir dir;
    char *firmware;
    char *kernel;
    char *initrd;
    char *secret;
    const char *trust[1];
    char *root;
    struct launch_secret_file secrets[1];
    struct fake_rng random;
    int64_t now;
    struct launch_options options;
    struct expectation_vm vm;
    struct fake_host host;
    struct launch_outcome outcome;
    struct sevk_error err;
};

#define CASE_SECRET "open sesame"

/* One case at a time, as cmocka's setup and teardown: *state is the case. */
int case_setup(void **state);
int case_teardown(void **state);

/* The kernel's bytes change: on the host, and for the owner not. */
void case_load_other_kernel(struct test_case *c);

/* Prepares and runs. True when there was a verdict. */
bool case_run(struct test_case *c);

/* Nothing is left of it on the host, and no secret got there. */
void assert_nothing_left(const struct test_case *c);

/* A verdict "no" with a reason that contains PART. */
void assert_no_because(const struct verdict *v, const char *part);

/* V's list has a sentence that contains PART. */
bool says(const struct sentences *s, const char *part);

#endif
