/* SPDX-License-Identifier: Apache-2.0 */
/* Forking away from libvirt, and becoming QEMU. */
#include "qemu/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/own.h"

static bool is_kept(int fd, const int *keep, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (keep[i] == fd) {
            return true;
        }
    }
    return false;
}

/* The lowest descriptor of KEEP that is at least FROM; INT_MAX: none. */
static int next_kept(int from, const int *keep, size_t n)
{
    int least = INT_MAX;

    for (size_t i = 0; i < n; i++) {
        if (keep[i] >= from && keep[i] < least) {
            least = keep[i];
        }
    }
    return least;
}

static void close_others(const int *keep, size_t n, int report)
{
    int from = 3;

    while (from < INT_MAX) {
        int kept = next_kept(from, keep, n);
        int next = report >= from && report < kept ? report : kept;

        if (next > from) {
            close_range((unsigned int)from,
                        next == INT_MAX ? ~0u : (unsigned int)next - 1, 0);
        }
        from = next == INT_MAX ? INT_MAX : next + 1;
    }
}

/* A kept descriptor may have one of the three numbers when the caller was
 * started without them: that one is then left alone. */
static void silence(const int *keep, size_t n)
{
    OWN(own_close) int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int fd = 0; fd < 3 && null >= 0; fd++) {
        if (!is_kept(fd, keep, n) && fd != null) {
            dup2(null, fd);
        }
    }
}

/* In the child: leaves a grandchild behind, which init will reap. */
static void fork_again(void)
{
    pid_t pid;

    setsid();
    pid = fork();
    if (pid != 0) {
        _exit(pid < 0 ? 1 : 0);
    }
    signal(SIGPIPE, SIG_IGN);
}

static bool child_is_well(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int process_fork_away(const int *keep, size_t n, int *ret_report,
                      struct sevk_error *err)
{
    int ends[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        sevk_fail_errno(err, SEVK_HOST, errno, "starting the proxy");
        return -1;
    }
    pid = fork();
    if (pid == 0) {
        fork_again();
        close(ends[0]);
        silence(keep, n);
        close_others(keep, n, ends[1]);
        *ret_report = ends[1];
        return 0;
    }
    close(ends[1]);
    if (pid < 0 || !child_is_well(pid)) {
        close(ends[0]);
        sevk_fail_errno(err, SEVK_HOST, pid < 0 ? errno : EAGAIN,
                        "starting the proxy");
        return -1;
    }
    *ret_report = ends[0];
    return 1;
}

/* One packet: the category's byte, then the sentence. */
void process_report(int report, bool ok, const struct sevk_error *why)
{
    char packet[1 + SEVK_ERROR_MESSAGE_LEN] = { 0 };
    size_t n = 1;

    if (!ok) {
        packet[0] = (char)why->code;
        n += strlen(why->message);
        memcpy(packet + 1, why->message, n - 1);
    }
    /* Nobody is left to hear of it if this fails. */
    (void)!send(report, packet, n, MSG_NOSIGNAL);
}

bool process_hear(int report, struct sevk_error *err)
{
    char packet[1 + SEVK_ERROR_MESSAGE_LEN];
    ssize_t n;

    do {
        n = recv(report, packet, sizeof packet - 1, 0);
    } while (n < 0 && errno == EINTR);
    if (n < 1) {
        return sevk_fail(err, SEVK_HOST,
                         "the proxy ended before the launch was done");
    }
    packet[n] = '\0';
    return packet[0] == SEVK_OK ||
           sevk_fail(err, (enum sevk_code)packet[0], "%s", packet + 1);
}

bool process_watch(pid_t pid, int *ret_pidfd, struct sevk_error *err)
{
    long fd = syscall(SYS_pidfd_open, pid, 0);

    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "watching process %d",
                               (int)pid);
    }
    *ret_pidfd = (int)fd;
    return true;
}

bool process_hand_down(int fd, struct sevk_error *err)
{
    if (fd < 0) {
        return true;
    }
    return fcntl(fd, F_SETFD, 0) == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "descriptor %d", fd);
}

bool process_become(const char *program, char *const *argv,
                    struct sevk_error *err)
{
    unsetenv("LD_PRELOAD");
    execv(program, argv);
    return sevk_fail_errno(err, SEVK_HOST, errno, "QEMU '%s'", program);
}
