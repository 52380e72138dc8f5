/* SPDX-License-Identifier: Apache-2.0 */
/* A directory that lives as long as a test. */
#include "lib/temp_dir.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "lib/unit.h"

struct temp_dir temp_dir_make(void)
{
    struct temp_dir dir;

    strcpy(dir.path, "/tmp/sevkit-test-XXXXXX");
    assert_non_null(mkdtemp(dir.path));
    return dir;
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void temp_dir_drop(struct temp_dir *dir)
{
    if (dir->path[0] != '\0') {
        nftw(dir->path, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    }
    dir->path[0] = '\0';
}

char *temp_dir_path(const struct temp_dir *dir, const char *name)
{
    struct sevk_error err = { 0 };
    char *path = NULL;

    assert_works(path_join(dir->path, name, &path, &err), &err);
    return path;
}

char *temp_dir_write(const struct temp_dir *dir, const char *name,
                     struct bytes content)
{
    char *path = temp_dir_path(dir, name);
    struct sevk_error err = { 0 };

    assert_works(file_replace(path, 0600, content, &err), &err);
    return path;
}

size_t temp_dir_count(const struct temp_dir *dir)
{
    DIR *d = opendir(dir->path);
    const struct dirent *e;
    size_t n = 0;

    assert_non_null(d);
    while ((e = readdir(d)) != NULL) {
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    }
    closedir(d);
    return n;
}
