/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy between a monitor's client and the real QEMU. */
#include "qemu/proxy.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/own.h"
#include "qemu/pending.h"
#include "qemu/qmp_stream.h"

/* How long QEMU may leave a client waiting in its full queue, each time. */
#define RETRY_MS 20

/* How long a client has to take what QEMU said last. */
#define LAST_WORDS_MS 1000

/*
 * One client and its connection to QEMU. When the client leaves while QEMU has
 * commands of its own, the connection stays until those are done: QEMU would
 * give their replies to the next client.
 */
struct session {
    const struct proxy *proxy;
    struct qmp_stream client;
    struct qmp_stream qemu;
    struct pending pending;
    bool negotiated;
};

static void hang_up(struct session *s)
{
    qmp_stream_close(&s->client);
    qmp_stream_close(&s->qemu);
    pending_free(&s->pending);
    s->negotiated = false;
}

static bool is_connected(const struct session *s)
{
    return s->client.fd >= 0;
}

static bool is_busy(const struct session *s)
{
    return is_connected(s) || s->qemu.fd >= 0;
}

static bool to_client(struct session *s, struct bytes b, struct qmp_fds *fds,
                      struct sevk_error *err)
{
    return !is_connected(s) || qmp_stream_queue(&s->client, b, fds, err);
}

/* Replies of our own that nothing stands before any more. */
static bool send_ready(struct session *s, struct sevk_error *err)
{
    struct bytes reply;

    while (pending_first_reply(&s->pending, &reply)) {
        if (!to_client(s, reply, NULL, err)) {
            return false;
        }
        pending_drop_first(&s->pending);
    }
    return true;
}

static bool reply_ourselves(struct session *s, const struct qmp_command *c,
                            bool ok, struct json_object *result,
                            const char *message, struct sevk_error *err)
{
    OWN(buf_free) struct buf reply = { 0 };

    return (ok ? qmp_append_return(&reply, result, c->id, err)
               : qmp_append_error(&reply, message, c->id, err)) &&
           pending_add_reply(&s->pending, &reply, err) && send_ready(s, err);
}

/* COMMAND goes to QEMU, in its own bytes if it can. */
static bool pass_on(struct session *s, const struct qmp_command *c,
                    struct bytes message, const struct answer *how,
                    struct qmp_fds *fds, struct sevk_error *err)
{
    OWN(buf_free) struct buf anew = { 0 };

    if ((how->changed || c->lenient) &&
        !qmp_append_object(&anew, c->root, err)) {
        return false;
    }
    if (c->name != NULL && strcmp(c->name, "qmp_capabilities") == 0) {
        s->negotiated = true; /* commands may follow without waiting */
    }
    return pending_add_passed(&s->pending, how->edit_reply, err) &&
           qmp_stream_queue(&s->qemu, anew.n > 0 ? buf_bytes(&anew) : message,
                            fds, err);
}

static bool queue_object(struct session *s, struct json_object *o,
                         struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return qmp_append_object(&text, o, err) &&
           qmp_stream_queue(&s->qemu, buf_bytes(&text), NULL, err);
}

/* QEMU is asked what the answer needs. */
static bool ask_first(struct session *s, const struct qmp_command *c,
                      struct answer_later **later, struct sevk_error *err)
{
    struct json_object *before = (*later)->before;
    struct json_object *ask = (*later)->ask;

    if (before != NULL && (!queue_object(s, before, err) ||
                           !pending_add_hidden(&s->pending, err))) {
        return false;
    }
    if (c->id != NULL) {
        json_object_object_add(ask, "id", json_object_get(c->id));
    }
    return queue_object(s, ask, err) &&
           pending_add_later(&s->pending, later, err);
}

static bool carry_out(struct session *s, const struct qmp_command *c,
                      struct bytes message, struct qmp_fds *fds,
                      struct sevk_error *err)
{
    OWN(answer_later_free) struct answer_later *later = NULL;
    const struct answer_row *row = NULL;
    struct answer how = { 0 };
    struct sevk_error why = { 0 };
    bool ok;

    if (c->name != NULL && s->negotiated) {
        row = answer_find(s->proxy->answers, c->name);
    }
    if (row == NULL) {
        return pass_on(s, c, message, &how, fds, err);
    }
    ok = row->handle(s->proxy->answers->ctx, c, &how, &why);
    later = how.later;
    if (ok && later != NULL) {
        return ask_first(s, c, &later, err);
    }
    if (ok && how.result == NULL) {
        return pass_on(s, c, message, &how, fds, err);
    }
    ok = reply_ourselves(s, c, ok, how.result, why.message, err);
    json_object_put(how.result);
    return ok;
}

static bool take_command(struct session *s, struct bytes message,
                         struct qmp_fds *fds, struct sevk_error *err)
{
    OWN(qmp_command_free) struct qmp_command c = { 0 };

    switch (qmp_command_parse(message, &c)) {
    case QMP_BLANK:
        return qmp_stream_queue(&s->qemu, message, fds, err);
    case QMP_MALFORMED:
        /* QEMU might see another number of commands in it than we do. */
        return reply_ourselves(s, &c, false, NULL, "JSON parse error", err);
    case QMP_OBJECT:
    case QMP_COMMAND:
        break;
    }
    if (c.oob) {
        return reply_ourselves(s, &c, false, NULL,
                               "Out-of-band commands are not supported here",
                               err);
    }
    c.fds = fds;
    return carry_out(s, &c, message, fds, err);
}

/* Whether more commands may be taken now. */
static bool may_take(const struct session *s)
{
    return qmp_stream_queued(&s->qemu) < PROXY_QUEUE_MAX &&
           qmp_stream_queued(&s->client) < PROXY_QUEUE_MAX &&
           s->pending.n < PROXY_PENDING_MAX;
}

static bool take_commands(struct session *s, struct sevk_error *err)
{
    struct bytes message;
    struct qmp_fds fds;

    while (may_take(s) &&
           qmp_stream_take(&s->client, qmp_command_end, &message, &fds)) {
        bool ok = take_command(s, message, &fds, err);

        qmp_fds_close(&fds);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool take_line(struct session *s, struct bytes line, struct qmp_fds *fds,
                      struct sevk_error *err)
{
    OWN(buf_free) struct buf edited = { 0 };
    enum qmp_kind kind = qmp_line_kind(line);
    const struct pending_entry *entry = pending_first_passed(&s->pending);
    bool as_is = false;

    if (kind == QMP_OTHER || entry == NULL) {
        return to_client(s, line, fds, err);
    }
    if (!pending_edit(entry, line, kind == QMP_ERROR, &as_is, &edited, err) ||
        (as_is
             ? !to_client(s, line, fds, err)
             : edited.n > 0 && !to_client(s, buf_bytes(&edited), NULL, err))) {
        return false;
    }
    pending_drop_first(&s->pending);
    return send_ready(s, err);
}

static bool take_lines(struct session *s, struct sevk_error *err)
{
    struct bytes line;
    struct qmp_fds fds;

    while (qmp_stream_take(&s->qemu, qmp_line_end, &line, &fds)) {
        bool ok = take_line(s, line, &fds, err);

        qmp_fds_close(&fds);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* Whether QEMU may be read from: the client keeps up. */
static bool may_read_qemu(const struct session *s)
{
    return s->qemu.fd >= 0 && !s->qemu.ended &&
           qmp_stream_queued(&s->client) < PROXY_QUEUE_MAX;
}

static bool may_read_client(const struct session *s)
{
    return is_connected(s) && may_take(s);
}

enum {
    AT_QEMU_END,
    AT_LISTENER,
    AT_CLIENT,
    AT_QEMU,
    AT_COUNT
};

/* A socket that nothing is wanted of is left out: poll() would tell again and
 * again that its peer is gone. */
static struct pollfd wanted(int fd, bool in, bool out)
{
    short events = (short)((in ? POLLIN : 0) | (out ? POLLOUT : 0));

    return (struct pollfd){ events == 0 ? -1 : fd, events, 0 };
}

static void prepare(const struct session *s, struct pollfd p[static AT_COUNT])
{
    p[AT_QEMU_END] = wanted(s->proxy->pidfd, true, false);
    p[AT_LISTENER] = wanted(s->proxy->listener, !is_busy(s), false);
    p[AT_CLIENT] = wanted(s->client.fd, may_read_client(s),
                          qmp_stream_queued(&s->client) > 0);
    p[AT_QEMU] =
        wanted(s->qemu.fd, may_read_qemu(s), qmp_stream_queued(&s->qemu) > 0);
}

static bool accept_client(struct session *s, struct sevk_error *err)
{
    int fd =
        accept4(s->proxy->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd >= 0) {
        qmp_stream_open(&s->client, fd);
        return true;
    }
    return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED ||
           sevk_fail_errno(err, SEVK_HOST, errno, "monitor: accepting");
}

/* The client's own connection to QEMU, as soon as QEMU has room for it. */
static bool connect_qemu(struct session *s, struct sevk_error *err)
{
    int fd = -1;

    if (!is_connected(s) || s->qemu.fd >= 0) {
        return true;
    }
    if (!inner_connect(s->proxy->inner, &fd, err)) {
        return false;
    }
    if (fd >= 0) {
        s->qemu.fd = fd; /* commands may wait there already */
    }
    return true;
}

#define READABLE (POLLIN | POLLHUP | POLLERR)

static bool serve(struct session *s, short client, short qemu,
                  struct sevk_error *err)
{
    if ((client & READABLE) != 0 && may_read_client(s) &&
        !qmp_stream_read(&s->client, PROXY_COMMAND_MAX, err)) {
        return false;
    }
    if ((qemu & READABLE) != 0 && may_read_qemu(s) &&
        !qmp_stream_read(&s->qemu, PROXY_LINE_MAX, err)) {
        return false;
    }
    return take_lines(s, err) && take_commands(s, err) &&
           (s->qemu.fd < 0 || qmp_stream_flush(&s->qemu, err)) &&
           (!is_connected(s) || qmp_stream_flush(&s->client, err));
}

/* Nothing more is to come from either side, for either side. */
static bool is_over(const struct session *s)
{
    if (!is_connected(s)) {
        return s->qemu.fd < 0 || s->qemu.ended || s->pending.n == 0;
    }
    return s->qemu.ended && qmp_stream_queued(&s->client) == 0;
}

/* QEMU has ended: what it said before is still in the socket. */
static void pass_last_words(struct session *s)
{
    while (is_connected(s) && s->qemu.fd >= 0 && !s->client.ended &&
           !is_over(s)) {
        struct pollfd p[AT_COUNT];

        prepare(s, p);
        p[AT_QEMU_END].fd = -1;
        if (poll(p, AT_COUNT, LAST_WORDS_MS) <= 0 ||
            !serve(s, p[AT_CLIENT].revents, p[AT_QEMU].revents, NULL)) {
            return;
        }
    }
}

/* One round. A fault on a connection ends the connection, not the proxy. */
static bool turn(struct session *s, bool *ret_ended, struct sevk_error *err)
{
    struct pollfd p[AT_COUNT];
    bool wait_for_qemu = is_connected(s) && s->qemu.fd < 0;

    prepare(s, p);
    if (poll(p, AT_COUNT, wait_for_qemu ? RETRY_MS : -1) < 0) {
        return errno == EINTR ||
               sevk_fail_errno(err, SEVK_HOST, errno, "monitor: poll");
    }
    if (p[AT_QEMU_END].revents != 0) {
        pass_last_words(s);
        *ret_ended = true;
        return true;
    }
    if (p[AT_LISTENER].revents != 0 && !accept_client(s, err)) {
        return false;
    }
    if (is_busy(s) &&
        (!connect_qemu(s, NULL) ||
         !serve(s, p[AT_CLIENT].revents, p[AT_QEMU].revents, NULL))) {
        hang_up(s);
    }
    if (s->client.ended) {
        qmp_stream_close(&s->client);
    }
    if (is_busy(s) && is_over(s)) {
        hang_up(s);
    }
    return true;
}

bool proxy_run(const struct proxy *proxy, struct sevk_error *err)
{
    struct session s = { .proxy = proxy,
                         .client = QMP_STREAM_NONE,
                         .qemu = QMP_STREAM_NONE };
    bool ended = false;
    bool ok = true;

    while (ok && !ended) {
        ok = turn(&s, &ended, err);
    }
    hang_up(&s);
    return ok;
}
