/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/share.c: a guest with the key of another process's. */
#include "fw/share.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/own.h"
#include "unit/fw/rig.h"
#include "wire/policy.h"

/* Answers until the other end of PIPE is closed, as a process does. */
struct server {
    struct fw *fw;
    int stop[2];
    pthread_t thread;
};

static void *serve(void *arg)
{
    struct server *s = arg;
    struct pollfd p[2] = { { .fd = fw_share_fd(s->fw), .events = POLLIN },
                           { .fd = s->stop[0], .events = POLLIN } };

    while (poll(p, 2, -1) > 0 && p[1].revents == 0) {
        fw_share_serve(s->fw);
    }
    return NULL;
}

static void start_server(struct server *s, struct fw *fw)
{
    s->fw = fw;
    assert_true(fw_share_fd(fw) >= 0);
    assert_int_equal(pipe(s->stop), 0);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop_server(struct server *s)
{
    close(s->stop[1]);
    assert_int_equal(pthread_join(s->thread, NULL), 0);
    close(s->stop[0]);
}

static uint32_t start_sharing(struct fw *fw, uint32_t policy, uint32_t with,
                              uint32_t *ret_handle)
{
    struct cmd_launch_start cmd = { .handle = with, .policy = policy };
    uint8_t buf[CMD_LAUNCH_START_LEN];
    uint32_t status;

    cmd_launch_start_encode(&cmd, buf);
    status = fw_command(fw, SEV_CMD_LAUNCH_START, buf, sizeof buf);
    assert_true(cmd_launch_start_decode(BYTES_OF(buf), &cmd, NULL));
    *ret_handle = cmd.handle;
    return status;
}

/* How many sockets lie in the platform's run directory. */
static int sockets(const struct rig *rig)
{
    OWN(own_free) char *path = rig_path(rig, "run");
    OWN(own_closedir) DIR *dir = opendir(path);
    const struct dirent *entry;
    int n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        n += strncmp(entry->d_name, "key-", 4) == 0;
    }
    return n;
}

static void another_process_s_guest_gets_the_same_key(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    struct server server;
    uint32_t first = 0;
    uint32_t second = 0;

    (void)state;
    assert_int_equal(fw_share_fd(rig->fw), -1);
    assert_int_equal(do_start(rig->fw, 0, &first), SEV_STATUS_SUCCESS);
    assert_int_equal(sockets(rig), 1);
    start_server(&server, rig->fw);
    assert_int_equal(start_sharing(other, 0, first, &second),
                     SEV_STATUS_SUCCESS);
    assert_int_not_equal(first, second);
    assert_bytes_equal(secret_expose(&rig->fw->guests[first]->vek),
                       secret_expose(&other->guests[second]->vek));
    stop_server(&server);
}

static void policies_that_differ_or_forbid_it_are_refused(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    uint32_t handle = 0;
    uint32_t second = 0;

    (void)state;
    assert_int_equal(do_start(rig->fw, POLICY_NOKS, &handle),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(fw_share_fd(rig->fw), -1); /* there is nothing to share */
    assert_int_equal(start_sharing(other, POLICY_NOKS, handle, &second),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(start_sharing(other, 0, handle, &second),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(start_sharing(other, POLICY_NODBG, handle, &second),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(start_sharing(other, 0, 999, &second),
                     SEV_STATUS_INVALID_GUEST);
}

/* Whoever asks past the firmware meets the same rules. */
static void the_owner_of_the_key_decides_for_itself(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    struct run_slot slot = { .policy = POLICY_NOKS };
    struct server server;
    uint32_t open_ = 0;
    uint32_t closed = 0;
    SECRET(key);

    (void)state;
    assert_int_equal(do_start(rig->fw, 0, &open_), SEV_STATUS_SUCCESS);
    assert_int_equal(do_start(rig->fw, POLICY_NOKS, &closed),
                     SEV_STATUS_SUCCESS);
    start_server(&server, rig->fw);
    slot.owner = rig->fw->share.owner;
    slot.serial = rig->fw->guests[closed]->serial;
    assert_int_equal(share_ask(other, &slot, &key), SEV_STATUS_POLICY_FAILURE);
    slot.serial = rig->fw->guests[open_]->serial;
    assert_int_equal(share_ask(other, &slot, &key), SEV_STATUS_POLICY_FAILURE);
    slot.policy = 0;
    slot.serial = 12345;
    assert_int_equal(share_ask(other, &slot, &key), SEV_STATUS_INVALID_GUEST);
    slot.owner = 12345;
    assert_int_equal(share_ask(other, &slot, &key), SEV_STATUS_INVALID_GUEST);
    slot.owner = 0;
    assert_int_equal(share_ask(other, &slot, &key), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(key.n, 0);
    stop_server(&server);
}

static void the_socket_is_private_and_goes_with_its_process(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct fw *other = rig_connect(rig);
    uint32_t handle = 0;
    char name[32];
    struct stat st;

    (void)state;
    assert_int_equal(do_start(other, 0, &handle), SEV_STATUS_SUCCESS);
    snprintf(name, sizeof name, "run/key-%08x", other->share.owner);
    OWN(own_free) char *path = rig_path(rig, name);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISSOCK(st.st_mode));
    assert_int_equal(st.st_mode & 0177, 0);
    fw_close(&other);
    assert_int_equal(sockets(rig), 0);
}

static void what_a_killed_process_left_is_cleared_away(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) char *path = rig_path(rig, "run/key-0000beef");
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    uint32_t handle = 0;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    (void)state;
    assert_true(strlen(path) < sizeof a.sun_path);
    memcpy(a.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    close(fd);
    assert_int_equal(sockets(rig), 1);
    assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(sockets(rig), 1); /* its own */
    assert_int_not_equal(access(path, F_OK), 0);
}

/* What is no request gets no answer, and does no harm. */
static void a_peer_that_says_nothing_gets_nothing(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(own_free) char *path = NULL;
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    struct server server;
    char name[32];
    uint32_t handle = 0;
    uint8_t byte;

    (void)state;
    assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
    snprintf(name, sizeof name, "run/key-%08x", rig->fw->share.owner);
    path = rig_path(rig, name);
    memcpy(a.sun_path, path, strlen(path) + 1);
    start_server(&server, rig->fw);
    for (int i = 0; i < 3; i++) {
        OWN(own_close) int fd = socket(AF_UNIX, SOCK_STREAM, 0);

        assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
        assert_int_equal(send(fd, "short", 5, MSG_NOSIGNAL), 5);
        shutdown(fd, SHUT_WR);
        assert_int_equal(recv(fd, &byte, 1, 0), 0);
    }
    stop_server(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_process_s_guest_gets_the_same_key),
        cmocka_unit_test(policies_that_differ_or_forbid_it_are_refused),
        cmocka_unit_test(the_owner_of_the_key_decides_for_itself),
        cmocka_unit_test(the_socket_is_private_and_goes_with_its_process),
        cmocka_unit_test(what_a_killed_process_left_is_cleared_away),
        cmocka_unit_test(a_peer_that_says_nothing_gets_nothing),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
