/* SPDX-License-Identifier: Apache-2.0 */
/* A real HTTPS server on loopback (tests/https), as long as a test needs it. */
#ifndef SEVKIT_TESTS_HTTPS_H
#define SEVKIT_TESTS_HTTPS_H

#include <stdio.h>
#include <sys/types.h>

#include "base/buf.h"
#include "lib/temp_dir.h"

/* The servers of tests/https/peer.py, which says what each of them is. */
enum https_name {
    HTTPS_GOOD,
    HTTPS_MUTUAL,
    HTTPS_WRONG_HOST,
    HTTPS_EXPIRED,
    HTTPS_PLAIN,
    HTTPS_NAMES,
};

struct https {
    struct temp_dir dir; /* with ca.pem and its kin, and "requests" */
    pid_t pid;
    int stop; /* it ends when this is closed */
    unsigned int port[HTTPS_NAMES];
};

/* Runs SCRIPT, a file of tests/https. The test fails if it does not start. */
void https_start(const char *script, struct https *ret);
void https_stop(struct https *https);

/* "https://127.0.0.1:PORT" PATH (http: for HTTPS_PLAIN); the caller frees it. */
char *https_url(const struct https *https, enum https_name name,
                const char *path);

/* A file of its directory; the caller buf_free()s it. */
struct buf https_file(const struct https *https, const char *name);

#endif
