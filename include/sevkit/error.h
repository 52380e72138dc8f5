/* SPDX-License-Identifier: Apache-2.0 */
/* Why something could not be done: a value that the caller owns. */
#ifndef SEVKIT_ERROR_H
#define SEVKIT_ERROR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Every function of sevkit that can fail returns bool, true for done, and
 * takes a pointer to a struct sevk_error as its last parameter. The pointer
 * may be NULL when the caller does not care. The value holds no memory: it can
 * be copied with "=", and nothing is to be freed.
 *
 * An error means "could not". Evidence that is bad (a measurement that does
 * not match, a certificate chain that does not hold) is not an error but a
 * verdict, which the function in question returns in its result.
 *
 * Functions write the error only when they fail, and their results ("ret_…"
 * parameters) only when they succeed.
 */

/* The category. The command line's exit statuses are these numbers. */
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

#define SEVK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SEVK_MUST_CHECK        __attribute__((warn_unused_result))

/*
 * Fills ERR and returns false, so that "return sevk_fail(err, …)" is the one
 * way to fail. A message that is too long is cut.
 */
bool sevk_fail(struct sevk_error *err, enum sevk_code code, const char *fmt,
               ...) SEVK_PRINTF(3, 4);

/* The same; ": " and the system's text for ERRNUM are appended. */
bool sevk_fail_errno(struct sevk_error *err, enum sevk_code code, int errnum,
                     const char *fmt, ...) SEVK_PRINTF(4, 5);

/* The same with the firmware's STATUS kept; the category is SEVK_HOST. */
bool sevk_fail_fw(struct sevk_error *err, uint32_t status, const char *fmt, ...)
    SEVK_PRINTF(3, 4);

/*
 * Puts context and ": " in front of the message that a callee left in ERR, on
 * the way up: "PEK 'pek.cert': SEV certificate: reserved bytes at 006h are not
 * zero". Category, status and errno stay. Returns false.
 */
bool sevk_fail_in(struct sevk_error *err, const char *fmt, ...)
    SEVK_PRINTF(2, 3);

#endif
