/* SPDX-License-Identifier: Apache-2.0 */
/* A call that may never return: made in a thread, waited for with a deadline. */
#ifndef SEVKIT_VIRT_CALL_H
#define SEVKIT_VIRT_CALL_H

#include <stdint.h>

#include <sevkit/error.h>

#include "attest/watch.h"

/*
 * libvirt's calls have no deadline: a host that answers keepalives and nothing
 * else would hold the owner for ever. So each call runs in a thread of its
 * own. One that is late is left behind: it keeps what it works on, gives it
 * back when it returns after all, and the process can end without it.
 */
struct call;

/*
 * Begins WORK(ARG) in a thread. The call owns ARG and releases it by
 * RELEASE(ARG) when neither the thread nor the caller needs it.
 */
SEVK_MUST_CHECK bool call_begin(void (*work)(void *arg), void *arg,
                                void (*release)(void *arg), struct call **ret,
                                struct sevk_error *err);

enum call_result {
    CALL_DONE,
    CALL_LATE,    /* the deadline passed */
    CALL_STOPPED, /* the watch wants to stop */
};

/* Waits at most MS milliseconds. WATCH may be NULL: nothing stops it. */
enum call_result call_wait(struct call *call, uint64_t ms,
                           const struct watch *watch);

/* The caller's hold ends; the thread, if it still runs, is left behind. */
void call_end(struct call **call); /* also for OWN() */

#endif
