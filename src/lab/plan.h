/* SPDX-License-Identifier: Apache-2.0 */
/* A lab about to be started: its options with every default filled in. */
#ifndef SEVKIT_LAB_PLAN_H
#define SEVKIT_LAB_PLAN_H

#include "lab/lab.h"
#include "lab/programs.h"

/*
 * What the caller left open is decided here, once, and before anything is
 * touched: which folder, which virtual platform (the caller's, or one to be
 * made within the folder), whether libvirt runs in system mode (as root) or in
 * session mode (as anybody else), where the programs are, what host is shown,
 * how long to wait. All that follows reads the plan and asks no more questions,
 * so a lab can be started again, or looked at, by the same values.
 *
 * Paths are absolute. Nothing is created here: plan_make() looks and refuses.
 */

struct plan {
    char dir[LAB_PATH_LEN];
    char platform[LAB_PATH_LEN];
    bool system;
    struct programs programs;
    struct lab_host host;
    unsigned timeout_ms;
};

/* The host name that the lab's libvirt gives. A dot keeps it out of DNS. */
#define LAB_HOSTNAME "sevkit-lab.internal"

SEVK_MUST_CHECK bool plan_make(const struct lab_options *options,
                               struct plan *ret, struct sevk_error *err);

#endif
