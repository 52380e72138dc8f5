/* SPDX-License-Identifier: Apache-2.0 */
/* How a function of sevkit fails: it fills the caller's error value. */
#ifndef SEVKIT_BASE_ERROR_H
#define SEVKIT_BASE_ERROR_H

#include <sevkit/error.h>

/*
 * The value itself, and what an error is and is not, stands in sevkit/error.h,
 * which is the public half. ERR may be NULL everywhere here.
 */
#define SEVK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

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
