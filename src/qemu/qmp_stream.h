/* SPDX-License-Identifier: Apache-2.0 */
/* One end of a QMP connection: bytes and descriptors, in and out, no waiting. */
#ifndef SEVKIT_QEMU_QMP_STREAM_H
#define SEVKIT_QEMU_QMP_STREAM_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "qemu/qmp_line.h"

/*
 * A connected, non-blocking socket with what was read and not yet taken, and
 * what is still to be written. File descriptors that came with bytes
 * (SCM_RIGHTS: "getfd" and "add-fd" on hot-plug) are handed out with the
 * message that they came with, and leave with the first byte of the message
 * that they were queued with.
 */
#define QMP_FDS_MAX 32

struct qmp_fds {
    int fd[QMP_FDS_MAX];
    size_t n;
};
void qmp_fds_close(struct qmp_fds *fds); /* also for OWN() */

struct qmp_mark; /* where in "out" descriptors are due */

struct qmp_stream {
    int fd;     /* -1: not connected */
    bool ended; /* nothing more will come */

    struct buf in;
    size_t in_at; /* where the next message begins */
    struct qmp_scan scan;
    struct qmp_fds in_fds; /* came with the bytes that were read last */

    struct buf out;
    size_t out_at; /* how much of it was written */
    struct qmp_mark *marks;
    size_t n_marks;
};

#define QMP_STREAM_NONE                                                        \
    {                                                                          \
        .fd = -1                                                               \
    }

/* Takes the socket over. */
void qmp_stream_open(struct qmp_stream *s, int fd);

/* Closes it and all descriptors under way; also for OWN(). */
void qmp_stream_close(struct qmp_stream *s);

/*
 * Reads what is there, a piece at most; sets "ended" at the stream's end and
 * when the peer is gone. Fails when more than MAX bytes wait without making a
 * message, or more descriptors come than anybody needs.
 */
SEVK_MUST_CHECK bool qmp_stream_read(struct qmp_stream *s, size_t max,
                                     struct sevk_error *err);

/*
 * The next message: a view, valid until the next read. END is qmp_command_end
 * or qmp_line_end. False: none is complete.
 *
 * RET_FDS gets the descriptors that came with it. A piece that was read at
 * once can hold several messages; then they belong to the first one that asks
 * for a descriptor by its bytes ("getfd", "add-fd"), or to the last.
 */
bool qmp_stream_take(struct qmp_stream *s,
                     size_t (*end)(struct qmp_scan *scan, struct bytes in),
                     struct bytes *ret, struct qmp_fds *ret_fds);

/* Queues bytes, and takes the descriptors of FDS (may be NULL) over. */
SEVK_MUST_CHECK bool qmp_stream_queue(struct qmp_stream *s, struct bytes b,
                                      struct qmp_fds *fds,
                                      struct sevk_error *err);

size_t qmp_stream_queued(const struct qmp_stream *s);

/* Writes as much as goes without waiting; a peer that is gone sets "ended". */
SEVK_MUST_CHECK bool qmp_stream_flush(struct qmp_stream *s,
                                      struct sevk_error *err);

#endif
