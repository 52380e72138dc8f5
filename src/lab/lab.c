/* SPDX-License-Identifier: Apache-2.0 */
/* The lab: start, stop, status, and the environment for a command. */
#include "lab/lab.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "base/own.h"
#include "lab/daemon.h"
#include "lab/files.h"
#include "lab/layout.h"
#include "lab/plan.h"
#include "lab/record.h"
#include "lab/supervisor.h"

#define STOP_MS 30000 /* for the supervisor to end everything */
#define KILL_MS 5000

/* -- Cleaning up ----------------------------------------------------------- */

/* What a killed supervisor left: ended, and looked for again until all gone. */
static bool end_strays(const char *dir, const struct record *record,
                       struct sevk_error *err)
{
    struct process named[] = { record->supervisor, record->libvirtd };

    for (size_t i = 0; i < 2; i++) {
        struct process_list one = { .p = &named[i], .n = 1 };

        if (process_alive(named[i]) && !process_end(&one, KILL_MS, err)) {
            return false;
        }
    }
    for (;;) {
        OWN(process_list_free) struct process_list left = { 0 };

        if (!process_of_lab(dir, &left, err)) {
            return false;
        }
        if (left.n == 0) {
            return true;
        }
        if (!process_end(&left, KILL_MS, err)) {
            return false;
        }
    }
}

/* The caller holds the lock, so nobody supervises this lab any more. */
static bool clean_up(const char *dir, bool keep_platform,
                     struct sevk_error *err)
{
    struct record record;
    bool there;

    return record_read(dir, &there, &record, err) &&
           (!there || end_strays(dir, &record, err)) &&
           layout_remove(dir, keep_platform, err);
}

/* -- Start ----------------------------------------------------------------- */

static void say(const struct lab_options *o, const char *line)
{
    if (o->say != NULL) {
        o->say(o->ctx, line);
    }
}

/* A platform of the user's is used as it is; the lab's own may be made. */
static bool prepare_platform(const struct lab_options *o,
                             const struct plan *plan, struct sevk_error *err)
{
    if (o->platform != NULL || access(plan->platform, F_OK) == 0) {
        return true;
    }
    if (o->make_platform == NULL) {
        return sevk_fail(err, SEVK_USAGE, "there is no platform in '%s'",
                         plan->platform);
    }
    say(o, "making a virtual platform: its RSA keys take a few seconds");
    return o->make_platform(o->ctx, plan->platform, err);
}

/* A session's QEMU stand-in is run from DIR/bin as it is. */
static bool check_programs_run(const struct plan *plan, struct sevk_error *err)
{
    struct statvfs fs;

    if (plan->system || statvfs(plan->dir, &fs) != 0 ||
        (fs.f_flag & ST_NOEXEC) == 0) {
        return true;
    }
    return sevk_fail(err, SEVK_USAGE,
                     "'%s' is on a file system from which no program may run "
                     "(noexec): name another directory",
                     plan->dir);
}

static bool start_locked(const struct lab_options *o, const struct plan *plan,
                         int lock_fd, struct sevk_error *err)
{
    struct record record = { .system = plan->system };

    memcpy(record.platform, plan->platform, sizeof(plan->platform));
    return check_programs_run(plan, err) &&
           record_write(plan->dir, &record, err) && files_write(plan, err) &&
           prepare_platform(o, plan, err) &&
           supervisor_start(plan, lock_fd, err);
}

static bool take_lock(const char *dir, int *ret_fd, struct sevk_error *err)
{
    if (!layout_lock(dir, ret_fd, err)) {
        return false;
    }
    if (*ret_fd < 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "a lab is already running in '%s': stop it, or name "
                         "another directory",
                         dir);
    }
    return true;
}

bool lab_start(const struct lab_options *options, struct lab_status *ret_status,
               struct sevk_error *err)
{
    OWN(own_close) int lock_fd = -1;
    struct plan plan;

    if (!plan_make(options, &plan, err) || !layout_make_dir(plan.dir, err) ||
        !take_lock(plan.dir, &lock_fd, err)) {
        return false;
    }
    /* What a crashed lab left goes; the lock's file with it. */
    if (!clean_up(plan.dir, true, err)) {
        return false;
    }
    own_close(&lock_fd);
    if (!layout_make_dir(plan.dir, err) ||
        !take_lock(plan.dir, &lock_fd, err)) {
        return false;
    }
    bool had_platform = access(plan.platform, F_OK) == 0;
    if (!start_locked(options, &plan, lock_fd, err)) {
        struct sevk_error ignored = { 0 };
        (void)!layout_remove(plan.dir, had_platform, &ignored);
        return false;
    }
    return lab_status_read(plan.dir, ret_status, err);
}

/* -- Stop ------------------------------------------------------------------ */

bool lab_stop(const char *dir, bool keep_platform, bool *ret_was_there,
              struct sevk_error *err)
{
    OWN(own_close) int lock_fd = -1;
    char whole[LAB_PATH_LEN];
    struct record record;
    bool there;

    if (!layout_resolve(dir, whole, err) ||
        !record_read(whole, &there, &record, err)) {
        return false;
    }
    if (!there) {
        *ret_was_there = false;
        return true;
    }
    struct process_list supervisor = { .p = &record.supervisor, .n = 1 };
    if (process_alive(record.supervisor) &&
        !process_end(&supervisor, STOP_MS, err)) {
        return false;
    }
    if (!layout_lock(whole, &lock_fd, err)) {
        return false;
    }
    if (lock_fd < 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the lab in '%s' is just being started or stopped by "
                         "another command",
                         whole);
    }
    if (!clean_up(whole, keep_platform, err)) {
        return false;
    }
    *ret_was_there = true;
    return true;
}

/* -- Status ---------------------------------------------------------------- */

void lab_status_clear(struct lab_status *status)
{
    free(status->domains);
    *status = (struct lab_status){ 0 };
}

static bool read_pid(const char *dir, const char *name, pid_t *ret)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    struct process process;
    uint64_t pid;

    if (!path_join(dir, name, &path, NULL) ||
        !file_read(path, 32, "process id", &text, NULL)) {
        return false;
    }
    if (text.n > 0 && text.p[text.n - 1] == '\n') {
        text.p[text.n - 1] = '\0';
    }
    if (!number_parse(buf_string(&text), 1, INT32_MAX, "process id", &pid,
                      NULL) ||
        !process_find((pid_t)pid, &process)) {
        return false;
    }
    *ret = process.pid;
    return true;
}

static void close_dir(DIR **d)
{
    if (*d != NULL) {
        closedir(*d);
    }
}

/* libvirt keeps a file NAME.pid for each running domain. */
static bool read_domains(const char *dir, struct lab_status *s,
                         struct sevk_error *err)
{
    OWN(close_dir) DIR *d = opendir(dir);
    struct dirent *entry;

    if (d == NULL) {
        return true; /* no domain was ever started */
    }
    s->domains = calloc(LAB_DOMAINS_MAX, sizeof(*s->domains));
    if (s->domains == NULL) {
        return sevk_fail(err, SEVK_HOST, "no memory for domains");
    }
    while ((entry = readdir(d)) != NULL && s->n_domains < LAB_DOMAINS_MAX) {
        struct lab_domain *domain = &s->domains[s->n_domains];
        size_t n = strlen(entry->d_name);

        if (n < 5 || strcmp(entry->d_name + n - 4, ".pid") != 0 ||
            strcmp(entry->d_name, "driver.pid") == 0 ||
            !read_pid(dir, entry->d_name, &domain->pid)) {
            continue;
        }
        memcpy(domain->name, entry->d_name, n - 4);
        domain->name[n - 4] = '\0';
        s->n_domains++;
    }
    return true;
}

static bool fill_status(const struct record *record, struct lab_status *s,
                        struct sevk_error *err)
{
    char pids[LAB_PATH_LEN];

    s->system = record->system;
    memcpy(s->platform, record->platform, sizeof(record->platform));
    daemon_socket(s->dir, s->system, s->socket);
    daemon_uri(s->dir, s->system, s->uri);
    if (!process_alive(record->supervisor)) {
        s->state = LAB_BROKEN;
        return true;
    }
    s->state = LAB_RUNNING;
    s->supervisor = record->supervisor.pid;
    if (process_alive(record->libvirtd)) {
        s->libvirtd = record->libvirtd.pid;
    }
    layout_path(s->dir, s->system ? LAB_SYSTEM_PIDS : LAB_SESSION_PIDS, pids);
    return read_domains(pids, s, err);
}

bool lab_status_read(const char *dir, struct lab_status *ret_status,
                     struct sevk_error *err)
{
    OWN(lab_status_clear) struct lab_status s = { .state = LAB_STOPPED };
    struct record record;
    bool there;

    if (!layout_resolve(dir, s.dir, err) ||
        !record_read(s.dir, &there, &record, err) ||
        (there && !fill_status(&record, &s, err))) {
        return false;
    }
    *ret_status = s;
    s.domains = NULL;
    return true;
}

/* -- A command in the lab -------------------------------------------------- */

void lab_environment_clear(struct lab_environment *e)
{
    for (size_t i = 0; i < LAB_VARIABLES; i++) {
        free(e->variables[i].value);
    }
    *e = (struct lab_environment){ 0 };
}

static bool check_running(const struct lab_status *s, struct sevk_error *err)
{
    if (s->state == LAB_BROKEN) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the lab in '%s' has crashed: start it again", s->dir);
    }
    return s->state == LAB_RUNNING ||
           sevk_fail(err, SEVK_REFUSED,
                     "no lab is running in '%s': start one (sevkit lab start)",
                     s->dir);
}

bool lab_environment_make(const struct lab_status *status,
                          struct lab_environment *ret, struct sevk_error *err)
{
    OWN(lab_environment_clear) struct lab_environment e = { 0 };
    const char *was = getenv("PATH");
    char own[PROGRAM_PATH_LEN];
    char tools[LAB_PATH_LEN];
    OWN(own_free) char *path = NULL;

    if (!check_running(status, err) || !programs_own_dir(own, err)) {
        return false;
    }
    layout_path(status->dir, LAB_TOOLS, tools);
    if (asprintf(&path, "%s:%s:%s", tools, was == NULL ? "/usr/bin:/bin" : was,
                 own) < 0) {
        path = NULL;
    }
    const char *const wanted[LAB_VARIABLES][2] = {
        { "LIBVIRT_DEFAULT_URI", status->uri },
        { "VIRSH_DEFAULT_CONNECT_URI", status->uri },
        { "SEVKIT_LAB", status->dir },
        { "SEVKIT_PLATFORM", status->platform },
        { "PATH", path },
    };
    for (size_t i = 0; i < LAB_VARIABLES; i++) {
        e.variables[i].name = wanted[i][0];
        e.variables[i].value =
            wanted[i][1] == NULL ? NULL : strdup(wanted[i][1]);
        if (e.variables[i].value == NULL) {
            return sevk_fail(err, SEVK_HOST, "no memory for variables");
        }
    }
    *ret = e;
    e = (struct lab_environment){ 0 };
    return true;
}

bool lab_run(const struct lab_status *status, char *const argv[],
             struct sevk_error *err)
{
    OWN(lab_environment_clear) struct lab_environment e = { 0 };

    if (argv[0] == NULL) {
        return sevk_fail(err, SEVK_USAGE, "no command was given");
    }
    if (!lab_environment_make(status, &e, err)) {
        return false;
    }
    for (size_t i = 0; i < LAB_VARIABLES; i++) {
        if (setenv(e.variables[i].name, e.variables[i].value, 1) != 0) {
            return sevk_fail_errno(err, SEVK_HOST, errno, "no memory");
        }
    }
    execvp(argv[0], argv);
    return sevk_fail_errno(err, SEVK_USAGE, errno, "'%s' can't be run",
                           argv[0]);
}
