/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's directory: where it is, what lies where, locking and removing. */
#include "lab/layout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"

void layout_path(const char *dir, const char *name,
                 char ret[static LAB_PATH_LEN])
{
    int n = snprintf(ret, LAB_PATH_LEN, "%s/%s", dir, name);

    if (n < 0 || n >= LAB_PATH_LEN) {
        abort(); /* a bug: DIR was not resolved, or a name here is too long */
    }
}

/* -- Where ----------------------------------------------------------------- */

static bool is_own_dir(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
           st.st_uid == geteuid();
}

bool lab_default_dir(char ret_dir[static LAB_PATH_LEN], struct sevk_error *err)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    int n;

    (void)err;
    if (geteuid() == 0) {
        n = snprintf(ret_dir, LAB_PATH_LEN, "/run/sevkit-lab");
    } else if (runtime != NULL && runtime[0] == '/' &&
               strlen(runtime) + strlen("/sevkit-lab") <= LAB_DIR_MAX &&
               is_own_dir(runtime)) {
        n = snprintf(ret_dir, LAB_PATH_LEN, "%s/sevkit-lab", runtime);
    } else {
        n = snprintf(ret_dir, LAB_PATH_LEN, "/tmp/sevkit-lab-%u",
                     (unsigned)geteuid());
    }
    return n > 0;
}

static bool is_within(const char *path, const char *above)
{
    size_t n = strlen(above);

    return strncmp(path, above, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool check_place(const char *dir, struct sevk_error *err)
{
    static const char *const covered[] = {
        "/etc",  "/var/lib/libvirt", "/var/cache/libvirt", "/var/log/libvirt",
        "/proc", "/run/libvirt",     "/usr/share",         "/sys",
    };
    static const char good[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@";

    if (strlen(dir) > LAB_DIR_MAX) {
        return sevk_fail(err, SEVK_USAGE,
                         "the lab's directory '%s' is too long: sockets below "
                         "it need a path of at most %d characters, such as "
                         "/tmp/lab",
                         dir, LAB_DIR_MAX);
    }
    if (dir[strspn(dir, good)] != '\0') {
        return sevk_fail(err, SEVK_USAGE,
                         "the lab's directory '%s' may only have letters, "
                         "digits and any of /._-+@ in its name",
                         dir);
    }
    for (size_t i = 0; i < sizeof(covered) / sizeof(covered[0]); i++) {
        if (is_within(dir, covered[i])) {
            return sevk_fail(err, SEVK_USAGE,
                             "a lab can't be in %s: choose another directory",
                             covered[i]);
        }
    }
    return strcmp(dir, "/") != 0 ||
           sevk_fail(err, SEVK_USAGE, "a lab can't be in /");
}

/*
 * Canonical as far as it exists: libvirt and the kernel then see the path that
 * the record and the marks on processes have.
 */
static bool make_absolute(const char *dir, char **ret, struct sevk_error *err)
{
    OWN(own_free) char *whole = realpath(dir, NULL);
    OWN(own_free) char *for_parent = strdup(dir);
    OWN(own_free) char *for_name = strdup(dir);

    if (whole != NULL) {
        *ret = TAKE(whole);
        return true;
    }
    if (dir[0] == '\0') {
        return sevk_fail(err, SEVK_USAGE, "no directory for the lab was named");
    }
    if (for_parent == NULL || for_name == NULL) {
        return sevk_fail(err, SEVK_HOST, "no memory for a path");
    }
    const char *parent = dirname(for_parent);
    const char *name = basename(for_name);
    OWN(own_free) char *above = realpath(parent, NULL);
    if (above == NULL) {
        return sevk_fail_errno(err, SEVK_USAGE, errno,
                               "the lab's directory can't be made in '%s'",
                               parent);
    }
    return path_join(strcmp(above, "/") == 0 ? "" : above, name, ret, err);
}

bool layout_resolve(const char *dir, char ret[static LAB_PATH_LEN],
                    struct sevk_error *err)
{
    OWN(own_free) char *whole = NULL;
    char preset[LAB_PATH_LEN];

    if (dir == NULL) {
        if (!lab_default_dir(preset, err)) {
            return false;
        }
        dir = preset;
    }
    if (!make_absolute(dir, &whole, err) || !check_place(whole, err)) {
        return false;
    }
    memcpy(ret, whole, strlen(whole) + 1);
    return true;
}

/* -- Making ---------------------------------------------------------------- */

static bool check_content(const char *dir, struct sevk_error *err)
{
    OWN(own_closedir) DIR *d = opendir(dir);
    struct dirent *entry;

    if (d == NULL) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be read",
                               dir);
    }
    while ((entry = readdir(d)) != NULL) {
        if (!layout_is_entry(entry->d_name)) {
            return sevk_fail(err, SEVK_USAGE,
                             "'%s' holds '%s', which is not a lab's: choose an "
                             "empty or a new directory",
                             dir, entry->d_name);
        }
    }
    return true;
}

bool layout_make_dir(const char *dir, struct sevk_error *err)
{
    struct stat st;

    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "the lab's directory '%s' can't be made", dir);
    }
    if (lstat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return sevk_fail(err, SEVK_USAGE, "'%s' is not a directory", dir);
    }
    if (st.st_uid != geteuid() || (st.st_mode & 022) != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "others could write to '%s': a lab needs a directory "
                         "of its own (0700)",
                         dir);
    }
    return check_content(dir, err);
}

/* -- Locking --------------------------------------------------------------- */

static bool same_file(int fd, const char *path)
{
    struct stat a;
    struct stat b;

    return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

bool layout_lock(const char *dir, int *ret_fd, struct sevk_error *err)
{
    char path[LAB_PATH_LEN];

    layout_path(dir, LAB_LOCK, path);
    for (;;) {
        OWN(own_close)
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

        if (fd < 0) {
            return sevk_fail_errno(err, SEVK_HOST, errno,
                                   "'%s' can't be opened", path);
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) {
                return sevk_fail_errno(err, SEVK_HOST, errno,
                                       "'%s' can't be locked", path);
            }
            *ret_fd = -1;
            return true;
        }
        /* A lab that was just removed takes its lock along: once more. */
        if (same_file(fd, path)) {
            *ret_fd = take_fd(&fd);
            return true;
        }
    }
}
