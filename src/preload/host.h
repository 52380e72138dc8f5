/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated host of this process: one platform, and one call at a time. */
#ifndef SEVKIT_PRELOAD_HOST_H
#define SEVKIT_PRELOAD_HOST_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "fw/driver_call.h"

/*
 * What SEVKIT_PLATFORM names, when the process starts. The connection to the
 * platform is made by the first call that needs it, and again in a child that
 * was forked: it is another process, with guests of its own.
 *
 * A call into the host blocks signals, as a system call that can't be
 * interrupted does: a handler may call close() again.
 */

/* Called once, before main(); does nothing without the variable. */
void host_begin(void);

/* Called at the end of the process: nothing of it stays on the disk. (Its guests
 * go when the kernel takes its locks back.) */
void host_end(void);

/* Whether there is an emulated host at all. */
bool host_is_there(void);

/* Whether this process has guests, a connection or a trace that close() must
 * mind. */
bool host_is_used(void);

struct host_call {
    sigset_t signals;
    bool used;
};

/* Nobody else is in the host until host_leave(), which releases what the call
 * pinned and lent. Not nested: see host_is_inside(). */
struct host_call host_enter(void);
void host_leave(struct host_call *call); /* for OWN() */

/* Whether this very thread is inside: then what it does is the host's own. */
bool host_is_inside(void);

/* Whether the state of this process belongs to it, and not to the one that it
 * was forked from. */
bool host_is_ours(void);

/* The platform; -ENODEV when it can't be opened. Inside only. */
int host_driver(struct driver **ret);

/*
 * The same, brought up. When the firmware refuses that, -EIO with its status
 * in *RET_ERROR.
 */
int host_up(struct driver **ret, uint32_t *ret_error);

/* Lets the firmware reach that memory of the program in this call; errors as
 * user_pin(). The address is the memory's own. */
int host_pin(uint64_t at, uint64_t n, bool write);

/* There is a guest now: from here on other processes are answered that want to
 * share its key (fw.h), by a thread of the library's. */
void host_serve(struct driver *d);

/* A descriptor of the library's own that no file of the platform tells. */
bool host_hides(int fd);

/* One command: 0, or -EIO; its status in *RET_ERROR in any case. */
int host_issue(struct driver *d, uint32_t cmd, uint8_t *buf, size_t n,
               uint32_t *ret_error);

#endif
