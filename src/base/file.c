/* SPDX-License-Identifier: Apache-2.0 */
/* Files: read whole with a limit, written whole or not at all. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Small enough for the second-level cache: a piece is hashed while it is hot. */
#define STREAM_PIECE    ((size_t)128 * 1024)
#define TEMPORARY_TRIES 100

static ssize_t read_some(int fd, uint8_t *p, size_t n)
{
    ssize_t got;

    do {
        got = read(fd, p, n);
    } while (got < 0 && errno == EINTR);
    return got;
}

static int open_to_read(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

static bool fail_too_long(const char *path, size_t max, const char *what,
                          struct sevk_error *err)
{
    return sevk_fail(err, SEVK_INPUT,
                     "%s '%s': more than %zu bytes; is it the right file?",
                     what, path, max);
}

bool file_read_fd(int fd, size_t max, const char *path, const char *what,
                  struct buf *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf whole = { 0 };

    for (;;) {
        ssize_t got;

        if (!buf_reserve(&whole, 16384, err)) {
            return false;
        }
        got = read_some(fd, whole.p + whole.n, 16384);
        if (got < 0) {
            return sevk_fail_errno(err, SEVK_INPUT, errno, "%s '%s'", what,
                                   path);
        }
        if (got == 0) {
            break;
        }
        whole.n += (size_t)got;
        whole.p[whole.n] = 0;
        if (whole.n > max) {
            return fail_too_long(path, max, what, err);
        }
    }
    buf_free(ret);
    *ret = whole;
    whole = (struct buf){ 0 };
    return true;
}

bool file_read(const char *path, size_t max, const char *what, struct buf *ret,
               struct sevk_error *err)
{
    OWN(own_close) int fd = open_to_read(path);

    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "%s '%s'", what, path);
    }
    return file_read_fd(fd, max, path, what, ret, err);
}

bool file_stream(const char *path, size_t max, const char *what,
                 struct file_sink sink, struct sevk_error *err)
{
    OWN(own_close) int fd = open_to_read(path);
    OWN(own_free) uint8_t *piece = malloc(STREAM_PIECE);
    size_t total = 0;

    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "%s '%s'", what, path);
    }
    if (piece == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", path);
    }
    for (;;) {
        ssize_t got = read_some(fd, piece, STREAM_PIECE);

        if (got < 0) {
            return sevk_fail_errno(err, SEVK_INPUT, errno, "%s '%s'", what,
                                   path);
        }
        if (got == 0) {
            return true;
        }
        if ((size_t)got > max - total) {
            return fail_too_long(path, max, what, err);
        }
        total += (size_t)got;
        if (!sink.take(sink.ctx, bytes_make(piece, (size_t)got), err)) {
            return false;
        }
    }
}

bool fd_write_all(int fd, struct bytes content, const char *path,
                  struct sevk_error *err)
{
    size_t at = 0;

    while (at < content.n) {
        ssize_t put = write(fd, content.p + at, content.n - at);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return sevk_fail_errno(err, SEVK_HOST, errno, "writing '%s'", path);
        }
        at += (size_t)put;
    }
    return true;
}

static char *directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL   ? strdup(".")
           : slash == path ? strdup("/")
                           : strndup(path, (size_t)(slash - path));
}

/* -- Files that have no name until they are whole -------------------------- */

/* By which a file without a name can be given one. */
struct fd_path {
    char text[40];
};

static struct fd_path path_of_fd(int fd)
{
    struct fd_path p;

    snprintf(p.text, sizeof p.text, "/proc/self/fd/%d", fd);
    return p;
}

/*
 * Whoever is killed before such a file has its name leaves nothing of it, and
 * it may hold a key. *RET_FD is -1 where the file system has no such files, or
 * there is no /proc.
 */
static bool open_nameless(const char *path, mode_t mode, int *ret_fd,
                          struct sevk_error *err)
{
    OWN(own_free) char *dir = directory_of(path);
    OWN(own_close) int fd = -1;

    if (dir == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", path);
    }
    fd = open(dir, O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
    if (fd < 0 && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "writing '%s'", path);
    }
    *ret_fd =
        fd >= 0 && access(path_of_fd(fd).text, F_OK) == 0 ? take_fd(&fd) : -1;
    return true;
}

static bool give_name(int fd, const char *name)
{
    return linkat(AT_FDCWD, path_of_fd(fd).text, AT_FDCWD, name,
                  AT_SYMLINK_FOLLOW) == 0;
}

/* -- Names beside PATH ------------------------------------------------------ */

typedef bool (*name_taker)(void *ctx, const char *name);

/* Finds a name that nothing has yet, by trying to take it; errno on failure. */
static bool take_name(const char *path, name_taker take, void *ctx,
                      char **ret_name)
{
    for (unsigned int i = 0; i < TEMPORARY_TRIES; i++) {
        OWN(own_free) char *name = NULL;

        if (asprintf(&name, "%s.%d-%u.tmp", path, (int)getpid(), i) < 0) {
            name = NULL;
            errno = ENOMEM;
            return false;
        }
        if (take(ctx, name)) {
            *ret_name = TAKE(name);
            return true;
        }
        if (errno != EEXIST) {
            return false;
        }
    }
    errno = EEXIST;
    return false;
}

static bool take_by_link(void *ctx, const char *name)
{
    const int *fd = ctx;

    return give_name(*fd, name);
}

struct creation {
    mode_t mode;
    int fd;
};

static bool take_by_open(void *ctx, const char *name)
{
    struct creation *c = ctx;

    c->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                 c->mode);
    return c->fd >= 0;
}

static bool fail_name(const char *path, struct sevk_error *err)
{
    if (errno == EEXIST) {
        return sevk_fail(err, SEVK_HOST,
                         "writing '%s': too many temporary files beside it",
                         path);
    }
    return sevk_fail_errno(err, SEVK_HOST, errno, "writing '%s'", path);
}

/* *RET_NAME is NULL for a file that has none yet. */
static bool open_temporary(const char *path, mode_t mode, char **ret_name,
                           int *ret_fd, struct sevk_error *err)
{
    struct creation c = { mode, -1 };

    if (!open_nameless(path, mode, ret_fd, err)) {
        return false;
    }
    if (*ret_fd >= 0) {
        return true;
    }
    if (!take_name(path, take_by_open, &c, ret_name)) {
        return fail_name(path, err);
    }
    *ret_fd = c.fd;
    return true;
}

static bool write_temporary(const char *path, mode_t mode, struct bytes content,
                            char **ret_name, int *ret_fd,
                            struct sevk_error *err)
{
    OWN(own_free) char *name = NULL;
    OWN(own_close) int fd = -1;
    bool ok = open_temporary(path, mode, &name, &fd, err) &&
              fd_write_all(fd, content, path, err);

    if (ok && (fchmod(fd, mode) != 0 || fsync(fd) != 0)) {
        ok = sevk_fail_errno(err, SEVK_HOST, errno, "writing '%s'", path);
    }
    if (!ok) {
        if (name != NULL) {
            unlink(name);
        }
        return false;
    }
    *ret_name = TAKE(name);
    *ret_fd = take_fd(&fd);
    return true;
}

/* Makes the renames in PATH's directory last; not all file systems can. */
static void sync_directory_of(const char *path)
{
    OWN(own_free) char *dir = directory_of(path);
    OWN(own_close) int fd = -1;

    if (dir == NULL) {
        return;
    }
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
    }
}

bool file_replace(const char *path, mode_t mode, struct bytes content,
                  struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { .replace = true };

    return file_set_add(&set, path, mode, content, err) &&
           file_set_commit(&set, err);
}

void file_set_drop(struct file_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        if (set->files[i].temporary != NULL) {
            unlink(set->files[i].temporary);
        }
        own_free(&set->files[i].temporary);
        own_free(&set->files[i].path);
        own_close(&set->files[i].fd);
    }
    *set = (struct file_set){ 0 };
}

/* A rename would put a file in the place of /dev/null, or of a pipe. */
static bool check_place(const char *path, bool replace, struct sevk_error *err)
{
    struct stat st;

    if (lstat(path, &st) != 0) {
        return true;
    }
    if (!replace) {
        return sevk_fail(err, SEVK_REFUSED,
                         "'%s' exists already; name another place or remove it",
                         path);
    }
    return stat(path, &st) != 0 || S_ISREG(st.st_mode) ||
           sevk_fail(err, SEVK_REFUSED,
                     "'%s' is not an ordinary file, and is not replaced by "
                     "one; name another place",
                     path);
}

/* Of two files of one name, the second would take the first one's place. */
static bool check_once(const struct file_set *set, const char *path,
                       struct sevk_error *err)
{
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->files[i].path, path) == 0) {
            return sevk_fail(err, SEVK_USAGE,
                             "'%s' can't hold two things at once; name two "
                             "files",
                             path);
        }
    }
    return true;
}

bool file_set_add(struct file_set *set, const char *path, mode_t mode,
                  struct bytes content, struct sevk_error *err)
{
    OWN(own_free) char *temporary = NULL;
    OWN(own_free) char *copy = strdup(path);
    OWN(own_close) int fd = -1;

    if (copy == NULL || set->n == FILE_SET_MAX) {
        return sevk_fail(err, SEVK_HOST, "no room for the file '%s'", path);
    }
    if (!check_once(set, path, err) || !check_place(path, set->replace, err) ||
        !write_temporary(path, mode, content, &temporary, &fd, err)) {
        return false;
    }
    if (temporary != NULL && close(take_fd(&fd)) != 0) {
        sevk_fail_errno(err, SEVK_HOST, errno, "writing '%s'", path);
        unlink(temporary);
        return false;
    }
    set->files[set->n].fd = take_fd(&fd);
    set->files[set->n].temporary = TAKE(temporary);
    set->files[set->n].path = TAKE(copy);
    set->n++;
    return true;
}

bool file_set_add_secret(struct file_set *set, const char *path,
                         const struct sevk_secret *secret,
                         struct sevk_error *err)
{
    return file_set_add(set, path, 0600, secret_expose(secret), err);
}

static bool rename_to(const struct file_set *set, size_t i)
{
    const char *from = set->files[i].temporary;
    const char *to = set->files[i].path;
    unsigned int flags = set->replace ? 0 : RENAME_NOREPLACE;

    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, flags) == 0) {
        return true;
    }
    /* NFS knows no flags, but hard links; FAT, which has none, knows them. */
    if (set->replace || errno != EINVAL) {
        return false;
    }
    return link(from, to) == 0 && unlink(from) == 0;
}

/* Gives file I its final name, without replacing another unless asked to. A
 * link never replaces: what is to do so has a name for a moment before. */
static bool publish(struct file_set *set, size_t i)
{
    int fd = set->files[i].fd;

    if (fd >= 0) {
        if (give_name(fd, set->files[i].path)) {
            return true;
        }
        if (!set->replace || errno != EEXIST ||
            !take_name(set->files[i].path, take_by_link, &fd,
                       &set->files[i].temporary)) {
            return false;
        }
    }
    return rename_to(set, i);
}

/* File I has its final name: nothing is left to be dropped. */
static void let_go(struct file_set *set, size_t i)
{
    own_free(&set->files[i].temporary);
    own_close(&set->files[i].fd);
}

bool file_set_commit(struct file_set *set, struct sevk_error *err)
{
    for (size_t i = 0; i < set->n; i++) {
        if (publish(set, i)) {
            let_go(set, i);
            continue;
        }
        if (set->replace) {
            fail_name(set->files[i].path, err);
        } else {
            sevk_fail_errno(err, SEVK_HOST, errno, "writing '%s'",
                            set->files[i].path);
        }
        for (size_t k = 0; !set->replace && k < i; k++) {
            unlink(set->files[k].path);
        }
        return false;
    }
    for (size_t i = 0; i < set->n; i++) {
        sync_directory_of(set->files[i].path);
    }
    return true;
}

bool path_join(const char *dir, const char *name, char **ret_path,
               struct sevk_error *err)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", dir, name) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s/%s'", dir,
                         name);
    }
    *ret_path = path;
    return true;
}

bool path_make_dirs(const char *path, struct sevk_error *err)
{
    OWN(own_free) char *copy = strdup(path);

    if (copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "no memory for a path");
    }
    for (char *p = copy + 1;; p++) {
        char was = *p;

        if (was != '/' && was != '\0') {
            continue;
        }
        *p = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            return sevk_fail_errno(err, SEVK_HOST, errno,
                                   "directory '%s' can't be made", copy);
        }
        if (was == '\0') {
            return true;
        }
        *p = was;
    }
}
