/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded arguments: one a line. */
#ifndef SEVKIT_TESTS_ARGV_FILE_H
#define SEVKIT_TESTS_ARGV_FILE_H

#include <stddef.h>

#define ARGV_FILE_MAX 128

struct argv_file {
    const char *argv[ARGV_FILE_MAX + 1]; /* NULL-terminated */
    size_t n;
};

/* tests/unit/qemu/argv/NAME; a file that can't be read fails the test. */
void argv_file_load(const char *name, struct argv_file *ret);
void argv_file_free(struct argv_file *file); /* also for OWN() */

#endif
