/* SPDX-License-Identifier: Apache-2.0 */
/* A root file system as one file. */
#include "image/filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "image/tool.h"

#define MIB      (UINT64_C(1) << 20)
#define WORDS    24
#define PER_FILE 4096 /* its inode, its share of a folder, a block begun */

/* A command's words, behind fakeroot's where that is wanted. */
struct words {
    const char *v[WORDS];
    size_t n;
};

static void add_word(struct words *w, const char *word)
{
    if (w->n < WORDS - 1) {
        w->v[w->n++] = word;
    }
}

static void add_words(struct words *w, const char *const *words)
{
    for (; *words != NULL; words++) {
        add_word(w, *words);
    }
}

/*
 * Runs COMMAND, as root or as one whom fakeroot makes believe so. What fakeroot
 * remembers of owners lies in the file STATE from one command to the next.
 */
static bool run_as_root(const char *program, const char *package,
                        const char *const *command, const char *state,
                        struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(own_free) char *fake = NULL;
    struct words w = { .n = 0 };

    if (!tool_find(program, package, &path, err)) {
        return false;
    }
    if (geteuid() != 0) {
        if (!tool_find("fakeroot", "fakeroot", &fake, err)) {
            return false;
        }
        add_words(&w, (const char *const[]){ "fakeroot", "-i", state, "-s",
                                             state, "--", NULL });
        add_word(&w, path);
        add_words(&w, command + 1);
    } else {
        add_words(&w, command);
    }
    return tool_run(
        &(struct tool){ .path = fake != NULL ? fake : path, .argv = w.v }, NULL,
        err);
}

static bool make_state(const char *path, struct sevk_error *err)
{
    OWN(own_close)
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

    return fd >= 0 || sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", path);
}

/* -- Size. ----------------------------------------------------------------- */

static void own_fts(FTS **fts)
{
    if (*fts != NULL) {
        fts_close(*fts);
    }
    *fts = NULL;
}

static bool measure(const char *dir, uint64_t *ret, struct sevk_error *err)
{
    OWN(own_free) char *top = strdup(dir);
    char *const tops[] = { top, NULL };
    OWN(own_fts)
    FTS *fts =
        top == NULL
            ? NULL
            : fts_open(tops, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    uint64_t total = 0;
    const FTSENT *e;

    if (fts == NULL) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", dir);
    }
    while ((e = fts_read(fts)) != NULL) {
        if (e->fts_info == FTS_ERR || e->fts_info == FTS_DNR) {
            return sevk_fail_errno(err, SEVK_INPUT, e->fts_errno, "'%s'",
                                   e->fts_path);
        }
        total += PER_FILE;
        if (e->fts_info == FTS_F) {
            total += (uint64_t)e->fts_statp->st_size;
        }
    }
    *ret = total;
    return true;
}

static bool choose_size(const char *dir, uint64_t asked, uint64_t *ret,
                        struct sevk_error *err)
{
    uint64_t content = 0;
    uint64_t size;

    if (!measure(dir, &content, err)) {
        return false;
    }
    size = asked != 0 ? asked : (content + content / 2 + 64 * MIB) / MIB * MIB;
    if (content >= size) {
        return sevk_fail(err, SEVK_USAGE,
                         "the files take %" PRIu64 " MiB, which do not fit "
                         "into %" PRIu64 " MiB; --size gives more",
                         content / MIB + 1, size / MIB);
    }
    if (size < FILESYSTEM_SIZE_MIN || size > FILESYSTEM_SIZE_MAX ||
        size % MIB != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "a root file system has 16 MiB to 1 TiB, in whole "
                         "MiB");
    }
    *ret = size;
    return true;
}

/* -- Making it. ------------------------------------------------------------ */

static bool unpack(const char *archive, const char *dir, const char *state,
                   struct sevk_error *err)
{
    if (mkdir(dir, 0700) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", dir);
    }
    return run_as_root("tar", "tar",
                       (const char *const[]){ "tar", "--numeric-owner", "-xpf",
                                              archive, "-C", dir, NULL },
                       state, err) ||
           sevk_fail_in(err, "unpacking '%s'", archive);
}

static bool fill(const char *dir, const char *to, uint64_t size,
                 const char *state, struct sevk_error *err)
{
    OWN(own_close)
    int fd = open(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

    if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", to);
    }
    return run_as_root("mke2fs", "e2fsprogs",
                       (const char *const[]){ "mke2fs", "-q", "-F", "-t",
                                              "ext4", "-b", "4096", "-m", "0",
                                              "-E", "root_owner=0:0", "-d", dir,
                                              to, NULL },
                       state, err) ||
           sevk_fail_in(err, "making the root file system of '%s'", dir);
}

bool filesystem_make(const char *from, const char *to, const char *work,
                     uint64_t size, uint64_t *ret_size, struct sevk_error *err)
{
    OWN(own_free) char *unpacked = NULL;
    OWN(own_free) char *state = NULL;
    const char *dir = from;
    struct stat st;

    if (stat(from, &st) != 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "root '%s'", from);
    }
    if (!path_join(work, "root", &unpacked, err) ||
        !path_join(work, "owners", &state, err) || !make_state(state, err)) {
        return false;
    }
    if (!S_ISDIR(st.st_mode)) {
        dir = unpacked;
        if (!unpack(from, dir, state, err)) {
            return false;
        }
    }
    return choose_size(dir, size, &size, err) &&
           fill(dir, to, size, state, err) && (*ret_size = size, true);
}
