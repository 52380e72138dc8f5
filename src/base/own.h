/* SPDX-License-Identifier: Apache-2.0 */
/* Scope-bound ownership: OWN() releases at the end of a scope, TAKE() hands on. */
#ifndef SEVKIT_BASE_OWN_H
#define SEVKIT_BASE_OWN_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * OWN(release) before a variable calls release(&variable) when the scope ends,
 * on every path. A release function takes a pointer to the variable, accepts
 * the empty value (NULL, -1, all zeros) and leaves it behind.
 */
#define OWN(release) __attribute__((cleanup(release)))

/* Gives the value of an owning pointer away: the variable is NULL afterwards. */
#define TAKE(p)                                                                \
    __extension__({                                                            \
        __typeof__(&(p)) take_from_ = &(p);                                    \
        __typeof__(p) taken_ = *take_from_;                                    \
        *take_from_ = NULL;                                                    \
        taken_;                                                                \
    })

/* Gives a file descriptor away: the variable is -1 afterwards. */
static inline int take_fd(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

/* For OWN() on a char * (or another object of malloc) and its kin. */
static inline void own_free(void *pp)
{
    void **p = pp;

    free(*p);
    *p = NULL;
}

/* For OWN() on a file descriptor; -1 is the empty value. */
static inline void own_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

/* For OWN() on a FILE *. */
static inline void own_fclose(FILE **f)
{
    if (*f != NULL) {
        fclose(*f);
    }
    *f = NULL;
}

/* For OWN() on a DIR *. */
static inline void own_closedir(DIR **d)
{
    if (*d != NULL) {
        closedir(*d);
    }
    *d = NULL;
}

#endif
