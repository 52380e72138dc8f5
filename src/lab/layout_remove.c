/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab makes in its directory, and how exactly that is removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/own.h"
#include "lab/layout.h"

/*
 * The record and the lock go last: as long as they stand, there is a lab to
 * remove.
 */
static const char *const entries[] = {
    LAB_BIN,     LAB_TOOLS,    LAB_KVM,      LAB_RUN,    LAB_LOG,
    LAB_DRIVERS, LAB_FIRMWARE, LAB_CONF,     LAB_HOME,   LAB_LIBVIRT,
    LAB_CONFIG,  LAB_RUNTIME,  LAB_PLATFORM, LAB_RECORD, LAB_LOCK,
};
#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

bool layout_is_entry(const char *name)
{
    for (size_t i = 0; i < N_ENTRIES; i++) {
        if (strcmp(name, entries[i]) == 0) {
            return true;
        }
    }
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
           strcmp(name, "lost+found") == 0;
}

#define DEPTH_MAX 64

static bool remove_at(int parent, const char *name, dev_t dev, unsigned depth,
                      struct sevk_error *err);

static bool remove_content(int fd, const char *name, dev_t dev, unsigned depth,
                           struct sevk_error *err)
{
    OWN(own_closedir) DIR *d = fdopendir(fd);
    struct dirent *entry;

    if (d == NULL) {
        close(fd);
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be read",
                               name);
    }
    while ((entry = readdir(d)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0 &&
            !remove_at(dirfd(d), entry->d_name, dev, depth + 1, err)) {
            return false;
        }
    }
    return true;
}

static bool remove_at(int parent, const char *name, dev_t dev, unsigned depth,
                      struct sevk_error *err)
{
    struct stat st;

    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ||
               sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", name);
    }
    if (S_ISDIR(st.st_mode)) {
        int fd = openat(parent, name,
                        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        if (fd < 0 || st.st_dev != dev || depth > DEPTH_MAX) {
            own_close(&fd);
            return sevk_fail(err, SEVK_HOST,
                             "'%s' can't be removed: it is a mount point, too "
                             "deep or not readable",
                             name);
        }
        if (!remove_content(fd, name, dev, depth, err)) {
            return false;
        }
    }
    int flags = S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0;
    return unlinkat(parent, name, flags) == 0 || errno == ENOENT ||
           sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be removed",
                           name);
}

bool layout_remove(const char *dir, bool keep_platform, struct sevk_error *err)
{
    OWN(own_close)
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0 && errno == ENOENT) {
        return true;
    }
    if (fd < 0 || fstat(fd, &st) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be opened",
                               dir);
    }
    for (size_t i = 0; i < N_ENTRIES; i++) {
        bool keep = keep_platform && strcmp(entries[i], LAB_PLATFORM) == 0;

        if (!keep && !remove_at(fd, entries[i], st.st_dev, 0, err)) {
            return sevk_fail_in(err, "lab in '%s'", dir);
        }
    }
    /* Not empty: a kept platform, or what is not ours. Busy: a mount point. */
    if (rmdir(dir) != 0 && errno != ENOTEMPTY && errno != EEXIST &&
        errno != EBUSY && errno != EACCES && errno != EPERM) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s' can't be removed",
                               dir);
    }
    return true;
}
