/* SPDX-License-Identifier: Apache-2.0 */
/* Where a client wants a guest's memory written: a file, or its end of a pipe. */
#include "qemu/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/own.h"

void sink_close(struct sink *sink)
{
    own_close(&sink->fd);
}

bool sink_open(const char *path, int qemu_end, struct sink *ret,
               struct sevk_error *err)
{
    OWN(own_close)
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);

    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "could not open '%s'",
                               path);
    }
    return sink_take(&fd, qemu_end, ret, err);
}

bool sink_take(int *fd, int qemu_end, struct sink *ret, struct sevk_error *err)
{
    struct stat st;

    if (fstat(*fd, &st) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "the dump's descriptor");
    }
    /* A pipe that poll() calls writable has room for PIPE_BUF bytes. */
    *ret =
        (struct sink){ .fd = take_fd(fd),
                       .qemu_end = qemu_end,
                       .at_once = S_ISREG(st.st_mode) ? SSIZE_MAX : PIPE_BUF };
    return true;
}

/* Until something can be written; false when QEMU has ended before. */
static bool wait_for_room(const struct sink *sink, struct sevk_error *err)
{
    struct pollfd p[] = { { sink->fd, POLLOUT, 0 },
                          { sink->qemu_end, POLLIN, 0 } };

    while (poll(p, 2, -1) < 0) {
        if (errno != EINTR) {
            return sevk_fail_errno(err, SEVK_HOST, errno, "dump: poll");
        }
    }
    return p[0].revents != 0 ||
           sevk_fail(err, SEVK_HOST, "dump: the guest has ended");
}

bool sink_write(const struct sink *sink, struct bytes b, struct sevk_error *err)
{
    while (b.n > 0) {
        ssize_t n;

        if (!wait_for_room(sink, err)) {
            return false;
        }
        n = write(sink->fd, b.p, b.n < sink->at_once ? b.n : sink->at_once);
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            return sevk_fail_errno(err, SEVK_HOST, errno,
                                   "dump: failed to save memory");
        }
        if (n > 0) {
            b = bytes_make(b.p + n, b.n - (size_t)n);
        }
    }
    return true;
}
