/* SPDX-License-Identifier: Apache-2.0 */
/* A lab about to be started: its options with every default filled in. */
#ifndef SEVKIT_LAB_PLAN_H
#define SEVKIT_LAB_PLAN_H

#include "lab/lab.h"
#include "lab/programs.h"

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
