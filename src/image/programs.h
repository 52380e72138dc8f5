/* SPDX-License-Identifier: Apache-2.0 */
/* Programs for an initrd, with the shared libraries that they need. */
#ifndef SEVKIT_IMAGE_PROGRAMS_H
#define SEVKIT_IMAGE_PROGRAMS_H

#include "image/cpio.h"

/*
 * Adds the program PATH as bin/NAME, with its interpreter and libraries at the
 * paths that they have here, where the interpreter looks for them. A static
 * program comes alone. Libraries that are there already are not added again.
 *
 * The interpreter is asked for the list (ld.so --list), which loads the
 * program's libraries but runs nothing of the program.
 */
SEVK_MUST_CHECK bool programs_add(struct cpio *cpio, const char *name,
                                  const char *path, struct sevk_error *err);

/*
 * Adds a library that a program opens only when it needs it, by its file's
 * name: from the folder in which one of the libraries lies that were added.
 * SEVK_HOST when it is in none of them.
 */
SEVK_MUST_CHECK bool programs_add_library(struct cpio *cpio, const char *file,
                                          struct sevk_error *err);

#endif
