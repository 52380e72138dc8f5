/* SPDX-License-Identifier: Apache-2.0 */
/* Signals that wait: they come afterwards, and only then. */
#include "cli/hold.h"

#include <sys/wait.h>
#include <unistd.h>

#include "lib/unit.h"

#define GOT_THROUGH 42

/* The child's status; END: the signal is let through at last. */
static int raised_in_a_child(int sig, bool end)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct hold hold;

        signal(sig, SIG_DFL); /* whatever the tests were started with */
        hold = hold_begin();
        raise(sig);
        if (end) {
            hold_end(&hold);
        }
        _exit(GOT_THROUGH);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void test_signals_wait_and_then_come(void **state)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

    (void)state;
    for (size_t i = 0; i < N_OF(signals); i++) {
        int held = raised_in_a_child(signals[i], false);
        int ended = raised_in_a_child(signals[i], true);

        assert_true(WIFEXITED(held) && WEXITSTATUS(held) == GOT_THROUGH);
        assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == signals[i]);
    }
}

static void test_what_was_blocked_before_stays_so(void **state)
{
    sigset_t set, now;

    (void)state;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    {
        HOLD_SIGNALS(hold);
    }
    sigprocmask(SIG_UNBLOCK, &set, &now);
    assert_int_equal(sigismember(&now, SIGHUP), 1);
    assert_int_equal(sigismember(&now, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals_wait_and_then_come),
        cmocka_unit_test(test_what_was_blocked_before_stays_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
