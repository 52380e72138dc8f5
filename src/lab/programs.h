/* SPDX-License-Identifier: Apache-2.0 */
/* The programs and modules that a lab is made of: where they are. */
#ifndef SEVKIT_LAB_PROGRAMS_H
#define SEVKIT_LAB_PROGRAMS_H

#include "lab/lab.h"

/* Longer paths are passed over. */
#define PROGRAM_PATH_LEN 512

struct programs {
    char libvirtd[PROGRAM_PATH_LEN];
    char qemu[PROGRAM_PATH_LEN];    /* the real one */
    char wrapper[PROGRAM_PATH_LEN]; /* sevkit-qemu */
    char preload[PROGRAM_PATH_LEN]; /* the module for libvirtd */
    char drivers
        [PROGRAM_PATH_LEN]; /* libvirt's driver modules; "" when not found */
};

/* All of them, or a sentence about the one that is missing. */
SEVK_MUST_CHECK bool programs_find(const struct lab_options *options,
                                   struct programs *ret,
                                   struct sevk_error *err);

/* The first executable file NAME in the directories of PATH (as in $PATH). */
bool programs_in_path(const char *name, const char *path,
                      char ret[static PROGRAM_PATH_LEN]);

/* The directory of this program. */
SEVK_MUST_CHECK bool programs_own_dir(char ret[static PROGRAM_PATH_LEN],
                                      struct sevk_error *err);

#endif
