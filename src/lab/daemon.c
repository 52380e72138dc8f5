/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's libvirtd as a process: its environment, start and first answer. */
#include "lab/daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lab/layout.h"

#define LOG_MAX (16U << 20)

void daemon_socket(const char *dir, bool system,
                   char ret_socket[static LAB_PATH_LEN])
{
    layout_path(dir, system ? LAB_SYSTEM_SOCKET : LAB_SESSION_SOCKET,
                ret_socket);
}

void daemon_uri(const char *dir, bool system, char ret_uri[static LAB_URI_LEN])
{
    char path[LAB_PATH_LEN];

    daemon_socket(dir, system, path);
    snprintf(ret_uri, LAB_URI_LEN, "qemu+unix:///%s?socket=%s",
             system ? "system" : "session", path);
}

bool daemon_socket_answers(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    OWN(own_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || strlen(path) >= sizeof(address.sun_path)) {
        return false;
    }
    memcpy(address.sun_path, path, strlen(path));
    return connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

bool daemon_answers(const struct plan *plan)
{
    char path[LAB_PATH_LEN];

    daemon_socket(plan->dir, plan->system, path);
    return daemon_socket_answers(path);
}

/*
 * The message of a line "2026-11-23 01:12:29.451+0000: 664: error :
 * virStateInitialize:660 : Initialization failed"; another line as it is.
 */
static const char *message_of(const char *line)
{
    const char *function = strstr(line, ": error : ");
    const char *message =
        function == NULL ? NULL : strstr(function + 10, " : ");

    return message == NULL ? line : message + 3;
}

/*
 * The last line, but not the one that only says that there was an error.
 * TEXT is cut up.
 */
static const char *last_words(char *text)
{
    const char *last = "";
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strstr(line, "daemonRunStateInit") == NULL) {
            last = line;
        }
    }
    return message_of(last);
}

bool daemon_why(const struct plan *plan, struct sevk_error *err)
{
    static const char *const logs[] = { LAB_LIBVIRTD_LOG, LAB_OUTPUT_LOG };
    char path[LAB_PATH_LEN];

    for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
        OWN(buf_free) struct buf text = { 0 };

        layout_path(plan->dir, logs[i], path);
        if (file_read(path, LOG_MAX, "log", &text, NULL) && text.n > 0) {
            const char *why = last_words((char *)text.p);
            if (why[0] != '\0') {
                return sevk_fail(err, SEVK_HOST, "libvirtd did not start: %s",
                                 why);
            }
        }
    }
    return sevk_fail(err, SEVK_HOST,
                     "libvirtd did not start, and logged nothing");
}

/* -- Environment ----------------------------------------------------------- */

static bool put(const struct plan *plan, const char *name, const char *below,
                struct sevk_error *err)
{
    char value[LAB_PATH_LEN];

    layout_path(plan->dir, below, value);
    return setenv(name, value, 1) == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "no memory");
}

static bool put_text(const char *name, const char *value,
                     struct sevk_error *err)
{
    return setenv(name, value, 1) == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "no memory");
}

/* Nothing is inherited: the user's settings for libvirt are for another one. */
static bool set_environment(const struct plan *plan, struct sevk_error *err)
{
    char path[2 * LAB_PATH_LEN];

    clearenv();
    snprintf(path, sizeof(path),
             "%s/" LAB_BIN ":/usr/local/sbin:/usr/local/bin:/usr/sbin:"
             "/usr/bin:/sbin:/bin",
             plan->dir);
    return put_text("PATH", path, err) && put_text("LC_ALL", "C.UTF-8", err) &&
           put(plan, "LD_PRELOAD", LAB_MODULE, err) &&
           put(plan, "HOME", LAB_HOME, err) &&
           (plan->programs.drivers[0] == '\0' ||
            put(plan, "LIBVIRT_DRIVER_DIR", LAB_DRIVERS, err)) &&
           put_text("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", err) &&
           put_text("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent",
                    err) &&
           (plan->system ||
            (put(plan, "XDG_CONFIG_HOME", LAB_CONFIG, err) &&
             put(plan, "XDG_RUNTIME_DIR", LAB_RUNTIME, err) &&
             put(plan, "XDG_CACHE_HOME", LAB_HOME "/cache", err) &&
             put(plan, "XDG_DATA_HOME", LAB_HOME "/data", err)));
}

static _Noreturn void become_libvirtd(const struct plan *plan, pid_t parent)
{
    char conf[LAB_PATH_LEN];
    char pid_file[LAB_PATH_LEN];
    char name[] = "libvirtd";
    char config[] = "--config";
    char pid[] = "--pid-file";
    char *argv[] = { name, config, conf, pid, pid_file, NULL };
    struct sevk_error err = { 0 };
    sigset_t none;

    layout_path(plan->dir, LAB_CONF, conf);
    layout_path(plan->dir, LAB_RUN "/libvirtd.pid", pid_file);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    /* It does not outlive a supervisor that is killed. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && set_environment(plan, &err)) {
        execv(plan->programs.libvirtd, argv);
        fprintf(stderr, "%s can't be run: %s\n", plan->programs.libvirtd,
                strerror(errno));
    }
    _exit(127);
}

bool daemon_start(const struct plan *plan, pid_t *ret_pid,
                  struct sevk_error *err)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid == 0) {
        become_libvirtd(plan, parent);
    }
    if (pid < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "no new process");
    }
    *ret_pid = pid;
    return true;
}
