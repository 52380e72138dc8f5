/* SPDX-License-Identifier: Apache-2.0 */
/* The names of other programs under which this one can be called. */
#ifndef SEVKIT_CLI_DROPIN_H
#define SEVKIT_CLI_DROPIN_H

#include <stddef.h>

/*
 * Called by another program's name (through a link), sevkit takes that
 * program's words and answers with its messages and exit statuses.
 */
struct dropin {
    const char *name;                        /* the last part of argv[0] */
    int (*run)(char *const *argv, size_t n); /* the words after the name */
};

/* NULL when ARGV0 is none of them: then it is sevkit itself. */
const struct dropin *dropin_find(const char *argv0);

/* dropin_sevctl.c: all of its commands, in the folder sevctl. */
int dropin_sevctl(char *const *argv, size_t n);

/* dropin_validate.c: offline and online. */
int dropin_validate(char *const *argv, size_t n);

#endif
