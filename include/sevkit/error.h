/* SPDX-License-Identifier: Apache-2.0 */
/* Why something could not be done: a value that the caller owns. */
#ifndef SEVKIT_ERROR_H
#define SEVKIT_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include <sevkit/api.h>

/*
 * Every function of libsevkit that can fail returns bool, true for done, and
 * takes a pointer to a struct sevk_error as its last parameter:
 *
 *     struct sevk_error err;
 *
 *     if (!sevk_trust_new(&trust, &err)) {
 *         fprintf(stderr, "%s\n", err.message);
 *     }
 *
 * The pointer may be NULL when the caller does not care. The value holds no
 * memory and needs no preparation: it can be copied with "=", and nothing is to
 * be freed. Its layout does not change while the library is libsevkit.so.0.
 *
 * Functions write the error only when they fail, and their results only when
 * they succeed. A failed function has changed nothing, unless its description
 * says otherwise.
 *
 * An error means "could not". Evidence that is bad (a measurement that does
 * not match, a certificate chain that does not hold) is not an error but a
 * verdict: the function succeeds, and its result says no. So a program that
 * looks at errors alone has not verified anything yet.
 *
 * Messages are for people: one sentence that says what is wrong, where, and
 * often what to do. They hold no secret, but names of files and what
 * a hostile host said, so a terminal should not get them unfiltered. Only the
 * category is for programs; a later version may word a message differently.
 */

/* The category. The exit statuses of sevkit(1) are these numbers. */
enum sevk_code {
    SEVK_OK = 0,
    SEVK_USAGE = 2,   /* the caller asked for something that makes no sense */
    SEVK_INPUT = 3,   /* an input can't be read or is malformed */
    SEVK_HOST = 4,    /* the host, libvirt, the firmware or the system failed */
    SEVK_REFUSED = 5, /* refused by policy or by state */
};

#define SEVK_ERROR_MESSAGE_LEN 512

struct sevk_error {
    enum sevk_code code;
    uint32_t fw_status; /* SEV firmware status (SEV API 5.1), 0 if none */
    int sys_errno;      /* errno of the system call that failed, 0 if none */
    char message[SEVK_ERROR_MESSAGE_LEN]; /* one sentence, no newline, UTF-8 */
};

#endif
