/* SPDX-License-Identifier: Apache-2.0 */
/* A command in the lab: its environment, and becoming it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/own.h"
#include "lab/lab.h"
#include "lab/layout.h"
#include "lab/programs.h"

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

static int open_of_libvirtd(const struct lab_status *status, const char *what,
                            int flags)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%ld/%s", (long)status->libvirtd, what);
    return open(path, flags | O_CLOEXEC);
}

/*
 * Enters for good: who wanted to come back would need a thread for it. A
 * namespace is entered at its own root, which need not be the root that this
 * process and libvirtd have (a chroot), so that is taken along.
 */
static bool enter_mounts(const struct lab_status *status,
                         struct sevk_error *err)
{
    OWN(own_free) char *where = getcwd(NULL, 0);
    OWN(own_close) int mounts = open_of_libvirtd(status, "ns/mnt", O_RDONLY);
    OWN(own_close) int root = open_of_libvirtd(status, "root", O_PATH);

    if (mounts < 0 || root < 0 || setns(mounts, CLONE_NEWNS) != 0 ||
        fchdir(root) != 0 || chroot(".") != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "the mounts of the lab's libvirtd (process "
                               "%ld) can't be entered",
                               (long)status->libvirtd);
    }
    if (where != NULL && chdir(where) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "'%s' is not there inside the lab", where);
    }
    return true;
}

bool lab_run(const struct lab_status *status, bool inside, char *const argv[],
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
    if (inside && status->system && !enter_mounts(status, err)) {
        return false;
    }
    execvp(argv[0], argv);
    return sevk_fail_errno(err, SEVK_USAGE, errno, "'%s' can't be run",
                           argv[0]);
}
