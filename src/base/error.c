/* SPDX-License-Identifier: Apache-2.0 */
/* Fills and prefixes error values. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(struct sevk_error *err, enum sevk_code code, const char *fmt,
                 va_list args) SEVK_PRINTF(3, 0);

static void fill(struct sevk_error *err, enum sevk_code code, const char *fmt,
                 va_list args)
{
    *err = (struct sevk_error){ .code = code };
    vsnprintf(err->message, sizeof err->message, fmt, args);
}

bool sevk_fail(struct sevk_error *err, enum sevk_code code, const char *fmt,
               ...)
{
    if (err != NULL) {
        va_list args;

        va_start(args, fmt);
        fill(err, code, fmt, args);
        va_end(args);
    }
    return false;
}

bool sevk_fail_errno(struct sevk_error *err, enum sevk_code code, int errnum,
                     const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        char text[128] = "";
        size_t n;

        va_start(args, fmt);
        fill(err, code, fmt, args);
        va_end(args);
        err->sys_errno = errnum;
        n = strlen(err->message);
        snprintf(err->message + n, sizeof err->message - n, ": %s",
                 strerror_r(errnum, text, sizeof text));
    }
    return false;
}

bool sevk_fail_fw(struct sevk_error *err, uint32_t status, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;

        va_start(args, fmt);
        fill(err, SEVK_HOST, fmt, args);
        va_end(args);
        err->fw_status = status;
    }
    return false;
}

bool sevk_fail_in(struct sevk_error *err, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        char rest[SEVK_ERROR_MESSAGE_LEN];
        size_t n;

        memcpy(rest, err->message, sizeof rest);
        va_start(args, fmt);
        vsnprintf(err->message, sizeof err->message, fmt, args);
        va_end(args);
        n = strlen(err->message);
        snprintf(err->message + n, sizeof err->message - n, ": %s", rest);
    }
    return false;
}
