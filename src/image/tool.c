/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of the system that are run for a part of the work. */
#include "image/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"

#define OUTPUT_MAX  ((size_t)256 << 20)
#define SAID_MAX    ((size_t)1 << 20)
#define EXTRA_PATH  ":/usr/sbin:/sbin"
#define ENVIRON_MAX 8

bool tool_find(const char *name, const char *package, char **ret,
               struct sevk_error *err)
{
    const char *from_user = getenv("PATH");
    OWN(own_free) char *list = NULL;
    char *rest = NULL;

    if (asprintf(&list, "%s" EXTRA_PATH,
                 from_user == NULL ? "/usr/bin:/bin" : from_user) < 0) {
        list = NULL;
        return sevk_fail(err, SEVK_HOST, "out of memory for a path");
    }
    for (char *dir = strtok_r(list, ":", &rest); dir != NULL;
         dir = strtok_r(NULL, ":", &rest)) {
        OWN(own_free) char *path = NULL;

        if (!path_join(dir, name, &path, err)) {
            return false;
        }
        if (dir[0] == '/' && access(path, X_OK) == 0) {
            *ret = TAKE(path);
            return true;
        }
    }
    return sevk_fail(err, SEVK_HOST,
                     "no program '%s' is installed (Debian's package %s)", name,
                     package);
}

/* The reading end of a pipe that holds CONTENT and has no writer any more. */
static bool fill_pipe(struct bytes content, int *ret, struct sevk_error *err)
{
    int ends[2];
    bool ok;

    if (content.n > 4096) {
        return sevk_fail(err, SEVK_USAGE, "more than a pipe holds");
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "a pipe");
    }
    ok = fd_write_all(ends[1], content, "a pipe", err);
    close(ends[1]);
    if (!ok) {
        close(ends[0]);
        return false;
    }
    *ret = ends[0];
    return true;
}

/* The descriptors of one run. */
struct run {
    int output;
    int said;
    int pipes[TOOL_PIPES_MAX];
};

static void close_run(struct run *r)
{
    own_close(&r->output);
    own_close(&r->said);
    for (size_t i = 0; i < TOOL_PIPES_MAX; i++) {
        own_close(&r->pipes[i]);
    }
}

static bool open_run(const struct tool *tool, struct run *r,
                     struct sevk_error *err)
{
    r->output = memfd_create("output", MFD_CLOEXEC);
    r->said = memfd_create("said", MFD_CLOEXEC);
    if (r->output < 0 || r->said < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "memory for '%s'",
                               tool->path);
    }
    for (size_t i = 0; i < tool->n_pipes; i++) {
        if (!fill_pipe(tool->pipes[i], &r->pipes[i], err)) {
            return false;
        }
    }
    return true;
}

static int spawn_with(const struct tool *tool, const struct run *r,
                      char *const *environment, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed != 0) {
        return failed;
    }
    failed =
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    failed = failed != 0
                 ? failed
                 : posix_spawn_file_actions_adddup2(&actions, r->output, 1);
    failed = failed != 0
                 ? failed
                 : posix_spawn_file_actions_adddup2(&actions, r->said, 2);
    for (size_t i = 0; i < tool->n_pipes && failed == 0; i++) {
        failed = posix_spawn_file_actions_adddup2(&actions, r->pipes[i],
                                                  TOOL_PIPE + (int)i);
    }
    if (failed == 0) {
        failed = posix_spawn(ret, tool->path, &actions, NULL,
                             (char *const *)(uintptr_t)tool->argv, environment);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* PATH for programs that run others, and a locale that we can read. */
static int spawn_it(const struct tool *tool, const struct run *r, pid_t *ret)
{
    static const char *const kept[] = { "TMPDIR", "HOME" };
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    char locale[] = "LC_ALL=C";
    char *environment[ENVIRON_MAX] = { path, locale };
    char *held[2] = { NULL, NULL };
    size_t n = 2;
    int failed;

    for (size_t i = 0; i < 2; i++) {
        const char *value = getenv(kept[i]);

        if (value != NULL && asprintf(&held[i], "%s=%s", kept[i], value) >= 0) {
            environment[n++] = held[i];
        }
    }
    failed = spawn_with(tool, r, environment, ret);
    free(held[0]);
    free(held[1]);
    return failed;
}

static bool read_back(int fd, size_t max, const char *path, struct buf *ret,
                      struct sevk_error *err)
{
    return (lseek(fd, 0, SEEK_SET) == 0 ||
            sevk_fail_errno(err, SEVK_HOST, errno, "the output of '%s'",
                            path)) &&
           file_read_fd(fd, max, path, "output", ret, err);
}

/* The last line that is not empty. */
static const char *last_line(struct buf *said)
{
    while (said->n > 0 && said->p[said->n - 1] == '\n') {
        said->p[--said->n] = '\0';
    }
    const char *text = buf_string(said);
    const char *newline = strrchr(text, '\n');

    return newline == NULL ? text : newline + 1;
}

static bool fail_with(const struct tool *tool, int status, int said_fd,
                      struct sevk_error *err)
{
    OWN(buf_free) struct buf said = { 0 };
    const char *last = read_back(said_fd, SAID_MAX, tool->path, &said, NULL)
                           ? last_line(&said)
                           : "";

    return sevk_fail(err, SEVK_HOST, "%s ended with %s %d%s%.200s",
                     tool->argv[0], WIFSIGNALED(status) ? "signal" : "status",
                     WIFSIGNALED(status) ? WTERMSIG(status)
                                         : WEXITSTATUS(status),
                     *last == '\0' ? "" : ": ", last);
}

bool tool_run(const struct tool *tool, struct buf *output,
              struct sevk_error *err)
{
    OWN(close_run) struct run r = { -1, -1, { -1, -1 } };
    pid_t pid = 0;
    int status = 0;
    int failed;

    if (!open_run(tool, &r, err)) {
        return false;
    }
    failed = spawn_it(tool, &r, &pid);
    if (failed != 0) {
        return sevk_fail_errno(err, SEVK_HOST, failed, "running '%s'",
                               tool->path);
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return sevk_fail_errno(err, SEVK_HOST, errno, "waiting for '%s'",
                                   tool->path);
        }
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return fail_with(tool, status, r.said, err);
    }
    return output == NULL ||
           read_back(r.output, OUTPUT_MAX, tool->path, output, err);
}
