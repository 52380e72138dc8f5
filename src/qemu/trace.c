/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a guest's firmware commands. */
#include "qemu/trace.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/own.h"

struct trace trace_open(const char *dir, const char *name)
{
    OWN(buf_free) struct buf path = { 0 };
    size_t begin;

    if (dir == NULL || !buf_printf(&path, NULL, "%s/", dir)) {
        return (struct trace){ -1 };
    }
    begin = path.n;
    if (!buf_printf(&path, NULL, "%s.sev.log", name == NULL ? "guest" : name)) {
        return (struct trace){ -1 };
    }
    for (size_t i = begin; i < path.n; i++) {
        if (path.p[i] == '/') {
            path.p[i] = '_';
        }
    }
    return (struct trace){ open(
        buf_string(&path),
        O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600) };
}

void trace_close(struct trace *trace)
{
    own_close(&trace->fd);
}

static void write_line(void *ctx, const struct fw_trace_entry *entry)
{
    const struct trace *trace = ctx;
    char when[CLOCK_TEXT_LEN];

    clock_format(entry->time, when);
    dprintf(trace->fd, "%s %s guest=%" PRIu32 " status=%s %" PRIu64 "us\n",
            when, entry->name, entry->handle, sev_status_name(entry->status),
            entry->ns / 1000);
}

struct fw_trace trace_for_fw(struct trace *trace)
{
    return (struct fw_trace){ trace->fd < 0 ? NULL : write_line, trace };
}
