/* SPDX-License-Identifier: Apache-2.0 */
/* The process above a lab's libvirtd: starts it, keeps it, ends everything. */
#include "lab/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lab/daemon.h"
#include "lab/files.h"
#include "lab/layout.h"
#include "lab/mounts.h"
#include "lab/process.h"
#include "lab/record.h"

#define END_MS      5000  /* for QEMU and libvirtd to end when asked to */
#define RETRY_MS    50    /* between two tries to connect */
#define RESTARTS    5     /* of libvirtd, … */
#define RESTARTS_MS 60000 /* … in this time */

struct supervisor {
    const struct plan *plan;
    int signals; /* signalfd: SIGCHLD, SIGTERM, SIGINT */
    struct record record;
    int64_t restarted[RESTARTS]; /* when, a ring */
    unsigned n_restarts;
    bool stopping;
};

/* -- libvirtd -------------------------------------------------------------- */

static bool start_libvirtd(struct supervisor *s, struct sevk_error *err)
{
    pid_t pid;

    if (!daemon_start(s->plan, &pid, err)) {
        return false;
    }
    if (!process_find(pid, &s->record.libvirtd)) {
        /* It is our child and not reaped: it died at once. */
        s->record.libvirtd = (struct process){ 0 };
    }
    return record_write(s->plan->dir, &s->record, err);
}

static bool may_restart(struct supervisor *s)
{
    int64_t now = process_clock_ms();
    int64_t *oldest = &s->restarted[s->n_restarts % RESTARTS];

    if (s->n_restarts >= RESTARTS && now - *oldest < RESTARTS_MS) {
        return false;
    }
    *oldest = now;
    s->n_restarts++;
    return true;
}

/* Reaps all that ended; true when libvirtd was among them. */
static bool reap(struct supervisor *s)
{
    bool libvirtd = false;
    pid_t pid;

    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        libvirtd |= pid == s->record.libvirtd.pid;
    }
    if (libvirtd) {
        s->record.libvirtd = (struct process){ 0 };
    }
    return libvirtd;
}

/*
 * Takes the signals that came, within MS (-1: whenever). *ret_libvirtd tells
 * whether libvirtd ended.
 */
static void take_signals(struct supervisor *s, int ms, bool *ret_libvirtd)
{
    struct pollfd poll_fd = { .fd = s->signals, .events = POLLIN };
    struct signalfd_siginfo info;

    *ret_libvirtd = false;
    if (poll(&poll_fd, 1, ms) <= 0) {
        return;
    }
    while (read(s->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGCHLD) {
            *ret_libvirtd |= reap(s);
        } else {
            s->stopping = true;
        }
    }
}

/* -- The end --------------------------------------------------------------- */

/*
 * libvirtd first, so that it does not see its domains die and does not start
 * anything more; then what is left below, until nothing is.
 */
static bool end_everything(struct supervisor *s, struct sevk_error *err)
{
    struct process_list first = { .p = &s->record.libvirtd, .n = 1 };

    if (s->record.libvirtd.pid != 0 && !process_end(&first, END_MS, err)) {
        return false;
    }
    for (;;) {
        OWN(process_list_free) struct process_list left = { 0 };

        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        if (!process_below(getpid(), &left, err)) {
            return false;
        }
        if (left.n == 0) {
            return true;
        }
        if (!process_end(&left, END_MS, err)) {
            return false;
        }
    }
}

static void watch(struct supervisor *s)
{
    while (!s->stopping) {
        struct sevk_error err = { 0 };
        bool libvirtd_ended;

        take_signals(s, -1, &libvirtd_ended);
        if (libvirtd_ended && !s->stopping) {
            if (!may_restart(s)) {
                fprintf(stderr, "libvirtd ends again and again: giving up\n");
                return;
            }
            fprintf(stderr, "libvirtd ended: starting it again\n");
            if (!start_libvirtd(s, &err)) {
                fprintf(stderr, "%s\n", err.message);
                return;
            }
        }
    }
}

/* -- The beginning --------------------------------------------------------- */

static bool wait_ready(struct supervisor *s, struct sevk_error *err)
{
    int64_t until = process_clock_ms() + s->plan->timeout_ms;
    bool ended = s->record.libvirtd.pid == 0;

    while (!ended && !s->stopping) {
        if (daemon_answers(s->plan)) {
            return true;
        }
        if (process_clock_ms() > until) {
            return sevk_fail(err, SEVK_HOST,
                             "libvirtd did not answer within %u seconds",
                             s->plan->timeout_ms / 1000);
        }
        /* The wait ends early when libvirtd does. */
        take_signals(s, RETRY_MS, &ended);
    }
    if (s->stopping) {
        return sevk_fail(err, SEVK_HOST, "the lab was told to stop");
    }
    return daemon_why(s->plan, err);
}

static bool set_up(struct supervisor *s, struct sevk_error *err)
{
    const struct plan *p = s->plan;

    s->record.system = p->system;
    memcpy(s->record.platform, p->platform, sizeof(p->platform));
    return process_find(getpid(), &s->record.supervisor) &&
           record_write(p->dir, &s->record, err) &&
           (!p->system || mounts_enter(p->dir, err)) &&
           files_install_programs(p, err) && start_libvirtd(s, err) &&
           wait_ready(s, err);
}

/* Standard input is nothing; output and errors go to the lab's log. */
static bool detach(const struct plan *plan, struct sevk_error *err)
{
    char path[LAB_PATH_LEN];

    layout_path(plan->dir, LAB_OUTPUT_LOG, path);
    OWN(own_close) int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    OWN(own_close)
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    if (null < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "/dev/null can't be opened");
    }
    if (log < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ||
        chdir("/") != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be opened",
                               path);
    }
    setvbuf(stderr, NULL, _IOLBF, 0);
    umask(022);
    setsid();
    prctl(PR_SET_NAME, "sevkit-lab");
    return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "no child subreaper");
}

/* Everything but the standard three, the lock and the way to report. */
static void close_others(int lock_fd, int report_fd)
{
    int low = lock_fd < report_fd ? lock_fd : report_fd;
    int high = lock_fd < report_fd ? report_fd : lock_fd;

    if (low > 3) {
        close_range(3, (unsigned)low - 1, 0);
    }
    if (high > low + 1) {
        close_range((unsigned)low + 1, (unsigned)high - 1, 0);
    }
    close_range((unsigned)high + 1, ~0U, 0);
}

static bool take_over_signals(struct supervisor *s, struct sevk_error *err)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_SETMASK, &set, NULL);
    s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->signals >= 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "no signalfd");
}

static _Noreturn void supervise(const struct plan *plan, int lock_fd,
                                int report_fd)
{
    struct supervisor s = { .plan = plan };
    struct sevk_error err = { 0 };

    close_others(lock_fd, report_fd);
    bool ready =
        detach(plan, &err) && take_over_signals(&s, &err) && set_up(&s, &err);

    if (!ready) {
        struct sevk_error ignored = { 0 };
        (void)!end_everything(&s, &ignored);
    }
    (void)!write(report_fd, &err, sizeof(err));
    close(report_fd);
    if (ready) {
        watch(&s);
        if (!end_everything(&s, &err)) {
            fprintf(stderr, "%s\n", err.message);
            ready = false;
        }
    }
    _exit(ready ? 0 : 1);
}

bool supervisor_start(const struct plan *plan, int lock_fd,
                      struct sevk_error *err)
{
    struct sevk_error report = { 0 };
    int pipe_fds[2];

    if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "no pipe");
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(pipe_fds[0]);
        supervise(plan, lock_fd, pipe_fds[1]);
    }
    close(pipe_fds[1]);
    OWN(own_close) int from = pipe_fds[0];
    if (pid < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "no new process");
    }
    /* It reports or dies: either ends this read. */
    ssize_t n;
    do {
        n = read(from, &report, sizeof(report));
    } while (n < 0 && errno == EINTR);
    if (n == sizeof(report) && report.code == SEVK_OK) {
        return true;
    }
    waitpid(pid, NULL, 0);
    if (n != sizeof(report)) {
        return sevk_fail(err, SEVK_HOST, "the lab's supervisor died");
    }
    if (err != NULL) {
        *err = report;
    }
    return false;
}
