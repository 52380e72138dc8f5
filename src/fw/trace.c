/* SPDX-License-Identifier: Apache-2.0 */
/* A file that every command of the firmware is written to. */
#include "fw/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/own.h"

#define LINE_MAX_LEN 320

struct trace_file trace_file_open(const char *path, bool json)
{
    return (struct trace_file){ open(path,
                                     O_WRONLY | O_APPEND | O_CREAT |
                                         O_NOFOLLOW | O_NOCTTY | O_CLOEXEC,
                                     0600),
                                json };
}

struct trace_file trace_file_from_environment(void)
{
    const char *path = secure_getenv("SEVKIT_TRACE");
    const char *format = secure_getenv("SEVKIT_TRACE_FORMAT");
    size_t n = path == NULL ? 0 : strlen(path);
    bool json = format != NULL ? strcmp(format, "json") == 0
                               : n > 5 && strcmp(path + n - 5, ".json") == 0;

    return n == 0 ? TRACE_NONE : trace_file_open(path, json);
}

void trace_file_close(struct trace_file *trace)
{
    own_close(&trace->fd);
}

/* The program's name, with nothing in it that JSON or a terminal minds. */
static void program_name(char ret[static 64])
{
    size_t n = 0;

    for (const char *s = program_invocation_short_name; *s != '\0' && n < 63;
         s++) {
        bool plain = *s > ' ' && *s < 0x7f && *s != '"' && *s != '\\';

        ret[n++] = (char)(plain ? *s : '?');
    }
    ret[n] = '\0';
}

static int format_text(const struct fw_trace_entry *e, const char *when,
                       const char *who, char line[static LINE_MAX_LEN])
{
    return snprintf(line, LINE_MAX_LEN,
                    "%s %s[%d] %s guest=%" PRIu32 " status=%s %" PRIu64 "us\n",
                    when, who, (int)getpid(), e->name, e->handle,
                    sev_status_name(e->status), e->ns / 1000);
}

static int format_json(const struct fw_trace_entry *e, const char *when,
                       const char *who, char line[static LINE_MAX_LEN])
{
    return snprintf(line, LINE_MAX_LEN,
                    "{\"time\":\"%s\",\"program\":\"%s\",\"pid\":%d,"
                    "\"command\":\"%s\",\"command_id\":%" PRIu32
                    ",\"guest\":%" PRIu32 ",\"status\":\"%s\","
                    "\"status_code\":%" PRIu32 ",\"ns\":%" PRIu64 "}\n",
                    when, who, (int)getpid(), e->name, e->cmd, e->handle,
                    sev_status_name(e->status), e->status, e->ns);
}

static void write_line(void *ctx, const struct fw_trace_entry *entry)
{
    const struct trace_file *trace = ctx;
    char when[CLOCK_TEXT_LEN];
    char who[64];
    char line[LINE_MAX_LEN];
    int n;

    clock_format(entry->time, when);
    program_name(who);
    n = trace->json ? format_json(entry, when, who, line)
                    : format_text(entry, when, who, line);
    if (n > 0 && n < LINE_MAX_LEN && write(trace->fd, line, (size_t)n) < n) {
        return; /* a full disk is no reason to fail */
    }
}

struct fw_trace trace_file_for_fw(struct trace_file *trace)
{
    return (struct fw_trace){ trace->fd < 0 ? NULL : write_line, trace };
}
