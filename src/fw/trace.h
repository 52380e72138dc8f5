/* SPDX-License-Identifier: Apache-2.0 */
/* A file that every command of the firmware is written to. */
#ifndef SEVKIT_FW_TRACE_H
#define SEVKIT_FW_TRACE_H

#include "fw/fw.h"

/*
 * One line a command, written at once, so that several processes can share a
 * file: who, what, about which guest, what came of it, how long it took. Never
 * any content of a buffer: nothing in it is secret.
 *
 * Text:
 *   2026-01-31T12:34:56Z sevctl[4711] PDH_GEN guest=0 status=SUCCESS 1742us
 * JSON, one object a line:
 *   {"time":"2026-01-31T12:34:56Z","program":"sevctl","pid":4711,
 *    "command":"PDH_GEN","command_id":9,"guest":0,"status":"SUCCESS",
 *    "status_code":0,"ns":1742000}
 *
 * A file that can't be opened or written is no reason to fail: nothing is
 * written then.
 */
struct trace_file {
    int fd; /* -1: none */
    bool json;
};

#define TRACE_NONE ((struct trace_file){ -1, false })

/* Appends to PATH, which is made (0600) when it is not there. */
struct trace_file trace_file_open(const char *path, bool json);

/*
 * As the environment asks for it: SEVKIT_TRACE=FILE; JSON when its name ends
 * in ".json" or SEVKIT_TRACE_FORMAT is "json". Not in a program that runs with
 * more rights than its caller.
 */
struct trace_file trace_file_from_environment(void);

void trace_file_close(struct trace_file *trace); /* also for OWN() */

/* TRACE must outlive the result. */
struct fw_trace trace_file_for_fw(struct trace_file *trace);

#endif
