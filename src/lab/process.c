/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: who is alive, who is below whom, who is of a lab. */
#include "lab/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

#define STAT_MAX    4096
#define MARK_MAX    256 /* a lab's directory is much shorter */
#define ENVIRON_MAX (1U << 20)
#define LIST_MAX    100000 /* more processes than one lab could have */

#define STAT_FIELD_STATE  3
#define STAT_FIELD_PARENT 4
#define STAT_FIELD_START  22

bool process_parse_stat(const char *line, char *ret_state, pid_t *ret_parent,
                        uint64_t *ret_start)
{
    const char *p = strrchr(line, ')');
    char state = '\0';
    long parent = -1;
    int field = 2;

    while (p != NULL && (p = strchr(p, ' ')) != NULL) {
        p++;
        field++;
        if (field == STAT_FIELD_STATE) {
            state = *p;
        } else if (field == STAT_FIELD_PARENT) {
            parent = strtol(p, NULL, 10);
        } else if (field == STAT_FIELD_START) {
            if (!isdigit((unsigned char)*p) || parent < 0) {
                return false;
            }
            *ret_state = state;
            *ret_parent = (pid_t)parent;
            *ret_start = strtoull(p, NULL, 10);
            return true;
        }
    }
    return false;
}

/* A file of /proc/PID; false when there is none, or it may not be read. */
static bool read_proc(pid_t pid, const char *name, size_t max, struct buf *ret)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return file_read(path, max, name, ret, NULL);
}

static bool look_up(pid_t pid, struct process *ret, pid_t *ret_parent)
{
    OWN(buf_free) struct buf line = { 0 };
    char state;
    uint64_t start;

    if (!read_proc(pid, "stat", STAT_MAX, &line) ||
        !process_parse_stat(buf_string(&line), &state, ret_parent, &start) ||
        state == 'Z' || state == 'X') {
        return false;
    }
    *ret = (struct process){ pid, start };
    return true;
}

bool process_find(pid_t pid, struct process *ret)
{
    pid_t parent;

    return pid > 0 && look_up(pid, ret, &parent);
}

bool process_alive(struct process p)
{
    struct process now;

    return process_find(p.pid, &now) && now.start == p.start;
}

void process_list_free(struct process_list *list)
{
    free(list->p);
    *list = (struct process_list){ 0 };
}

static bool add(struct process_list *list, struct process p,
                struct sevk_error *err)
{
    if (list->n == list->cap) {
        size_t cap = list->cap == 0 ? 16 : list->cap * 2;
        struct process *more =
            cap > LIST_MAX ? NULL : reallocarray(list->p, cap, sizeof(*more));

        if (more == NULL) {
            return sevk_fail(err, SEVK_HOST, "no memory for %zu processes",
                             cap);
        }
        list->p = more;
        list->cap = cap;
    }
    list->p[list->n++] = p;
    return true;
}

/* -- Walking /proc --------------------------------------------------------- */

struct seen {
    struct process process;
    pid_t parent;
};

struct walk {
    bool (*visit)(void *ctx, const struct seen *seen, struct sevk_error *err);
    void *ctx;
};

static bool walk_proc(struct walk walk, struct sevk_error *err)
{
    OWN(own_closedir) DIR *proc = opendir("/proc");
    struct dirent *entry;

    if (proc == NULL) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "/proc can't be read");
    }
    while ((entry = readdir(proc)) != NULL) {
        struct seen seen;
        char *end;
        long pid = strtol(entry->d_name, &end, 10);

        if (*end != '\0' || pid <= 0 ||
            !look_up((pid_t)pid, &seen.process, &seen.parent)) {
            continue;
        }
        if (!walk.visit(walk.ctx, &seen, err)) {
            return false;
        }
    }
    return true;
}

struct below {
    struct process_list all;
    pid_t *parents;
    size_t cap;
};

static void below_free(struct below *b)
{
    process_list_free(&b->all);
    free(b->parents);
}

static bool visit_all(void *ctx, const struct seen *seen,
                      struct sevk_error *err)
{
    struct below *b = ctx;

    if (!add(&b->all, seen->process, err)) {
        return false;
    }
    if (b->cap < b->all.cap) {
        pid_t *more = reallocarray(b->parents, b->all.cap, sizeof(*more));
        if (more == NULL) {
            return sevk_fail(err, SEVK_HOST, "no memory for processes");
        }
        b->parents = more;
        b->cap = b->all.cap;
    }
    b->parents[b->all.n - 1] = seen->parent;
    return true;
}

static bool contains(const struct process_list *list, pid_t pid)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->p[i].pid == pid) {
            return true;
        }
    }
    return false;
}

bool process_below(pid_t root, struct process_list *list,
                   struct sevk_error *err)
{
    OWN(below_free) struct below b = { 0 };
    size_t before;

    if (!walk_proc((struct walk){ visit_all, &b }, err)) {
        return false;
    }
    /* Generation by generation, until one brings nothing new. */
    do {
        before = list->n;
        for (size_t i = 0; i < b.all.n; i++) {
            pid_t parent = b.parents[i];
            pid_t pid = b.all.p[i].pid;

            if ((parent == root || contains(list, parent)) &&
                !contains(list, pid) && !add(list, b.all.p[i], err)) {
                return false;
            }
        }
    } while (list->n != before);
    return true;
}

/* -- The mark of a lab ----------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool process_is_marked(const char *dir, const char *variables,
                       size_t variables_n, const char *arguments,
                       size_t arguments_n)
{
    char path[MARK_MAX];
    char name[MARK_MAX];

    snprintf(path, sizeof(path), "PATH=%s/bin:", dir);
    snprintf(name, sizeof(name), "%s/bin/qemu-system-x86_64", dir);
    if (arguments_n > strlen(name) && strcmp(arguments, name) == 0) {
        return true;
    }
    for (size_t at = 0; at < variables_n; at += strlen(variables + at) + 1) {
        if (begins(variables + at, path)) {
            return true;
        }
    }
    return false;
}

struct marked {
    const char *dir;
    struct process_list *list;
};

static bool visit_marked(void *ctx, const struct seen *seen,
                         struct sevk_error *err)
{
    struct marked *m = ctx;
    OWN(buf_free) struct buf variables = { 0 };
    OWN(buf_free) struct buf arguments = { 0 };
    pid_t pid = seen->process.pid;

    if (pid == getpid()) {
        return true;
    }
    /* Unreadable ones stay empty: those are not ours, or not to be judged. */
    bool some = read_proc(pid, "environ", ENVIRON_MAX, &variables);
    some |= read_proc(pid, "cmdline", ENVIRON_MAX, &arguments);
    if (!some || !process_is_marked(m->dir, buf_string(&variables), variables.n,
                                    buf_string(&arguments), arguments.n)) {
        return true;
    }
    return add(m->list, seen->process, err);
}

bool process_of_lab(const char *dir, struct process_list *list,
                    struct sevk_error *err)
{
    struct marked m = { dir, list };

    return walk_proc((struct walk){ visit_marked, &m }, err);
}
