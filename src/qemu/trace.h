/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a guest's firmware commands. */
#ifndef SEVKIT_QEMU_TRACE_H
#define SEVKIT_QEMU_TRACE_H

#include "fw/fw.h"

/*
 * One line a command in DIR/NAME.sev.log: when, which, for which guest, what
 * came of it. Nothing in it is secret. Without a directory, or when the file
 * can't be opened, nothing is written: a log is no reason to fail.
 */
struct trace {
    int fd; /* -1: none */
};

struct trace trace_open(const char *dir, const char *name);
void trace_close(struct trace *trace); /* also for OWN() */

/* TRACE must outlive the result. */
struct fw_trace trace_for_fw(struct trace *trace);

#endif
