/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and descriptors through one end of a connection. */
#include "lib/unit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/own.h"
#include "qemu/qmp_stream.h"

#define MAX ((size_t)1 << 20)

/* A stream, and the peer's end of it. */
struct rig {
    struct qmp_stream s;
    int peer;
};

static int open_rig(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    qmp_stream_open(&rig->s, ends[0]);
    rig->peer = ends[1];
    *state = rig;
    return 0;
}

static int close_rig(void **state)
{
    struct rig *rig = *state;

    qmp_stream_close(&rig->s);
    own_close(&rig->peer);
    free(rig);
    return 0;
}

/* Sends TEXT with the descriptors FDS. */
static void send_with(int fd, const char *text, const int *fds, size_t n)
{
    char control[CMSG_SPACE(sizeof(int) * 64)] = { 0 };
    struct iovec iov = { (void *)(uintptr_t)text, strlen(text) };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

    if (n > 0) {
        struct cmsghdr *c;

        msg.msg_control = control;
        msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
        c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n * sizeof(int));
    }
    assert_int_equal(sendmsg(fd, &msg, 0), strlen(text));
}

static void read_once(struct rig *rig)
{
    struct sevk_error err;

    assert_works(qmp_stream_read(&rig->s, MAX, &err), &err);
}

/* The next message is TEXT, and comes with N descriptors, which are closed. */
static void assert_takes(struct rig *rig, const char *text, size_t n)
{
    struct bytes message;
    struct qmp_fds fds;

    assert_true(qmp_stream_take(&rig->s, qmp_command_end, &message, &fds));
    assert_bytes_equal(message, bytes_of_string(text));
    assert_int_equal(fds.n, n);
    qmp_fds_close(&fds);
}

static void assert_takes_nothing(struct rig *rig)
{
    struct bytes message;
    struct qmp_fds fds;

    assert_false(qmp_stream_take(&rig->s, qmp_command_end, &message, &fds));
}

static void a_fresh_stream_has_no_message(void **state)
{
    assert_takes_nothing(*state);
    read_once(*state);
    assert_takes_nothing(*state);
    assert_false(((struct rig *)*state)->s.ended);
}

static void single_bytes_make_messages(void **state)
{
    struct rig *rig = *state;
    const char text[] = "{\"execute\":\"x\"}";

    for (size_t i = 0; i < sizeof text - 1; i++) {
        const char byte[2] = { text[i], '\0' };

        assert_takes_nothing(rig);
        send_with(rig->peer, byte, NULL, 0);
        read_once(rig);
    }
    /* The message ended with its brace; the newline came behind it. */
    assert_takes(rig, "{\"execute\":\"x\"}", 0);
    assert_takes_nothing(rig);
    send_with(rig->peer, "\n", NULL, 0);
    read_once(rig);
    assert_takes(rig, "\n", 0);
}

static void descriptors_come_with_their_message(void **state)
{
    struct rig *rig = *state;
    const int fds[3] = { 0, 0, 0 };

    send_with(rig->peer, "{\"a\":1}\n", NULL, 0);
    send_with(rig->peer, "{\"execute\":\"getfd\"}\n", fds, 1);
    read_once(rig);
    read_once(rig);
    assert_takes(rig, "{\"a\":1}\n", 0);
    assert_takes(rig, "{\"execute\":\"getfd\"}\n", 1);

    /* In the middle of several that came at once. */
    send_with(rig->peer, "{\"b\":1}\n{\"execute\":\"add-fd\"}\n{\"c\":1}\n",
              fds, 2);
    read_once(rig);
    assert_takes(rig, "{\"b\":1}\n", 0);
    assert_takes(rig, "{\"execute\":\"add-fd\"}\n", 2);
    assert_takes(rig, "{\"c\":1}\n", 0);

    /* With a beginning whose end comes later. */
    send_with(rig->peer, "{\"d\":", fds, 3);
    read_once(rig);
    assert_takes_nothing(rig);
    send_with(rig->peer, "1}\n", NULL, 0);
    read_once(rig);
    assert_takes(rig, "{\"d\":1}\n", 3);
}

static void descriptors_that_nobody_takes_are_closed(void **state)
{
    struct rig *rig = *state;
    int pipe_ends[2];
    char byte;

    assert_int_equal(pipe(pipe_ends), 0);
    send_with(rig->peer, "{\"a\":", &pipe_ends[1], 1);
    close(pipe_ends[1]);
    read_once(rig);
    qmp_stream_close(&rig->s);
    /* The last writing end is gone: the pipe has ended. */
    assert_int_equal(read(pipe_ends[0], &byte, 1), 0);
    close(pipe_ends[0]);
}

static void too_many_descriptors_are_refused(void **state)
{
    struct rig *rig = *state;
    int fds[QMP_FDS_MAX + 1] = { 0 };
    struct sevk_error err;

    send_with(rig->peer, "{}\n", fds, N_OF(fds));
    assert_fails(qmp_stream_read(&rig->s, MAX, &err), &err, SEVK_INPUT,
                 "descriptors");
}

static void an_endless_message_is_refused(void **state)
{
    struct rig *rig = *state;
    char piece[4096 + 1];
    struct sevk_error err;

    memset(piece, 'x', sizeof piece - 1);
    piece[sizeof piece - 1] = '\0';
    for (size_t n = 0; n < 16384; n += sizeof piece - 1) {
        send_with(rig->peer, piece, NULL, 0);
        assert_works(qmp_stream_read(&rig->s, 16384, &err), &err);
        assert_takes_nothing(rig);
    }
    assert_fails(qmp_stream_read(&rig->s, 16384, &err), &err, SEVK_INPUT,
                 "more than 16384 bytes");
}

static void an_end_is_noticed(void **state)
{
    struct rig *rig = *state;

    send_with(rig->peer, "{}", NULL, 0);
    own_close(&rig->peer);
    read_once(rig);
    assert_takes(rig, "{}", 0);
    read_once(rig);
    assert_true(rig->s.ended);
}

static void writing_to_nobody_is_an_end(void **state)
{
    struct rig *rig = *state;
    struct sevk_error err;

    own_close(&rig->peer);
    assert_works(qmp_stream_queue(&rig->s, bytes_of_string("x"), NULL, &err),
                 &err);
    assert_works(qmp_stream_flush(&rig->s, &err), &err);
    assert_true(rig->s.ended);
}

/* Reads what the peer got: at most N bytes, and how many descriptors came. */
static size_t peer_reads(struct rig *rig, char *p, size_t n, size_t *ret_fds)
{
    char control[CMSG_SPACE(sizeof(int) * 64)];
    struct iovec iov = { p, n };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control,
                          .msg_controllen = sizeof control };
    ssize_t got = recvmsg(rig->peer, &msg, MSG_DONTWAIT);
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

    *ret_fds = 0;
    if (got > 0 && c != NULL) {
        *ret_fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < *ret_fds; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            close(fd);
        }
    }
    return got < 0 ? 0 : (size_t)got;
}

static void queue(struct rig *rig, const char *text, size_t n_fds)
{
    struct qmp_fds fds = { .n = n_fds };
    struct sevk_error err;

    for (size_t i = 0; i < n_fds; i++) {
        fds.fd[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    assert_works(qmp_stream_queue(&rig->s, bytes_of_string(text), &fds, &err),
                 &err);
    assert_int_equal(fds.n, 0);
}

static void descriptors_leave_with_their_message(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *text;
        size_t fds;
    } rows[] = { { "one", 0 }, { "two", 1 }, { "three", 3 }, { "four", 0 } };
    char all[64] = "";
    size_t n = 0;
    struct sevk_error err;

    for (size_t i = 0; i < N_OF(rows); i++) {
        queue(rig, rows[i].text, rows[i].fds);
    }
    assert_works(qmp_stream_flush(&rig->s, &err), &err);
    assert_int_equal(qmp_stream_queued(&rig->s), 0);
    while (n < 15) {
        size_t fds;
        size_t got = peer_reads(rig, all + n, 64 - n, &fds);

        assert_true(got > 0);
        n += got;
        /* A piece with descriptors ends with what they were sent with. */
        if (fds > 0) {
            assert_int_equal(n, fds == 1 ? 6 : 15);
        }
    }
    assert_string_equal(all, "onetwothreefour");
}

/* Megabytes, with descriptors in between, through a narrow socket. */
static void a_full_socket_loses_nothing(void **state)
{
    struct rig *rig = *state;
    struct sevk_error err;
    OWN(buf_free) struct buf got = { 0 };
    OWN(buf_free) struct buf sent = { 0 };
    size_t fds_got = 0;

    for (unsigned int i = 0; i < 3000; i++) {
        char line[1100];

        snprintf(line, sizeof line, "%1023u\n", i);
        assert_works(buf_append_string(&sent, line, &err), &err);
        queue(rig, line, i % 500 == 0 ? 1 : 0);
    }
    while (got.n < sent.n) {
        char piece[4000];
        size_t fds;
        size_t n;

        assert_works(qmp_stream_flush(&rig->s, &err), &err);
        n = peer_reads(rig, piece, sizeof piece, &fds);
        assert_true(n > 0);
        fds_got += fds;
        assert_works(buf_append(&got, bytes_make(piece, n), &err), &err);
    }
    assert_bytes_equal(buf_bytes(&got), buf_bytes(&sent));
    assert_int_equal(fds_got, 6);
}

#define RIGGED(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIGGED(a_fresh_stream_has_no_message),
        RIGGED(single_bytes_make_messages),
        RIGGED(descriptors_come_with_their_message),
        RIGGED(descriptors_that_nobody_takes_are_closed),
        RIGGED(too_many_descriptors_are_refused),
        RIGGED(an_endless_message_is_refused),
        RIGGED(an_end_is_noticed),
        RIGGED(writing_to_nobody_is_an_end),
        RIGGED(descriptors_leave_with_their_message),
        RIGGED(a_full_socket_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
