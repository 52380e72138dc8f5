/* SPDX-License-Identifier: Apache-2.0 */
/* Processes are ended, and waited for, without mistaking one for another. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

#include "base/error.h"
#include "base/own.h"
#include "lab/process.h"

int64_t process_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A signal that can only reach the process meant, not one that follows it. */
static bool send(struct process p, int signal_number)
{
    OWN(own_close) int fd = pidfd_open(p.pid, 0);

    /* The descriptor holds whoever has the id now; then it is compared. */
    return fd >= 0 && process_alive(p) &&
           pidfd_send_signal(fd, signal_number, NULL, 0) == 0;
}

static void wait_gone(struct process p, int64_t until)
{
    OWN(own_close) int fd = pidfd_open(p.pid, 0);

    while (fd >= 0 && process_alive(p)) {
        struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
        int64_t left = until - process_clock_ms();

        if (left <= 0 || (poll(&poll_fd, 1, (int)left) < 0 && errno != EINTR)) {
            return;
        }
        /* Ours are reaped here; a pidfd of a zombie is readable for ever. */
        waitpid(p.pid, NULL, WNOHANG);
    }
}

static bool end_by(const struct process_list *list, int signal_number,
                   unsigned grace_ms)
{
    int64_t until = process_clock_ms() + grace_ms;
    bool gone = true;

    for (size_t i = 0; i < list->n; i++) {
        send(list->p[i], signal_number);
    }
    for (size_t i = 0; i < list->n; i++) {
        wait_gone(list->p[i], until);
        gone &= !process_alive(list->p[i]);
    }
    return gone;
}

bool process_end(const struct process_list *list, unsigned grace_ms,
                 struct sevk_error *err)
{
    const unsigned kill_ms = 10000;

    if (end_by(list, SIGTERM, grace_ms) || end_by(list, SIGKILL, kill_ms)) {
        return true;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (process_alive(list->p[i])) {
            return sevk_fail(err, SEVK_HOST,
                             "process %d of the lab can't be ended",
                             (int)list->p[i].pid);
        }
    }
    return true;
}
