/* SPDX-License-Identifier: Apache-2.0 */
/* What a verb says on stderr: notes, warnings, and the line of a failure. */
#include <stdarg.h>
#include <stdio.h>

#include "cli/out.h"
#include "cli/printable.h"

/* One line, in one write, so that lines of many processes do not mix. */
static void message(const char *before, const char *fmt, va_list args)
    SEVK_PRINTF(2, 0);

static void message(const char *before, const char *fmt, va_list args)
{
    char text[2 * SEVK_ERROR_MESSAGE_LEN];
    char line[4 * SEVK_ERROR_MESSAGE_LEN];
    FILE *memory = fmemopen(line, sizeof line, "w");

    vsnprintf(text, sizeof text, fmt, args);
    if (memory == NULL) {
        return;
    }
    fputs(before, memory);
    printable_put(text, false, memory);
    fputc('\n', memory);
    fclose(memory);
    fputs(line, stderr);
}

void out_note(const struct out *out, const char *fmt, ...)
{
    va_list args;

    if (!out->quiet) {
        va_start(args, fmt);
        message("", fmt, args);
        va_end(args);
    }
}

void out_detail(const struct out *out, const char *fmt, ...)
{
    va_list args;

    if (out->verbose) {
        va_start(args, fmt);
        message("", fmt, args);
        va_end(args);
    }
}

void out_warn(const struct out *out, const char *fmt, ...)
{
    va_list args;

    (void)out;
    va_start(args, fmt);
    message("sevkit: warning: ", fmt, args);
    va_end(args);
}

static void put_error(const char *program, const char *fmt, ...)
    SEVK_PRINTF(2, 3);

static void put_error(const char *program, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    message(program, fmt, args);
    va_end(args);
}

void out_error(const char *program, const struct sevk_error *why)
{
    char before[64];

    snprintf(before, sizeof before, "%s: ", program);
    put_error(before, "%s", why->message);
}
