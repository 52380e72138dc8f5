/* SPDX-License-Identifier: Apache-2.0 */
/* For contracts that are asserted. */
#include "lib/dies.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/unit.h"

bool aborts(void (*call)(void))
{
    const struct rlimit no_core = { 0, 0 };
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        call();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
