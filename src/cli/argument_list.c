/* SPDX-License-Identifier: Apache-2.0 */
/* The words of another program's command line: made, shown, run. */
#include "cli/argument_list.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

#define OUTPUT_MAX ((size_t)4 << 20)

extern char **environ;

void argument_list_free(struct argument_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->items[i]);
    }
    *list = (struct argument_list){ .n = 0 };
}

bool argument_list_add(struct argument_list *list, struct sevk_error *err,
                       const char *fmt, ...)
{
    va_list args;
    int n;

    if (list->n == ARGUMENTS_MAX) {
        return sevk_fail(err, SEVK_USAGE, "more than %d words for '%s'",
                         ARGUMENTS_MAX, list->items[0]);
    }
    va_start(args, fmt);
    n = vasprintf(&list->items[list->n], fmt, args);
    va_end(args);
    if (n < 0) {
        list->items[list->n] = NULL;
        return sevk_fail(err, SEVK_HOST, "out of memory for a command");
    }
    list->n++;
    return true;
}

bool argument_list_copy(struct argument_list *list,
                        const struct argument_list *from,
                        struct sevk_error *err)
{
    for (size_t i = 0; i < from->n; i++) {
        if (!argument_list_add(list, err, "%s", from->items[i])) {
            return false;
        }
    }
    return true;
}

/* -- For people. ------------------------------------------------------------- */

static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_=+,./:@%";

    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

/* 'it'\''s' */
static bool quote(const char *word, struct buf *to, struct sevk_error *err)
{
    if (is_plain(word)) {
        return buf_append_string(to, word, err);
    }
    if (!buf_append_string(to, "'", err)) {
        return false;
    }
    for (const char *at = word; *at != '\0'; at++) {
        if (!buf_printf(to, err, *at == '\'' ? "'\\%c'" : "%c", *at)) {
            return false;
        }
    }
    return buf_append_string(to, "'", err);
}

bool argument_list_quote(const struct argument_list *list, struct buf *to,
                         struct sevk_error *err)
{
    for (size_t i = 0; i < list->n; i++) {
        if ((i > 0 && !buf_append_string(to, " ", err)) ||
            !quote(list->items[i], to, err)) {
            return false;
        }
    }
    return true;
}

/* -- Running. ---------------------------------------------------------------- */

static bool spawn(const struct argument_list *list, int output, pid_t *ret,
                  struct sevk_error *err)
{
    posix_spawn_file_actions_t actions;
    int status = posix_spawn_file_actions_init(&actions);

    if (status == 0) {
        status = posix_spawn_file_actions_adddup2(&actions, output, 1);
        if (status == 0) {
            status = posix_spawnp(ret, list->items[0], &actions, NULL,
                                  list->items, environ);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    return status == 0 || sevk_fail_errno(err, SEVK_HOST, status,
                                          "'%s' can't be run; is it installed?",
                                          list->items[0]);
}

static bool wait_for(pid_t pid, const char *name, struct sevk_error *err)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return sevk_fail_errno(err, SEVK_HOST, errno, "waiting for '%s'",
                                   name);
        }
    }
    if (WIFSIGNALED(status)) {
        return sevk_fail(err, SEVK_HOST, "'%s' was ended by signal %d", name,
                         WTERMSIG(status));
    }
    return WEXITSTATUS(status) == 0 ||
           sevk_fail(err, SEVK_HOST, "'%s' ended with status %d", name,
                     WEXITSTATUS(status));
}

bool argument_list_output(const struct argument_list *list, struct buf *to,
                          struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error unread = { 0 };
    int ends[2];
    pid_t pid;
    bool read_all;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "no pipe");
    }
    if (!spawn(list, ends[1], &pid, err)) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    close(ends[1]);
    read_all = file_read_fd(ends[0], OUTPUT_MAX, list->items[0], "output",
                            &text, &unread);
    close(ends[0]); /* so that it ends even when it has more to say */
    if (!wait_for(pid, list->items[0], err)) {
        return false;
    }
    if (!read_all) {
        return sevk_fail(err, unread.code, "%s", unread.message);
    }
    return buf_append(to, buf_bytes(&text), err);
}

bool argument_list_exec(const struct argument_list *list,
                        struct sevk_error *err)
{
    signal(SIGPIPE, SIG_DFL); /* the program gets what every program gets */
    signal(SIGXFSZ, SIG_DFL);
    execvp(list->items[0], list->items);
    return sevk_fail_errno(err, SEVK_HOST, errno,
                           "'%s' can't be run; is it installed?",
                           list->items[0]);
}
