/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a guest's firmware commands. */
#include "qemu/trace.h"

#include "base/buf.h"
#include "base/own.h"

struct trace_file trace_open(const char *dir, const char *name, bool json)
{
    OWN(buf_free) struct buf path = { 0 };
    size_t begin;

    if (dir == NULL || !buf_printf(&path, NULL, "%s/", dir)) {
        return TRACE_NONE;
    }
    begin = path.n;
    if (!buf_printf(&path, NULL, "%s.sev.%s", name == NULL ? "guest" : name,
                    json ? "json" : "log")) {
        return TRACE_NONE;
    }
    for (size_t i = begin; i < path.n; i++) {
        if (path.p[i] == '/') {
            path.p[i] = '_';
        }
    }
    return trace_file_open(buf_string(&path), json);
}
