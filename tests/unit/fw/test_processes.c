/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the firmware's interplay of several processes. */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "fw/driver.h"
#include "fw/firmware.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/rig.h"
#include "wire/policy.h"

/* A process beside the test's: what it says comes through a pipe. */
struct peer {
    pid_t pid;
    int said; /* read end */
    int hold; /* write end: while it is open, the peer waits when it asks to */
};

/* In the peer: says one byte, or waits for the test to let go. */
static void say(int fd, uint8_t byte)
{
    if (write(fd, &byte, 1) != 1) {
        _exit(90);
    }
}

static void wait_for_end(int hold)
{
    char byte;

    while (read(hold, &byte, 1) > 0) {
    }
}

typedef void peer_main(struct rig *rig, int say_fd, int hold_fd);

/* The peer's copy of the rig must not use the test's connection. */
static struct peer start_peer(struct rig *rig, peer_main *main_of)
{
    int said[2];
    int hold[2];
    struct peer peer;

    assert_int_equal(pipe(said), 0);
    assert_int_equal(pipe(hold), 0);
    peer.pid = fork();
    assert_true(peer.pid >= 0);
    if (peer.pid == 0) {
        close(said[0]);
        close(hold[1]);
        fw_close(&rig->fw);
        main_of(rig, said[1], hold[0]);
        _exit(0);
    }
    close(said[1]);
    close(hold[0]);
    peer.said = said[0];
    peer.hold = hold[1];
    return peer;
}

static uint8_t hear(const struct peer *peer)
{
    struct pollfd p = { .fd = peer->said, .events = POLLIN };
    uint8_t byte = 0xff;

    assert_int_equal(poll(&p, 1, 30000), 1);
    assert_int_equal(read(peer->said, &byte, 1), 1);
    return byte;
}

static int end_peer(struct peer *peer)
{
    int status = 0;

    close(peer->hold);
    assert_int_equal(waitpid(peer->pid, &status, 0), peer->pid);
    close(peer->said);
    return status;
}

static void kill_peer(struct peer *peer)
{
    assert_int_equal(kill(peer->pid, SIGKILL), 0);
    assert_int_equal(waitpid(peer->pid, NULL, 0), peer->pid);
    close(peer->hold);
    close(peer->said);
}

/* Makes two bound guests, says their handles, and keeps them. */
static void keep_two_guests(struct rig *rig, int say_fd, int hold_fd)
{
    struct fw_options options = rig_options(rig);
    struct driver *d = NULL;
    uint32_t handles[2];
    uint32_t asid;

    if (!driver_open(&options, &d, NULL)) {
        _exit(91);
    }
    for (int i = 0; i < 2; i++) {
        if (!driver_launch_start(d, i == 0 ? 0 : POLICY_ES, (struct bytes){ 0 },
                                 (struct bytes){ 0 }, &handles[i], &asid,
                                 NULL)) {
            _exit(92);
        }
        say(say_fd, (uint8_t)handles[i]);
        say(say_fd, (uint8_t)asid);
    }
    wait_for_end(hold_fd);
}

static void a_killed_process_gives_its_handles_and_asids_back(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct cmd_platform_status status;
    struct peer peer = start_peer(rig, keep_two_guests);
    uint32_t handles[2];
    uint32_t asids[2];
    uint32_t handle = 0;

    (void)state;
    for (int i = 0; i < 2; i++) {
        handles[i] = hear(&peer);
        asids[i] = hear(&peer);
        assert_int_equal(guest_state_of(rig->fw, handles[i]),
                         SEV_GUEST_LUPDATE);
    }
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.guest_count, 2);
    kill_peer(&peer);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.guest_count, 0);
    assert_int_equal(status.state, SEV_PLATFORM_INIT);
    assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(handle, handles[0]);
    /* The ASID was in use: it must be flushed first. */
    assert_int_equal(do_activate(rig->fw, handle, asids[0]),
                     SEV_STATUS_DF_FLUSH_REQUIRED);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, handle, asids[0]),
                     SEV_STATUS_SUCCESS);
}

/* Ends without a word to the firmware, guests and all. */
static void leave_without_closing(struct rig *rig, int say_fd, int hold_fd)
{
    uint32_t handle = 0;
    struct fw *fw = rig_connect(rig);

    (void)hold_fd;
    if (do_start(fw, 0, &handle) != SEV_STATUS_SUCCESS) {
        _exit(91);
    }
    say(say_fd, (uint8_t)handle);
    _exit(0);
}

static void a_process_that_just_ends_leaves_nothing(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct peer peer = start_peer(rig, leave_without_closing);

    (void)state;
    assert_int_equal(hear(&peer), 1);
    assert_int_equal(end_peer(&peer), 0);
    assert_int_equal(guest_state_of(rig->fw, 1), SEV_GUEST_UNINIT);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_INIT);
}

/* Dies with the main lock in its hands. */
static void die_holding_the_lock(struct rig *rig, int say_fd, int hold_fd)
{
    struct fw *fw = rig_connect(rig);

    if (!run_lock(&fw->run)) {
        _exit(91);
    }
    say(say_fd, 1);
    wait_for_end(hold_fd);
}

static void the_lock_of_a_dead_process_is_free(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct peer peer = start_peer(rig, die_holding_the_lock);

    (void)state;
    assert_int_equal(hear(&peer), 1);
    kill_peer(&peer);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_INIT);
}

/* Says what LAUNCH_UPDATE gives after the test has shut the platform down. */
static void launch_after_shutdown(struct rig *rig, int say_fd, int hold_fd)
{
    struct fw *fw = rig_connect(rig);
    uint32_t handle = 0;

    if (do_start(fw, 0, &handle) != SEV_STATUS_SUCCESS ||
        do_activate(fw, handle, 100) != SEV_STATUS_SUCCESS) {
        _exit(91);
    }
    say(say_fd,
        (uint8_t)do_range(fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM, 16));
    wait_for_end(hold_fd);
    say(say_fd,
        (uint8_t)do_range(fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM, 16));
    say(say_fd, fw->guests[handle] == NULL ? 1 : 0);
}

static void a_shutdown_reaches_the_guests_of_other_processes(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct peer peer = start_peer(rig, launch_after_shutdown);

    (void)state;
    assert_int_equal(hear(&peer), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    close(peer.hold);
    assert_int_equal(hear(&peer), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(hear(&peer), 1); /* its keys are wiped */
    assert_int_equal(waitpid(peer.pid, NULL, 0), peer.pid);
    close(peer.said);
}

/* Says whether keys of the parent can be read in a copy of it. */
static void keys_are_not_in_a_forked_copy(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LSECRET, 100);
    struct bytes vek = secret_expose(&rig->fw->guests[handle]->vek);
    int status = 0;
    pid_t pid;

    (void)state;
    assert_false(bytes_all_zero(vek));
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        _exit(bytes_all_zero(vek) ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#define LAUNCHES 20

/* Launches and ends guests of both kinds, with an owner, as fast as it can. */
static void launch_many(struct rig *rig, int say_fd, int hold_fd)
{
    static const uint8_t image[4096] = { 1 };
    struct fw_options options = rig_options(rig);
    struct driver *d = NULL;
    uint8_t m[MEASURE_BUF_LEN];
    uint32_t handle;
    uint32_t asid;

    (void)hold_fd;
    if (!driver_open(&options, &d, NULL)) {
        _exit(91);
    }
    for (uint32_t i = 0; i < LAUNCHES; i++) {
        if (!driver_launch_start(d, i % 2 == 0 ? 0 : POLICY_ES,
                                 (struct bytes){ 0 }, (struct bytes){ 0 },
                                 &handle, &asid, NULL) ||
            !driver_launch_update_buffer(d, handle, BYTES_OF(image), NULL) ||
            !driver_launch_measure(d, handle, m, NULL) ||
            !driver_launch_finish(d, handle, NULL) ||
            !driver_guest_end(d, handle, NULL)) {
            _exit(92);
        }
    }
    say(say_fd, 1);
    driver_close(&d);
}

static void ten_processes_launch_at_once(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct cmd_platform_status status;
    struct peer peers[10];

    (void)state;
    for (size_t i = 0; i < N_OF(peers); i++) {
        peers[i] = start_peer(rig, launch_many);
    }
    for (size_t i = 0; i < N_OF(peers); i++) {
        assert_int_equal(hear(&peers[i]), 1);
        assert_int_equal(end_peer(&peers[i]), 0);
    }
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.guest_count, 0);
    assert_int_equal(status.state, SEV_PLATFORM_INIT);
    assert_int_equal(status.config, 1);
}

/* Launches until it is killed. */
static void launch_for_ever(struct rig *rig, int say_fd, int hold_fd)
{
    struct fw_options options = rig_options(rig);
    struct driver *d = NULL;
    uint32_t handle;
    uint32_t asid;

    (void)hold_fd;
    if (!driver_open(&options, &d, NULL)) {
        _exit(91);
    }
    for (uint32_t i = 0;; i++) {
        if (!driver_launch_start(d, 0, (struct bytes){ 0 }, (struct bytes){ 0 },
                                 &handle, &asid, NULL)) {
            _exit(92);
        }
        if (i == 3) {
            say(say_fd, 1);
        }
        if (i % 3 != 0 && !driver_guest_end(d, handle, NULL)) {
            _exit(93);
        }
        if (i == 200 && !driver_shutdown(d, NULL)) {
            _exit(94);
        }
        if (i == 200) {
            i = 4;
            if (!driver_init(d, NULL)) {
                _exit(95);
            }
        }
    }
}

static void killing_at_any_moment_loses_no_handle_and_no_asid(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct fake_rng random = { .seed = 77 };
    struct cmd_platform_status status;
    uint32_t handle = 0;

    (void)state;
    for (int round = 0; round < 30; round++) {
        struct peer peer = start_peer(rig, launch_for_ever);
        uint32_t more = fake_rng_below(&random, 5000);

        assert_int_equal(hear(&peer), 1);
        for (volatile uint32_t i = 0; i < more * 100; i++) {
        }
        kill_peer(&peer);
        assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
        assert_int_equal(status.guest_count, 0);
    }
    if (status.state == SEV_PLATFORM_UNINIT) {
        assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    }
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    for (uint32_t asid = 100; asid <= 509; asid++) {
        assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
        assert_int_equal(handle, asid - 99);
        assert_int_equal(do_activate(rig->fw, handle, asid),
                         SEV_STATUS_SUCCESS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_process_gives_its_handles_and_asids_back),
        cmocka_unit_test(a_process_that_just_ends_leaves_nothing),
        cmocka_unit_test(the_lock_of_a_dead_process_is_free),
        cmocka_unit_test(a_shutdown_reaches_the_guests_of_other_processes),
        cmocka_unit_test(keys_are_not_in_a_forked_copy),
        cmocka_unit_test(ten_processes_launch_at_once),
        cmocka_unit_test(killing_at_any_moment_loses_no_handle_and_no_asid),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
