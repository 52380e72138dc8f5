/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy between a client and a QEMU that the test plays. */
#include "lib/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "qemu/proxy.h"

#define PATIENCE 60 /* seconds; a guard only */
#define GREETING "{\"QMP\": {}}\r\n"

/* ---- the table of the test's proxy */

static bool answer_mine(void *ctx, const struct qmp_command *command,
                        struct answer *ret, struct sevk_error *err)
{
    (void)command;
    (void)err;
    ret->result = json_object_new_int(++*(int *)ctx);
    return true;
}

static bool refuse_theirs(void *ctx, const struct qmp_command *command,
                          struct answer *ret, struct sevk_error *err)
{
    (void)ctx;
    (void)command;
    (void)ret;
    return sevk_fail(err, SEVK_REFUSED, "not this");
}

static void edit(struct json_object *reply)
{
    json_object_object_add(reply, "return", json_object_new_string("edited"));
}

static bool change_both(void *ctx, const struct qmp_command *command,
                        struct answer *ret, struct sevk_error *err)
{
    (void)ctx;
    (void)err;
    json_object_object_add(command->root, "changed",
                           json_object_new_boolean(true));
    ret->changed = true;
    ret->edit_reply = edit;
    return true;
}

static const struct answer_row rows[] = {
    { "mine", answer_mine },
    { "theirs", refuse_theirs },
    { "both", change_both },
};

/* ---- a proxy in a thread */

struct rig {
    struct temp_dir dir;
    char *path;
    struct inner inner;
    int listener;
    int end[2]; /* writing to [1] is QEMU's end */
    int served;
    struct answer_table answers;
    struct proxy proxy;
    pthread_t thread;
    bool ended;
    bool ok;
};

static void *run(void *arg)
{
    struct rig *rig = arg;

    rig->ok = proxy_run(&rig->proxy, NULL);
    return NULL;
}

static int start(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct sevk_error err;

    rig->dir = temp_dir_make();
    rig->path = temp_dir_path(&rig->dir, "monitor");
    assert_works(inner_open(rig->dir.path, &rig->inner, &err), &err);
    assert_int_equal(temp_dir_count(&rig->dir), 0);
    assert_works(inner_listen_at(rig->path, &rig->listener, &err), &err);
    assert_int_equal(pipe2(rig->end, O_CLOEXEC), 0);
    rig->answers = (struct answer_table){ rows, N_OF(rows), &rig->served };
    rig->proxy = (struct proxy){ rig->listener, rig->end[0], &rig->inner,
                                 &rig->answers };
    assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
    *state = rig;
    return 0;
}

static void end_qemu(struct rig *rig)
{
    own_close(&rig->end[1]);
    assert_int_equal(pthread_join(rig->thread, NULL), 0);
    rig->ended = true;
    assert_true(rig->ok);
}

static int stop(void **state)
{
    struct rig *rig = *state;

    if (!rig->ended) {
        end_qemu(rig);
    }
    inner_close(&rig->inner);
    own_close(&rig->listener);
    own_close(&rig->end[0]);
    free(rig->path);
    temp_dir_drop(&rig->dir);
    free(rig);
    return 0;
}

/* ---- the two ends that the test plays */

static int guarded(int fd)
{
    const struct timeval patience = { .tv_sec = PATIENCE };

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
}

static int connect_client(const struct rig *rig)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = guarded(socket(AF_UNIX, SOCK_STREAM, 0));

    strcpy(address.sun_path, rig->path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address),
                     0);
    return fd;
}

static int accept_proxy(const struct rig *rig)
{
    struct pollfd p = { rig->inner.listener, POLLIN, 0 };

    assert_int_equal(poll(&p, 1, PATIENCE * 1000), 1);
    return guarded(accept(rig->inner.listener, NULL, NULL));
}

static void put(int fd, const char *text)
{
    struct sevk_error err;

    assert_works(fd_write_all(fd, bytes_of_string(text), "socket", &err), &err);
}

/* The next strlen(TEXT) bytes are TEXT. */
static void expect(int fd, const char *text)
{
    size_t n = strlen(text);
    OWN(own_free) char *got = calloc(1, n + 1);

    for (size_t at = 0; at < n;) {
        ssize_t more = read(fd, got + at, n - at);

        if (more <= 0) {
            fail_msg("'%s' instead of '%s'", got, text);
        }
        at += (size_t)more;
    }
    assert_string_equal(got, text);
}

static void expect_end(int fd)
{
    char byte;
    ssize_t n = read(fd, &byte, 1);

    assert_true(n == 0 || (n < 0 && errno == ECONNRESET));
}

/* Both ends, and the negotiation done. */
struct ends {
    int client;
    int qemu;
};

static struct ends negotiate(const struct rig *rig)
{
    struct ends e;

    e.client = connect_client(rig);
    e.qemu = accept_proxy(rig);
    put(e.qemu, GREETING);
    expect(e.client, GREETING);
    put(e.client, "{\"execute\":\"qmp_capabilities\"}\n");
    expect(e.qemu, "{\"execute\":\"qmp_capabilities\"}\n");
    put(e.qemu, "{\"return\": {}}\r\n");
    expect(e.client, "{\"return\": {}}\r\n");
    return e;
}

static void close_ends(struct ends *e)
{
    own_close(&e->client);
    own_close(&e->qemu);
}

/* ---- tests */

static void bytes_pass_unchanged_both_ways(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);
    const char command[] = " { \"id\" : 1.50 ,\"execute\":\"x\"}\t\r\n";
    const char reply[] = "{\"id\": 1.50,  \"return\": \"\\u00e4/\\/\"}\r\n";

    put(e.client, command);
    expect(e.qemu, command);
    put(e.qemu, "{\"timestamp\": {}, \"event\": \"STOP\"}\r\n");
    put(e.qemu, reply);
    expect(e.client, "{\"timestamp\": {}, \"event\": \"STOP\"}\r\n");
    expect(e.client, reply);
}

static void single_bytes_pass(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);
    const char command[] = "{\"execute\":\"x\"}\n";
    const char reply[] = "{\"return\": 1}\r\n";

    for (size_t i = 0; command[i] != '\0'; i++) {
        put(e.client, (char[]){ command[i], '\0' });
    }
    expect(e.qemu, command);
    for (size_t i = 0; reply[i] != '\0'; i++) {
        put(e.qemu, (char[]){ reply[i], '\0' });
    }
    expect(e.client, reply);
}

static void what_is_in_the_table_never_reaches_qemu(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);

    put(e.client, "{\"execute\":\"mine\",\"id\":\"a\"}\n"
                  "{\"execute\":\"theirs\",\"id\":{\"b\":1}}\n"
                  "{\"execute\":\"next\"}\n");
    expect(e.client, "{\"return\":1,\"id\":\"a\"}\r\n"
                     "{\"error\":{\"class\":\"GenericError\",\"desc\":\"not "
                     "this\"},\"id\":{\"b\":1}}\r\n");
    expect(e.qemu, "{\"execute\":\"next\"}\n");
}

static void replies_keep_their_order(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);

    put(e.client, "{\"execute\":\"slow\"}\n{\"execute\":\"mine\"}\n"
                  "{\"execute\":\"slow\"}\n{\"execute\":\"mine\"}\n"
                  "{\"execute\":\"mine\"}\n");
    expect(e.qemu, "{\"execute\":\"slow\"}\n{\"execute\":\"slow\"}\n");
    put(e.qemu, "{\"event\": \"A\"}\r\n{\"return\": \"first\"}\r\n");
    expect(e.client, "{\"event\": \"A\"}\r\n{\"return\": \"first\"}\r\n"
                     "{\"return\":1}\r\n");
    put(e.qemu, "{\"error\": \"second\"}\r\n");
    expect(e.client, "{\"error\": \"second\"}\r\n{\"return\":2}\r\n"
                     "{\"return\":3}\r\n");
}

static void commands_and_replies_can_be_changed(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);

    put(e.client, "{\"execute\":\"both\"}\n{\"execute\":\"both\"}\n");
    expect(e.qemu, "{\"execute\":\"both\",\"changed\":true}\r\n"
                   "{\"execute\":\"both\",\"changed\":true}\r\n");
    put(e.qemu, "{\"return\": 1, \"id\": 2}\r\n{\"error\": 1}\r\n");
    expect(e.client, "{\"return\":\"edited\",\"id\":2}\r\n{\"error\": 1}\r\n");
}

static void before_negotiation_everything_is_qemus(void **state)
{
    const struct rig *rig = *state;
    OWN(close_ends) struct ends e = { .client = connect_client(rig) };

    e.qemu = accept_proxy(rig);
    put(e.client, "{\"execute\":\"mine\"}\n");
    expect(e.qemu, "{\"execute\":\"mine\"}\n");
    put(e.qemu, "{\"error\": {}}\r\n");
    expect(e.client, "{\"error\": {}}\r\n");
    /* Commands may follow the negotiation without waiting for its reply. */
    put(e.client, "{\"execute\":\"qmp_capabilities\"}{\"execute\":\"mine\"}\n");
    expect(e.qemu, "{\"execute\":\"qmp_capabilities\"}");
    put(e.qemu, "{\"return\": {}}\r\n");
    expect(e.client, "{\"return\": {}}\r\n{\"return\":1}\r\n");
}

static void what_is_malformed_stays_here(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);

    put(e.client, "nonsense\n[]\n{\"a\" 1}\n{\"execute\":\"ok\"}\n");
    for (int i = 0; i < 3; i++) {
        expect(e.client, "{\"error\":{\"class\":\"GenericError\",\"desc\":"
                         "\"JSON parse error\"}}\r\n");
    }
    expect(e.qemu, "{\"execute\":\"ok\"}\n");
    put(e.qemu, "{\"return\": 1}\r\n");
    expect(e.client, "{\"return\": 1}\r\n");
}

static void commands_out_of_band_are_refused(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);

    put(e.client, "{\"exec-oob\":\"mine\",\"id\":1}\n");
    expect(e.client, "{\"error\":{\"class\":\"GenericError\",\"desc\":\"Out-of-"
                     "band commands are not supported here\"},\"id\":1}\r\n");
}

static void single_quotes_reach_qemu_as_double_ones(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);

    put(e.client, "{'execute':'x'}\n{'execute':'mine'}\n");
    expect(e.qemu, "{\"execute\":\"x\"}\r\n");
    put(e.qemu, "{\"return\": 1}\r\n");
    expect(e.client, "{\"return\": 1}\r\n{\"return\":1}\r\n");
}

/* One line of N bytes and its newline. */
static char *long_line(const char *begin, size_t n, const char *end)
{
    size_t head = strlen(begin);
    char *line = malloc(n + 1);

    memset(line, 'x', n);
    memcpy(line, begin, head);
    memcpy(line + n - strlen(end), end, strlen(end) + 1);
    return line;
}

struct writer {
    int fd;
    const char *text;
};

static void *write_all(void *arg)
{
    const struct writer *w = arg;

    (void)!fd_write_all(w->fd, bytes_of_string(w->text), "socket", NULL);
    return NULL;
}

/* Writes and expects at the same time: neither end has room for it all. */
static void pass_through(int from, int to, const char *text)
{
    struct writer w = { from, text };
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, write_all, &w), 0);
    expect(to, text);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void megabytes_pass_both_ways(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);
    OWN(own_free)
    char *reply = long_line("{\"return\": \"", 8 << 20, "\"}\r\n");
    OWN(own_free)
    char *command = long_line("{\"execute\":\"", 3 << 20, "\"}\r\n");

    pass_through(e.client, e.qemu, command);
    pass_through(e.qemu, e.client, reply);
    put(e.client, "{\"execute\":\"mine\"}\n");
    expect(e.client, "{\"return\":1}\r\n");
}

static void an_endless_command_ends_the_connection(void **state)
{
    struct rig *rig = *state;
    OWN(close_ends) struct ends e = negotiate(rig);
    OWN(own_free) char *piece = long_line("", 1 << 20, "");
    size_t sent = 0;

    put(e.client, "{\"execute\":\"");
    while (sent <= 2 * PROXY_COMMAND_MAX) {
        ssize_t n = send(e.client, piece, 1 << 20, MSG_NOSIGNAL);

        if (n < 0) {
            break;
        }
        sent += (size_t)n;
    }
    assert_in_range(sent, PROXY_COMMAND_MAX / 2, 2 * PROXY_COMMAND_MAX);
    expect_end(e.client);
    expect_end(e.qemu);
    close_ends(&e);
    e = negotiate(rig); /* the next client is served */
}

/* How many bytes of endless LINES go into FD until it is full. */
static size_t fill(int fd, const char *line)
{
    struct pollfd p = { fd, POLLOUT, 0 };
    size_t n = strlen(line);
    size_t sent = 0;

    while (sent < (size_t)64 << 20 && poll(&p, 1, 300) == 1) {
        ssize_t put_now = send(fd, line + sent % n, n - sent % n, MSG_DONTWAIT);

        if (put_now > 0) {
            sent += (size_t)put_now;
        }
    }
    return sent;
}

/* Nobody reads: both ends fill up, within bounds; then all of it arrives. */
static void a_side_that_does_not_read_stops_the_other(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);
    const char event[] = "{\"event\": \"flood\", \"data\": \"................"
                         "........................................\"}\r\n";
    const char command[] = "{\"execute\":\"mine\"}\n";
    size_t from_qemu = fill(e.qemu, event);
    size_t from_client = fill(e.client, command);

    assert_true(from_qemu > PROXY_QUEUE_MAX / 2);
    assert_true(from_qemu < 8 * PROXY_QUEUE_MAX);
    assert_true(from_client < 8 * PROXY_QUEUE_MAX);
    for (size_t i = 0; i < from_qemu / (sizeof event - 1); i++) {
        expect(e.client, event);
    }
}

static void replies_of_ours_are_bounded_too(void **state)
{
    struct rig *rig = *state;
    OWN(close_ends) struct ends e = negotiate(rig);
    size_t sent = fill(e.client, "{\"execute\":\"mine\"}\n");
    char reply[64];

    assert_true(sent < 8 * PROXY_QUEUE_MAX);
    for (size_t i = 1; i <= sent / 19; i++) {
        snprintf(reply, sizeof reply, "{\"return\":%zu}\r\n", i);
        expect(e.client, reply);
    }
}

static void send_fd(int to, const char *text, int fd)
{
    char control[CMSG_SPACE(sizeof fd)] = { 0 };
    struct iovec iov = { (void *)(uintptr_t)text, strlen(text) };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control,
                          .msg_controllen = sizeof control };
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    assert_int_equal(sendmsg(to, &msg, 0), strlen(text));
}

/* Reads up to a newline; the descriptor that came with it, or -1. */
static int receive_line(int from, char *line, size_t room)
{
    char control[CMSG_SPACE(sizeof(int))];
    int fd = -1;
    size_t n = 0;

    while (n == 0 || line[n - 1] != '\n') {
        struct iovec iov = { line + n, room - n - 1 };
        struct msghdr msg = { .msg_iov = &iov,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof control };
        ssize_t got = recvmsg(from, &msg, 0);

        assert_true(got > 0);
        if (CMSG_FIRSTHDR(&msg) != NULL) {
            memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof fd);
        }
        n += (size_t)got;
    }
    line[n] = '\0';
    return fd;
}

static void a_descriptor_passes_with_its_command(void **state)
{
    OWN(close_ends) struct ends e = negotiate(*state);
    OWN(own_close) int got = -1;
    int ends[2];
    char line[200];

    assert_int_equal(pipe(ends), 0);
    put(e.client, "{\"execute\":\"a\"}\n");
    expect(e.qemu, "{\"execute\":\"a\"}\n");
    send_fd(e.client, "{\"execute\":\"getfd\"}\n", ends[1]);
    close(ends[1]);
    got = receive_line(e.qemu, line, sizeof line);
    assert_string_equal(line, "{\"execute\":\"getfd\"}\n");
    put(got, "through");
    expect(ends[0], "through");
    /* No copy of it stays behind in the proxy. */
    own_close(&got);
    expect_end(ends[0]);
    close(ends[0]);
}

static void a_client_that_leaves_takes_its_replies_along(void **state)
{
    struct rig *rig = *state;
    struct ends first = negotiate(rig);
    OWN(close_ends) struct ends second;

    put(first.client, "{\"execute\":\"slow\"}\n{\"execute\":\"half");
    expect(first.qemu, "{\"execute\":\"slow\"}\n");
    own_close(&first.client);
    second.client = connect_client(rig);
    put(first.qemu, "{\"event\": \"E\"}\r\n{\"return\": \"stale\"}\r\n");
    expect_end(first.qemu);
    own_close(&first.qemu);
    second.qemu = accept_proxy(rig);
    put(second.qemu, GREETING);
    expect(second.client, GREETING);
}

static void clients_come_one_after_the_other(void **state)
{
    struct rig *rig = *state;

    for (int i = 0; i < 20; i++) {
        OWN(close_ends) struct ends e = negotiate(rig);

        put(e.client, "{\"execute\":\"mine\"}\n");
        expect(e.client, "{\"return\":");
    }
    assert_int_equal(rig->served, 20);
}

static void when_qemu_hangs_up_so_does_the_proxy(void **state)
{
    struct rig *rig = *state;
    OWN(close_ends) struct ends e = negotiate(rig);

    put(e.qemu, "{\"event\": \"LAST\"}\r\n");
    own_close(&e.qemu);
    expect(e.client, "{\"event\": \"LAST\"}\r\n");
    expect_end(e.client);
}

static void qemus_end_is_the_proxys(void **state)
{
    struct rig *rig = *state;
    OWN(close_ends) struct ends e = negotiate(rig);

    put(e.qemu, "{\"event\": \"SHUTDOWN\"}\r\n");
    own_close(&e.qemu);
    end_qemu(rig);
    expect(e.client, "{\"event\": \"SHUTDOWN\"}\r\n");
    expect_end(e.client);
}

static void without_a_client_qemus_end_is_the_proxys_too(void **state)
{
    end_qemu(*state);
}

static void without_qemus_answer_its_end_is_noticed(void **state)
{
    struct rig *rig = *state;
    int client = connect_client(rig);

    put(client, "{\"execute\":\"x\"}\n");
    own_close(&rig->inner.listener); /* QEMU never came to serve it */
    expect_end(client);
    end_qemu(rig);
    close(client);
}

#define RIGGED(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIGGED(bytes_pass_unchanged_both_ways),
        RIGGED(single_bytes_pass),
        RIGGED(what_is_in_the_table_never_reaches_qemu),
        RIGGED(replies_keep_their_order),
        RIGGED(commands_and_replies_can_be_changed),
        RIGGED(before_negotiation_everything_is_qemus),
        RIGGED(what_is_malformed_stays_here),
        RIGGED(commands_out_of_band_are_refused),
        RIGGED(single_quotes_reach_qemu_as_double_ones),
        RIGGED(megabytes_pass_both_ways),
        RIGGED(an_endless_command_ends_the_connection),
        RIGGED(a_side_that_does_not_read_stops_the_other),
        RIGGED(replies_of_ours_are_bounded_too),
        RIGGED(a_descriptor_passes_with_its_command),
        RIGGED(a_client_that_leaves_takes_its_replies_along),
        RIGGED(clients_come_one_after_the_other),
        RIGGED(when_qemu_hangs_up_so_does_the_proxy),
        RIGGED(qemus_end_is_the_proxys),
        RIGGED(without_a_client_qemus_end_is_the_proxys_too),
        RIGGED(without_qemus_answer_its_end_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
