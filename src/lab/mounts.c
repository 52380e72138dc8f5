/* SPDX-License-Identifier: Apache-2.0 */
/* A mount namespace in which the lab lies over libvirt's own places. */
#include "lab/mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/file.h"
#include "base/own.h"
#include "lab/layout.h"

struct place {
    const char *parent;
    const char *name;
    const char *from; /* below the lab's directory */
};

static const struct place places[] = {
    { "/etc", "libvirt", LAB_ETC },
    { "/var/lib", "libvirt", LAB_VAR_LIB },
    { "/var/cache", "libvirt", LAB_VAR_CACHE },
    { "/var/log", "libvirt", LAB_VAR_LOG },
    { "/run", "libvirt", LAB_VAR_RUN },
    { "/usr/share/qemu", "firmware", LAB_FIRMWARE },
};
#define N_PLACES (sizeof(places) / sizeof(places[0]))

static bool mount_fail(struct sevk_error *err, const char *what,
                       const char *path)
{
    return sevk_fail_errno(err, SEVK_HOST, errno, "%s '%s'", what, path);
}

static bool bind(const char *from, const char *to, struct sevk_error *err)
{
    return mount(from, to, NULL, MS_BIND | MS_REC, NULL) == 0 ||
           mount_fail(err, "can't lay a directory of the lab over", to);
}

/* -- A parent that lacks the place ----------------------------------------- */

/*
 * Shows FROM as TO: directories and files by a mount, links by a copy. What
 * can't be shown (it vanished, or may not be mounted) stays away.
 */
static void show(const char *from, const char *to)
{
    struct stat st;
    char target[PATH_MAX];

    if (lstat(from, &st) != 0) {
        return;
    }
    if (S_ISLNK(st.st_mode)) {
        ssize_t n = readlink(from, target, sizeof(target) - 1);
        if (n > 0) {
            target[n] = '\0';
            if (symlink(target, to) != 0) {
                return;
            }
        }
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        if (mkdir(to, 0700) != 0) {
            return;
        }
    } else {
        OWN(own_close) int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) {
            return;
        }
    }
    (void)!mount(from, to, NULL, MS_BIND | MS_REC, NULL);
}

static bool show_all(const char *from, const char *to, struct sevk_error *err)
{
    OWN(own_closedir) DIR *d = opendir(from);
    struct dirent *entry;

    if (d == NULL) {
        return mount_fail(err, "can't read", from);
    }
    while ((entry = readdir(d)) != NULL) {
        OWN(own_free) char *source = NULL;
        OWN(own_free) char *target = NULL;

        if (strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (!path_join(from, entry->d_name, &source, err) ||
            !path_join(to, entry->d_name, &target, err)) {
            return false;
        }
        show(source, target);
    }
    return true;
}

/* The stage is any directory that does not lie below PARENT. */
static bool shadow(const char *parent, const char *stage,
                   struct sevk_error *err)
{
    if (mount("sevkit-lab", stage, "tmpfs", MS_NOSUID | MS_NODEV,
              "mode=755,size=1m") != 0) {
        return mount_fail(err, "can't mount a file system at", stage);
    }
    if (!show_all(parent, stage, err)) {
        return false;
    }
    return mount(stage, parent, NULL, MS_MOVE, NULL) == 0 ||
           mount_fail(err, "can't lay a directory of the lab over", parent);
}

static bool cover(const struct place *p, const char *dir,
                  struct sevk_error *err)
{
    OWN(own_free) char *whole = NULL;
    char from[LAB_PATH_LEN];

    layout_path(dir, p->from, from);
    if (!path_join(p->parent, p->name, &whole, err)) {
        return false;
    }
    if (access(whole, F_OK) != 0) {
        /* /proc is below none of the parents, and always there. */
        if (!shadow(p->parent, "/proc/sys", err)) {
            return false;
        }
        if (mkdir(whole, 0755) != 0) {
            return mount_fail(err, "can't make", whole);
        }
    }
    return bind(from, whole, err);
}

/* -- The namespace --------------------------------------------------------- */

static bool enter_own(struct sevk_error *err)
{
    if (unshare(CLONE_NEWNS) != 0) {
        return sevk_fail_errno(
            err, SEVK_HOST, errno,
            "as root the lab needs a mount namespace, which this machine or "
            "container does not allow (run it as an ordinary user, or give the "
            "container CAP_SYS_ADMIN)");
    }
    /* Mounts of the machine come in, ours do not go out. */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0) {
        return mount_fail(err, "can't make mounts private at", "/");
    }
    return true;
}

bool mounts_enter(const char *dir, struct sevk_error *err)
{
    char bin[LAB_PATH_LEN];

    layout_path(dir, LAB_BIN, bin);
    if (!enter_own(err)) {
        return false;
    }
    for (size_t i = 0; i < N_PLACES; i++) {
        if (!cover(&places[i], dir, err)) {
            return false;
        }
    }
    if (mount("sevkit-lab", bin, "tmpfs", MS_NOSUID | MS_NODEV,
              "mode=700,size=64m") != 0) {
        return mount_fail(err, "can't mount a file system at", bin);
    }
    /* Where they can't be detached libvirt makes do with the empty list. */
    (void)!umount2("/sys/fs/cgroup", MNT_DETACH);
    return true;
}
