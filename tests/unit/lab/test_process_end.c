/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of process_end.c: the obedient, the stubborn, and bystanders. */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lab/process.h"
#include "lib/unit.h"

/* A child that waits until it is told to end; ignores SIGTERM if STUBBORN. */
static pid_t make_child(bool stubborn)
{
    int ready[2];
    char byte;

    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGTERM, stubborn ? SIG_IGN : SIG_DFL);
        (void)!write(ready[1], "", 1);
        for (;;) {
            pause();
        }
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void end(pid_t pid, unsigned grace_ms)
{
    struct process child;
    struct process_list list = { .p = &child, .n = 1 };
    struct sevk_error err;

    assert_true(process_find(pid, &child));
    assert_works(process_end(&list, grace_ms, &err), &err);
    assert_false(process_alive(child));
}

static void an_obedient_process_is_ended_well_before_the_grace_is_over(
    void **state)
{
    int64_t before = process_clock_ms();

    (void)state;
    end(make_child(false), 60000);
    assert_true(process_clock_ms() - before < 30000);
}

static void a_stubborn_process_is_killed(void **state)
{
    (void)state;
    end(make_child(true), 50);
}

static void a_recycled_id_is_not_ended(void **state)
{
    pid_t pid = make_child(false);
    struct process other = { pid, 1 };
    struct process_list list = { .p = &other, .n = 1 };
    struct sevk_error err;
    struct process now;

    (void)state;
    assert_works(process_end(&list, 1000, &err), &err);
    assert_true(process_find(pid, &now));
    end(pid, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            an_obedient_process_is_ended_well_before_the_grace_is_over),
        cmocka_unit_test(a_stubborn_process_is_killed),
        cmocka_unit_test(a_recycled_id_is_not_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
