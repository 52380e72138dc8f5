/* SPDX-License-Identifier: Apache-2.0 */
/* The log of a guest's firmware commands. */
#ifndef SEVKIT_QEMU_TRACE_H
#define SEVKIT_QEMU_TRACE_H

#include "fw/trace.h"

/*
 * DIR/NAME.sev.log, or with JSON DIR/NAME.sev.json, one line a command
 * (fw/trace.h). libvirt passes no environment on, so where it lies and what it
 * looks like stand in the program's configuration (qemu/config.h). Without a
 * directory there is none.
 */
struct trace_file trace_open(const char *dir, const char *name, bool json);

#endif
