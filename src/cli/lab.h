/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of the lab share: which lab, and what there is to say of it. */
#ifndef SEVKIT_CLI_LAB_H
#define SEVKIT_CLI_LAB_H

#include "cli/opt.h"
#include "cli/out.h"
#include "lab/lab.h"

/* The row "--dir" for a member of type const char *. */
#define LAB_DIR_ROW(type, member)                                              \
    {                                                                          \
        .name = "dir", .arg = "DIR",                                           \
        .help = "the lab's directory, if not the usual one",                   \
        .set = opt_set_string, .at = offsetof(type, member)                    \
    }

/* Adds the state, directory, URI, platform, processes and domains. */
void show_lab(struct out *out, const struct lab_status *status);

#endif
