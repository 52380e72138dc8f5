/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are mended where they are. */
#include "cli/in_place.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"

bool in_place_write(const char *path, const struct buf *text,
                    struct sevk_error *err)
{
    OWN(own_free) char *real = realpath(path, NULL);
    struct stat st;

    if (real == NULL || stat(real, &st) != 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "'%s'", path);
    }
    if (!file_replace(real, st.st_mode & 07777, buf_bytes(text), err)) {
        return false;
    }
    if ((st.st_uid != geteuid() || st.st_gid != getegid()) &&
        chown(real, st.st_uid, st.st_gid) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "'%s' was mended, but could not be given back "
                               "to its owner",
                               path);
    }
    return true;
}
