/* SPDX-License-Identifier: Apache-2.0 */
/* One end of a QMP connection: bytes and descriptors, in and out, no waiting. */
#include "qemu/qmp_stream.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/own.h"

#define PIECE     ((size_t)64 * 1024)
#define MARKS_MAX 1024

struct qmp_mark {
    size_t at; /* of the byte in "out" that they go with */
    struct qmp_fds fds;
};

void qmp_fds_close(struct qmp_fds *fds)
{
    for (size_t i = 0; i < fds->n; i++) {
        close(fds->fd[i]);
    }
    fds->n = 0;
}

void qmp_stream_open(struct qmp_stream *s, int fd)
{
    *s = (struct qmp_stream){ .fd = fd };
}

void qmp_stream_close(struct qmp_stream *s)
{
    own_close(&s->fd);
    qmp_fds_close(&s->in_fds);
    for (size_t i = 0; i < s->n_marks; i++) {
        qmp_fds_close(&s->marks[i].fds);
    }
    free(s->marks);
    buf_free(&s->in);
    buf_free(&s->out);
    *s = (struct qmp_stream)QMP_STREAM_NONE;
}

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union control {
    char bytes[CMSG_SPACE(sizeof(int) * QMP_FDS_MAX)];
    struct cmsghdr align;
};

/* New descriptors push out the ones that nobody took, as in QEMU. */
static bool collect_fds(struct qmp_stream *s, struct msghdr *msg,
                        struct sevk_error *err)
{
    struct qmp_fds got = { .n = 0 };

    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL;
         c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

            memcpy(got.fd + got.n, CMSG_DATA(c), n * sizeof(int));
            got.n += n;
        }
    }
    if (got.n > 0) {
        qmp_fds_close(&s->in_fds);
        s->in_fds = got;
    }
    if ((msg->msg_flags & MSG_CTRUNC) != 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "monitor: more than %d descriptors at once",
                         QMP_FDS_MAX);
    }
    return true;
}

/* What was taken makes room for what comes. */
static void drop_taken(struct qmp_stream *s)
{
    buf_consume(&s->in, s->in_at);
    s->in_at = 0;
}

static bool is_gone(int error)
{
    return error == ECONNRESET || error == EPIPE || error == ENOTCONN;
}

bool qmp_stream_read(struct qmp_stream *s, size_t max, struct sevk_error *err)
{
    union control control;
    struct iovec iov;
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control.bytes,
                          .msg_controllen = sizeof control.bytes };
    ssize_t n;

    drop_taken(s);
    if (s->in.n >= max) {
        return sevk_fail(err, SEVK_INPUT,
                         "monitor: a message of more than %zu bytes", max);
    }
    if (!buf_reserve(&s->in, PIECE, err)) {
        return false;
    }
    iov = (struct iovec){ s->in.p + s->in.n, PIECE };
    n = recvmsg(s->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0) {
        s->ended = is_gone(errno);
        return s->ended || errno == EAGAIN || errno == EINTR ||
               sevk_fail_errno(err, SEVK_HOST, errno, "monitor: reading");
    }
    s->ended = n == 0;
    s->in.n += (size_t)n;
    s->in.p[s->in.n] = 0;
    return collect_fds(s, &msg, err);
}

/* A hint that a command wants a descriptor; a wrong guess does no harm. */
static bool asks_for_fd(struct bytes message)
{
    return memmem(message.p, message.n, "\"getfd\"", 7) != NULL ||
           memmem(message.p, message.n, "\"add-fd\"", 8) != NULL;
}

bool qmp_stream_take(struct qmp_stream *s,
                     size_t (*end)(struct qmp_scan *scan, struct bytes in),
                     struct bytes *ret, struct qmp_fds *ret_fds)
{
    struct bytes rest;
    size_t n;

    if (s->in_at == s->in.n) {
        return false;
    }
    rest = bytes_make(s->in.p + s->in_at, s->in.n - s->in_at);
    n = end(&s->scan, rest);
    if (n == 0) {
        return false;
    }
    *ret = bytes_make(rest.p, n);
    s->in_at += n;
    if (s->in_at == s->in.n || asks_for_fd(*ret)) {
        *ret_fds = s->in_fds;
        s->in_fds.n = 0;
    } else {
        ret_fds->n = 0;
    }
    return true;
}

static bool add_mark(struct qmp_stream *s, const struct qmp_fds *fds,
                     struct sevk_error *err)
{
    struct qmp_mark *marks = NULL;

    if (s->n_marks < MARKS_MAX) {
        marks = realloc(s->marks, (s->n_marks + 1) * sizeof *marks);
    }
    if (marks == NULL) {
        return sevk_fail(err, SEVK_HOST, "monitor: too many descriptors wait");
    }
    marks[s->n_marks] = (struct qmp_mark){ s->out.n, *fds };
    s->marks = marks;
    s->n_marks++;
    return true;
}

bool qmp_stream_queue(struct qmp_stream *s, struct bytes b, struct qmp_fds *fds,
                      struct sevk_error *err)
{
    if (b.n == 0) {
        return true;
    }
    if (fds != NULL && fds->n > 0) {
        if (!add_mark(s, fds, err)) {
            return false;
        }
        fds->n = 0;
    }
    return buf_append(&s->out, b, err);
}

size_t qmp_stream_queued(const struct qmp_stream *s)
{
    return s->out.n - s->out_at;
}

/* How much may go at once: up to the next byte that descriptors go with. */
static size_t next_run(const struct qmp_stream *s, const struct qmp_mark **ret)
{
    size_t end = s->out.n;

    *ret = NULL;
    if (s->n_marks > 0 && s->marks[0].at == s->out_at) {
        *ret = &s->marks[0];
        end = s->n_marks > 1 ? s->marks[1].at : end;
    } else if (s->n_marks > 0) {
        end = s->marks[0].at;
    }
    return end - s->out_at;
}

static void drop_mark(struct qmp_stream *s)
{
    qmp_fds_close(&s->marks[0].fds);
    s->n_marks--;
    memmove(s->marks, s->marks + 1, s->n_marks * sizeof *s->marks);
}

/* Moving what is left pays only when it is the lesser part. */
static void drop_written(struct qmp_stream *s)
{
    if (s->out_at < s->out.n && s->out_at < s->out.n / 2) {
        return;
    }
    for (size_t i = 0; i < s->n_marks; i++) {
        s->marks[i].at -= s->out_at;
    }
    buf_consume(&s->out, s->out_at);
    s->out_at = 0;
}

static ssize_t send_run(int fd, struct bytes run, const struct qmp_mark *mark)
{
    union control control;
    struct iovec iov = { (void *)(uintptr_t)run.p, run.n };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

    if (mark != NULL) {
        size_t n = mark->fds.n * sizeof(int);
        struct cmsghdr *c;

        memset(&control, 0, sizeof control);
        msg.msg_control = control.bytes;
        msg.msg_controllen = CMSG_SPACE(n);
        c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n);
        memcpy(CMSG_DATA(c), mark->fds.fd, n);
    }
    return sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool qmp_stream_flush(struct qmp_stream *s, struct sevk_error *err)
{
    while (qmp_stream_queued(s) > 0) {
        const struct qmp_mark *mark;
        size_t n = next_run(s, &mark);
        ssize_t put =
            send_run(s->fd, bytes_make(s->out.p + s->out_at, n), mark);

        if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
            break;
        }
        if (put < 0) {
            s->ended = is_gone(errno);
            return s->ended ||
                   sevk_fail_errno(err, SEVK_HOST, errno, "monitor: writing");
        }
        if (mark != NULL) {
            drop_mark(s);
        }
        s->out_at += (size_t)put;
    }
    drop_written(s);
    return true;
}
