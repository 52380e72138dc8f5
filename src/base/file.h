/* SPDX-License-Identifier: Apache-2.0 */
/* Files: read whole with a limit, written whole or not at all. */
#ifndef SEVKIT_BASE_FILE_H
#define SEVKIT_BASE_FILE_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/secret.h"

/*
 * Reads a file (or a pipe) of at most MAX bytes; a longer one is refused. WHAT
 * names the content in messages ("session", "certificate").
 */
SEVK_MUST_CHECK bool file_read(const char *path, size_t max, const char *what,
                               struct buf *ret, struct sevk_error *err);

/* The same from a descriptor, to its end. PATH is for messages only. */
SEVK_MUST_CHECK bool file_read_fd(int fd, size_t max, const char *path,
                                  const char *what, struct buf *ret,
                                  struct sevk_error *err);

/*
 * Opens PATH once and hands its content to SINK in pieces, in order: what is
 * hashed is what was read, also when the file changes meanwhile. At most MAX
 * bytes, else SEVK_INPUT. SINK returns false to stop with its own error.
 */
struct file_sink {
    bool (*take)(void *ctx, struct bytes piece, struct sevk_error *err);
    void *ctx;
};
SEVK_MUST_CHECK bool file_stream(const char *path, size_t max, const char *what,
                                 struct file_sink sink, struct sevk_error *err);

/*
 * Replaces PATH atomically with MODE: a file without a name (O_TMPFILE), write,
 * fsync, then its name; fsync of the directory. Where something is to be
 * replaced, the whole file has a name beside PATH for the moment before the
 * rename; where the file system has no files without a name, it has that from
 * the beginning (O_EXCL, O_NOFOLLOW). On failure PATH is as it was and no
 * temporary file is left, nor is one of a new file when the process is killed.
 * SEVK_REFUSED when PATH is, or is a link to, something else than a file: a
 * device, a pipe, a directory.
 */
SEVK_MUST_CHECK bool file_replace(const char *path, mode_t mode,
                                  struct bytes content, struct sevk_error *err);

/*
 * A set of files that appear all or none. Add them (the content is written at
 * once, to files as above), then commit; dropping an uncommitted set removes
 * the temporary files. A final name that exists already is an error unless
 * "replace" was set; the names that were made before a failing commit are
 * removed again (a replaced one can't be brought back: so everything that can
 * fail is done before the first rename). The same name twice is SEVK_USAGE.
 */
#define FILE_SET_MAX 16
struct file_set {
    bool replace;
    size_t n;
    struct {
        char *path;
        char *temporary; /* the name it has until then, or NULL */
        int fd;          /* of a file without a name; else -1 */
    } files[FILE_SET_MAX];
};
void file_set_drop(struct file_set *set); /* also for OWN() */
SEVK_MUST_CHECK bool file_set_add(struct file_set *set, const char *path,
                                  mode_t mode, struct bytes content,
                                  struct sevk_error *err);
/* One of the two ways by which a secret leaves: raw bytes, mode 0600. */
SEVK_MUST_CHECK bool file_set_add_secret(struct file_set *set, const char *path,
                                         const struct sevk_secret *secret,
                                         struct sevk_error *err);
SEVK_MUST_CHECK bool file_set_commit(struct file_set *set,
                                     struct sevk_error *err);

/* Writes all of CONTENT to FD, also when write() takes it in pieces. */
SEVK_MUST_CHECK bool fd_write_all(int fd, struct bytes content,
                                  const char *path, struct sevk_error *err);

/* "DIR/NAME" in new memory; the caller frees it. */
SEVK_MUST_CHECK bool path_join(const char *dir, const char *name,
                               char **ret_path, struct sevk_error *err);

/* Makes the directory (0700) and those above it, as far as they are missing. */
SEVK_MUST_CHECK bool path_make_dirs(const char *path, struct sevk_error *err);

#endif
