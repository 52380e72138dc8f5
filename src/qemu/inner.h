/* SPDX-License-Identifier: Apache-2.0 */
/* The socket between the proxy and the real QEMU: it has no name. */
#ifndef SEVKIT_QEMU_INNER_H
#define SEVKIT_QEMU_INNER_H

#include <sevkit/error.h>

/*
 * QEMU's monitor serves one connection after the other on a listening socket,
 * and greets each. For every client of the proxy there is a fresh one, so that
 * greeting and negotiation are QEMU's own.
 *
 * The socket is made in a directory that nobody else can enter and unlinked at
 * once; "place" is a descriptor of its inode, through which connect() still
 * finds it. So nothing is left behind, however the processes end.
 */
struct inner {
    int listener; /* for QEMU */
    int place;    /* for the proxy */
};
#define INNER_NONE                                                             \
    {                                                                          \
        -1, -1                                                                 \
    }

SEVK_MUST_CHECK bool inner_open(const char *dir, struct inner *ret,
                                struct sevk_error *err);
void inner_close(struct inner *inner); /* also for OWN() */

/* *RET is -1 when QEMU's queue is full: try again later. */
SEVK_MUST_CHECK bool inner_connect(const struct inner *inner, int *ret,
                                   struct sevk_error *err);

/* A listening socket at PATH, which is replaced if it is a socket. */
SEVK_MUST_CHECK bool inner_listen_at(const char *path, int *ret,
                                     struct sevk_error *err);

#endif
