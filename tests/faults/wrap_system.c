/* SPDX-License-Identifier: Apache-2.0 */
/* The C library's functions that can be told to fail (see faults.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "faults/faults.h"

/* A function, what it returns on failure, and the errno that goes with it. */
#define WRAP(kind, type, name, params, args, failed, why)                      \
    type __real_##name params;                                                 \
    type __wrap_##name params;                                                 \
    type __wrap_##name params                                                  \
    {                                                                          \
        if (fault_due(kind)) {                                                 \
            errno = why;                                                       \
            return failed;                                                     \
        }                                                                      \
        return __real_##name args;                                             \
    }

#define MEMORY(type, name, params, args)                                       \
    WRAP(FAULT_MEMORY, type, name, params, args, NULL, ENOMEM)
#define FILES(type, name, params, args, why)                                   \
    WRAP(FAULT_FILES, type, name, params, args, -1, why)

MEMORY(void *, malloc, (size_t n), (n))
MEMORY(void *, calloc, (size_t n, size_t size), (n, size))
MEMORY(void *, realloc, (void *p, size_t n), (p, n))
MEMORY(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size))
MEMORY(char *, strdup, (const char *s), (s))
MEMORY(char *, strndup, (const char *s, size_t n), (s, n))

WRAP(FAULT_RANDOM, ssize_t, getrandom, (void *p, size_t n, unsigned int flags),
     (p, n, flags), -1, EIO)

FILES(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n), EIO)
FILES(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), ENOSPC)
FILES(int, fsync, (int fd), (fd), EIO)
FILES(int, fchmod, (int fd, mode_t mode), (fd, mode), EPERM)
FILES(int, renameat2,
      (int from_dir, const char *from, int to_dir, const char *to,
       unsigned int flags),
      (from_dir, from, to_dir, to, flags), EIO)
FILES(int, link, (const char *from, const char *to), (from, to), EIO)
FILES(int, linkat,
      (int from_dir, const char *from, int to_dir, const char *to, int flags),
      (from_dir, from, to_dir, to, flags), EIO)

/* Functions of variable arguments come to those that take a list. */

int __wrap_asprintf(char **ret, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **ret, int flag, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_open64(const char *path, int flags, ...);

__attribute__((format(printf, 2, 0))) static int print(char **ret,
                                                       const char *fmt,
                                                       va_list args)
{
    if (fault_due(FAULT_MEMORY)) {
        *ret = NULL; /* as glibc leaves it open what is there */
        errno = ENOMEM;
        return -1;
    }
    return vasprintf(ret, fmt, args);
}

int __wrap_asprintf(char **ret, const char *fmt, ...)
{
    va_list args;
    int n;

    va_start(args, fmt);
    n = print(ret, fmt, args);
    va_end(args);
    return n;
}

int __wrap___asprintf_chk(char **ret, int flag, const char *fmt, ...)
{
    va_list args;
    int n;

    (void)flag;
    va_start(args, fmt);
    n = print(ret, fmt, args);
    va_end(args);
    return n;
}

static mode_t mode_of(int flags, va_list args)
{
    bool has = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;

    return has ? va_arg(args, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = mode_of(flags, args);
    va_end(args);
    if (fault_due(FAULT_FILES)) {
        errno = EMFILE;
        return -1;
    }
    return __real_open(path, flags, mode);
}

int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = mode_of(flags, args);
    va_end(args);
    if (fault_due(FAULT_FILES)) {
        errno = EMFILE;
        return -1;
    }
    return __real_open64(path, flags, mode);
}
