/* SPDX-License-Identifier: Apache-2.0 */
/* Forking away: reports, descriptors, ends. */
#include "base/error.h"
#include "lib/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/own.h"
#include "qemu/process.h"

#define PATIENCE 60 /* seconds; a guard only */

/* Grandchildren become ours, so that none is left behind. */
static int adopt(void **state)
{
    (void)state;
    return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static int reap_all(void **state)
{
    (void)state;
    while (waitpid(-1, NULL, 0) > 0) {
    }
    return 0;
}

static void a_good_report_is_heard(void **state)
{
    int report = -1;
    struct sevk_error err;
    int side = process_fork_away(NULL, 0, &report, &err);

    (void)state;
    if (side == 0) {
        process_report(report, true, NULL);
        _exit(0);
    }
    assert_int_equal(side, 1);
    assert_works(process_hear(report, &err), &err);
    close(report);
}

static void a_bad_report_keeps_its_sentence(void **state)
{
    int report = -1;
    struct sevk_error err;
    int side = process_fork_away(NULL, 0, &report, &err);

    (void)state;
    if (side == 0) {
        struct sevk_error why;

        sevk_fail(&why, SEVK_REFUSED, "no: %s", "a sentence");
        process_report(report, false, &why);
        _exit(0);
    }
    assert_fails(process_hear(report, &err), &err, SEVK_REFUSED,
                 "no: a sentence");
    close(report);
}

static void the_longest_sentence_arrives(void **state)
{
    int report = -1;
    struct sevk_error err;
    int side = process_fork_away(NULL, 0, &report, &err);

    (void)state;
    if (side == 0) {
        struct sevk_error why = { .code = SEVK_HOST };

        memset(why.message, 'x', sizeof why.message - 1);
        process_report(report, false, &why);
        _exit(0);
    }
    assert_fails(process_hear(report, &err), &err, SEVK_HOST, "xxx");
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    close(report);
}

static void an_end_without_report_is_an_error(void **state)
{
    int report = -1;
    struct sevk_error err;
    int side = process_fork_away(NULL, 0, &report, &err);

    (void)state;
    if (side == 0) {
        _exit(0);
    }
    assert_fails(process_hear(report, &err), &err, SEVK_HOST, "ended before");
    close(report);
}

/* In the grandchild: true when only what was kept is open. */
static bool only_kept_is_open(const int *keep, size_t n, int report)
{
    for (int fd = 3; fd < 200; fd++) {
        bool kept = fd == report;

        for (size_t i = 0; i < n; i++) {
            kept = kept || keep[i] == fd;
        }
        if (kept != (fcntl(fd, F_GETFD) >= 0)) {
            return false;
        }
    }
    return true;
}

static void only_what_is_named_stays_open(void **state)
{
    int all[20];
    int report = -1;
    struct sevk_error err;
    int side;
    int keep[4];

    (void)state;
    for (size_t i = 0; i < N_OF(all); i++) {
        all[i] = open("/dev/null", O_RDONLY);
    }
    keep[0] = all[7];
    keep[1] = -1;
    keep[2] = all[3];
    keep[3] = all[19];
    side = process_fork_away(keep, N_OF(keep), &report, &err);
    if (side == 0) {
        struct sevk_error why;

        sevk_fail(&why, SEVK_HOST, "other descriptors are open");
        process_report(report, only_kept_is_open(keep, N_OF(keep), report),
                       &why);
        _exit(0);
    }
    assert_works(process_hear(report, &err), &err);
    close(report);
    for (size_t i = 0; i < N_OF(all); i++) {
        assert_int_equal(close(all[i]), 0); /* the caller keeps them all */
    }
}

static void the_grandchild_is_in_a_session_of_its_own(void **state)
{
    int report = -1;
    struct sevk_error err;
    pid_t ours = getsid(0);
    int side = process_fork_away(NULL, 0, &report, &err);

    (void)state;
    if (side == 0) {
        struct sevk_error why;

        sevk_fail(&why, SEVK_HOST, "the session is the caller's");
        process_report(report, getsid(0) != ours && getpid() != getsid(0),
                       &why);
        _exit(0);
    }
    assert_works(process_hear(report, &err), &err);
    close(report);
}

static void an_end_is_watched(void **state)
{
    OWN(own_close) int pidfd = -1;
    struct pollfd p = { .events = POLLIN };
    struct sevk_error err;
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        pause();
        _exit(0);
    }
    assert_works(process_watch(pid, &pidfd, &err), &err);
    p.fd = pidfd;
    assert_int_equal(poll(&p, 1, 0), 0);
    kill(pid, SIGKILL);
    assert_int_equal(poll(&p, 1, PATIENCE * 1000), 1);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_fails(process_watch(pid, &pidfd, &err), &err, SEVK_HOST, "watching");
}

static void what_is_handed_down_survives_exec(void **state)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct sevk_error err;

    (void)state;
    assert_works(process_hand_down(fd, &err), &err);
    assert_int_equal(fcntl(fd, F_GETFD), 0);
    assert_works(process_hand_down(-1, &err), &err);
    close(fd);
    assert_fails(process_hand_down(fd, &err), &err, SEVK_HOST, "descriptor");
}

static void becoming_nothing_fails_and_drops_the_preload(void **state)
{
    char name[] = "nothing";
    char *const argv[] = { name, NULL };
    struct sevk_error err;

    (void)state;
    setenv("LD_PRELOAD", "", 1);
    assert_fails(process_become("/nowhere/qemu", argv, &err), &err, SEVK_HOST,
                 "QEMU '/nowhere/qemu'");
    assert_null(getenv("LD_PRELOAD"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_report_is_heard),
        cmocka_unit_test(a_bad_report_keeps_its_sentence),
        cmocka_unit_test(the_longest_sentence_arrives),
        cmocka_unit_test(an_end_without_report_is_an_error),
        cmocka_unit_test(only_what_is_named_stays_open),
        cmocka_unit_test(the_grandchild_is_in_a_session_of_its_own),
        cmocka_unit_test(an_end_is_watched),
        cmocka_unit_test(what_is_handed_down_survives_exec),
        cmocka_unit_test(becoming_nothing_fails_and_drops_the_preload),
    };

    return cmocka_run_group_tests(tests, adopt, reap_all);
}
