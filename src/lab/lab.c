/* SPDX-License-Identifier: Apache-2.0 */
/* The lab is started and stopped, and what a crashed one left is cleaned up. */
#include "lab/lab.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/own.h"
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
