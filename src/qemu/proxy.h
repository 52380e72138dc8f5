/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy between a monitor's client and the real QEMU. */
#ifndef SEVKIT_QEMU_PROXY_H
#define SEVKIT_QEMU_PROXY_H

#include <sevkit/error.h>

#include "qemu/answer.h"
#include "qemu/inner.h"

/*
 * One process, one loop, no waiting but in poll(): for the listener while
 * there is no client, for client and QEMU while there is one, and always for
 * QEMU's end. Clients come one after the other, as QEMU itself takes them.
 *
 * Messages pass as the bytes that they came in. What is in the table is
 * answered in its place among the replies: a command that was passed on
 * earlier gets its reply earlier. Before the client has negotiated its
 * capabilities QEMU answers everything, because it refuses everything then.
 *
 * When one side does not read, the other is not read from either, once
 * PROXY_QUEUE_MAX bytes wait: nothing is lost, and memory is bounded.
 */
#define PROXY_QUEUE_MAX   ((size_t)1 << 20)
#define PROXY_PENDING_MAX 1024                /* commands without a reply */
#define PROXY_COMMAND_MAX ((size_t)32 << 20)  /* a client's message */
#define PROXY_LINE_MAX    ((size_t)256 << 20) /* a message of QEMU's */

struct proxy {
    int listener; /* where clients come */
    int pidfd;    /* of QEMU: readable when it has ended */
    const struct inner *inner;
    const struct answer_table *answers;
};

/*
 * Returns when QEMU has ended, true; what it said last was passed on. All
 * descriptors stay the caller's. A client that breaks the rules is hung up on;
 * SEVK_HOST when the proxy itself can't go on.
 */
SEVK_MUST_CHECK bool proxy_run(const struct proxy *proxy,
                               struct sevk_error *err);

#endif
