/* SPDX-License-Identifier: Apache-2.0 */
/* A directory that lives as long as a test. */
#ifndef SEVKIT_TESTS_TEMP_DIR_H
#define SEVKIT_TESTS_TEMP_DIR_H

#include <stddef.h>

#include "base/bytes.h"

/*
 * Declare it as OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
 * dropping removes it with all that is in it.
 */
struct temp_dir {
    char path[64];
};

struct temp_dir temp_dir_make(void);
void temp_dir_drop(struct temp_dir *dir);

/* "PATH/NAME"; the caller frees it. */
char *temp_dir_path(const struct temp_dir *dir, const char *name);

/* Writes a file with mode 0600; the caller frees its path. */
char *temp_dir_write(const struct temp_dir *dir, const char *name,
                     struct bytes content);

/* How many entries it has, "." and ".." not counted. */
size_t temp_dir_count(const struct temp_dir *dir);

#endif
