/* SPDX-License-Identifier: Apache-2.0 */
/* Files: limits on reading; written whole or not at all, all or none. */

/* Fortified headers define read() inline, and this file has one of its own. */
#undef _FORTIFY_SOURCE

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

/*
 * These stand in front of the C library's, so that a test can have a file
 * system that fails.
 */
static int fsyncs_until_failure; /* 0: none fails */
static bool renames_know_no_flags;
static bool names_are_needed; /* a file system without O_TMPFILE */

/* How often reading and writing is interrupted, and in what pieces it goes. */
static int interruptions;
static size_t piece_max;

static size_t piece_of(size_t n)
{
    return piece_max > 0 && n > piece_max ? piece_max : n;
}

static bool is_interrupted(void)
{
    if (interruptions == 0) {
        return false;
    }
    interruptions--;
    errno = EINTR;
    return true;
}

ssize_t read(int fd, void *p, size_t n)
{
    return is_interrupted() ? -1 : syscall(SYS_read, fd, p, piece_of(n));
}

ssize_t write(int fd, const void *p, size_t n)
{
    return is_interrupted() ? -1 : syscall(SYS_write, fd, p, piece_of(n));
}

int fsync(int fd)
{
    if (fsyncs_until_failure > 0 && --fsyncs_until_failure == 0) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

int open(const char *path, int flags, ...)
{
    va_list more;
    mode_t mode;

    if (names_are_needed && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    va_start(more, flags);
    mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE
               ? va_arg(more, mode_t)
               : 0;
    va_end(more);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to,
              unsigned int flags)
{
    if (renames_know_no_flags && flags != 0) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

/* A disk that is full after N bytes: the kernel's limit on a file's size. */
static void set_disk_full_after(rlim_t n)
{
    struct rlimit limit = { n, RLIM_INFINITY };

    signal(SIGXFSZ, n == RLIM_INFINITY ? SIG_DFL : SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A directory with room for the paths that most tests want. */
struct place {
    struct temp_dir dir;
    char *a;
    char *b;
    char *c;
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    p->dir = temp_dir_make();
    p->a = temp_dir_path(&p->dir, "a");
    p->b = temp_dir_path(&p->dir, "b");
    p->c = temp_dir_path(&p->dir, "c");
    *state = p;
    return 0;
}

static int drop_place(void **state)
{
    struct place *p = *state;

    fsyncs_until_failure = 0;
    interruptions = 0;
    piece_max = 0;
    renames_know_no_flags = false;
    names_are_needed = false;
    temp_dir_drop(&p->dir);
    free(p->a);
    free(p->b);
    free(p->c);
    free(p);
    return 0;
}

static void assert_content(const char *path, const char *content)
{
    OWN(buf_free) struct buf found = { 0 };
    struct sevk_error err = { 0 };

    assert_works(file_read(path, 4096, "file", &found, &err), &err);
    assert_string_equal(buf_string(&found), content);
}

static void put(const char *path, const char *content)
{
    struct sevk_error err = { 0 };

    assert_works(file_replace(path, 0600, bytes_of_string(content), &err),
                 &err);
}

static void test_what_can_not_be_read_is_told(void **state)
{
    const struct place *p = *state;
    OWN(buf_free) struct buf out = { 0 };
    struct sevk_error err;

    assert_true(buf_append_string(&out, "kept", NULL));
    assert_fails(file_read(p->a, 10, "certificate", &out, &err), &err,
                 SEVK_INPUT, "No such file");
    assert_non_null(strstr(err.message, "certificate '"));
    assert_int_equal(err.sys_errno, ENOENT);
    assert_fails(file_read(p->dir.path, 10, "certificate", &out, &err), &err,
                 SEVK_INPUT, "Is a directory");
    assert_string_equal(buf_string(&out), "kept");
}

static void test_a_longer_file_than_allowed_is_refused(void **state)
{
    const struct place *p = *state;
    OWN(buf_free) struct buf out = { 0 };
    struct sevk_error err;

    put(p->a, "12345");
    assert_fails(file_read(p->a, 4, "session", &out, &err), &err, SEVK_INPUT,
                 "more than 4 bytes; is it the right file?");
    assert_fails(file_read("/dev/zero", 100000, "session", &out, &err), &err,
                 SEVK_INPUT, "more than 100000 bytes");
    assert_int_equal(out.n, 0);
    assert_works(file_read(p->a, 5, "session", &out, &err), &err);
    assert_string_equal(buf_string(&out), "12345");
}

static void test_reading_takes_the_place_of_what_was_there(void **state)
{
    const struct place *p = *state;
    OWN(buf_free) struct buf out = { 0 };

    put(p->a, "new");
    assert_true(buf_append_string(&out, "old", NULL));
    assert_true(file_read(p->a, 10, "x", &out, NULL));
    assert_string_equal(buf_string(&out), "new");
    put(p->a, "");
    assert_true(file_read(p->a, 0, "x", &out, NULL));
    assert_string_equal(buf_string(&out), "");
}

static void test_a_pipe_is_read_to_its_end(void **state)
{
    OWN(buf_free) struct buf out = { 0 };
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_true(fd_write_all(fds[1], bytes_of_string("through"), "pipe", NULL));
    close(fds[1]);
    assert_true(file_read_fd(fds[0], 10, "-", "x", &out, NULL));
    assert_string_equal(buf_string(&out), "through");
    close(fds[0]);
}

/* A sink that keeps all it gets, and stops at a limit of its own. */
struct keeper {
    struct buf all;
    size_t pieces;
    size_t stop_at;
};

static bool keep(void *ctx, struct bytes piece, struct sevk_error *err)
{
    struct keeper *k = ctx;

    if (++k->pieces == k->stop_at) {
        return sevk_fail(err, SEVK_REFUSED, "stopped");
    }
    return buf_append(&k->all, piece, err);
}

static void test_a_stream_gives_the_file_in_order(void **state)
{
    const struct place *p = *state;
    static uint8_t content[300000];
    struct keeper k = { 0 };
    struct fake_rng rng = { 7 };

    fake_rng_bytes(&rng, content, sizeof content);
    assert_true(file_replace(p->a, 0600, BYTES_OF(content), NULL));
    assert_true(file_stream(p->a, sizeof content, "x",
                            (struct file_sink){ keep, &k }, NULL));
    assert_true(k.pieces > 1);
    assert_bytes_equal(buf_bytes(&k.all), BYTES_OF(content));
    buf_free(&k.all);
}

static void test_a_stream_ends_at_its_limit_and_at_the_sinks_will(void **state)
{
    const struct place *p = *state;
    struct keeper k = { .stop_at = 1 };
    struct sevk_error err;

    put(p->a, "12345");
    assert_fails(
        file_stream(p->a, 4, "kernel", (struct file_sink){ keep, &k }, &err),
        &err, SEVK_INPUT, "more than 4 bytes");
    assert_int_equal(k.pieces, 0);
    assert_fails(
        file_stream(p->a, 5, "kernel", (struct file_sink){ keep, &k }, &err),
        &err, SEVK_REFUSED, "stopped");
    assert_fails(
        file_stream(p->b, 5, "kernel", (struct file_sink){ keep, &k }, &err),
        &err, SEVK_INPUT, "No such file");
    assert_fails(file_stream(p->dir.path, 5, "kernel",
                             (struct file_sink){ keep, &k }, &err),
                 &err, SEVK_INPUT, "Is a directory");
}

static void test_replacing_sets_content_and_mode(void **state)
{
    const struct place *p = *state;
    struct stat st;
    mode_t before = umask(077);

    put(p->a, "old");
    assert_true(file_replace(p->a, 0644, bytes_of_string("new"), NULL));
    umask(before);
    assert_content(p->a, "new");
    assert_int_equal(stat(p->a, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_int_equal(temp_dir_count(&p->dir), 1);
}

static void test_replacing_a_link_leaves_what_it_points_to(void **state)
{
    const struct place *p = *state;

    put(p->a, "target");
    assert_int_equal(symlink(p->a, p->b), 0);
    put(p->b, "own");
    assert_content(p->a, "target");
    assert_content(p->b, "own");
}

static void test_a_full_disk_leaves_the_old_file(void **state)
{
    const struct place *p = *state;
    static const uint8_t large[8192];
    struct sevk_error err;
    bool done;

    put(p->a, "old");
    set_disk_full_after(4096);
    done = file_replace(p->a, 0600, BYTES_OF(large), &err);
    set_disk_full_after(RLIM_INFINITY);
    assert_false(done);
    assert_int_equal(err.code, SEVK_HOST);
    assert_int_equal(err.sys_errno, EFBIG);
    assert_content(p->a, "old");
    assert_int_equal(temp_dir_count(&p->dir), 1);
}

static void test_a_failing_fsync_leaves_the_old_file(void **state)
{
    const struct place *p = *state;
    struct sevk_error err;

    put(p->a, "old");
    fsyncs_until_failure = 1;
    assert_fails(file_replace(p->a, 0600, bytes_of_string("new"), &err), &err,
                 SEVK_HOST, "Input/output error");
    assert_content(p->a, "old");
    assert_int_equal(temp_dir_count(&p->dir), 1);
    names_are_needed = true;
    fsyncs_until_failure = 1;
    assert_fails(file_replace(p->a, 0600, bytes_of_string("new"), &err), &err,
                 SEVK_HOST, "Input/output error");
    assert_content(p->a, "old");
    assert_int_equal(temp_dir_count(&p->dir), 1);
}

static void test_what_is_no_file_is_not_replaced(void **state)
{
    const struct place *p = *state;
    struct sevk_error err;
    struct stat st;

    assert_int_equal(mkfifo(p->a, 0600), 0);
    assert_int_equal(symlink(p->a, p->b), 0);
    assert_fails(file_replace(p->a, 0600, bytes_of_string("new"), &err), &err,
                 SEVK_REFUSED, "is not an ordinary file");
    assert_fails(file_replace(p->b, 0600, bytes_of_string("new"), &err), &err,
                 SEVK_REFUSED, "is not an ordinary file");
    assert_int_equal(lstat(p->a, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    assert_int_equal(lstat(p->b, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(temp_dir_count(&p->dir), 2);
}

static void test_a_directory_in_the_way_is_told(void **state)
{
    const struct place *p = *state;
    struct sevk_error err;

    assert_int_equal(mkdir(p->a, 0700), 0);
    assert_fails(file_replace(p->a, 0600, bytes_of_string("new"), &err), &err,
                 SEVK_REFUSED, "is not an ordinary file");
    assert_int_equal(temp_dir_count(&p->dir), 1);
    assert_fails(
        file_replace("/nonexistent/x", 0600, bytes_of_string("new"), &err),
        &err, SEVK_HOST, "No such file");
}

static void test_a_foreign_temporary_file_is_not_touched(void **state)
{
    const struct place *p = *state;
    OWN(own_free) char *name = NULL;

    assert_true(asprintf(&name, "%s.%d-0.tmp", p->a, (int)getpid()) > 0);
    assert_int_equal(symlink(p->b, name), 0);
    put(p->a, "first");
    put(p->a, "mine");
    assert_content(p->a, "mine");
    names_are_needed = true;
    put(p->a, "mine, too");
    assert_content(p->a, "mine, too");
    assert_int_equal(access(p->b, F_OK), -1);
    assert_int_equal(temp_dir_count(&p->dir), 2);
    assert_int_equal(unlink(name), 0);
}

static void test_a_hundred_foreign_temporary_files_are_enough(void **state)
{
    const struct place *p = *state;
    struct sevk_error err;

    put(p->a, "old");
    for (int i = 0; i < 100; i++) {
        OWN(own_free) char *name = NULL;

        assert_true(asprintf(&name, "%s.%d-%d.tmp", p->a, (int)getpid(), i) >
                    0);
        assert_int_equal(symlink("/dev/null", name), 0);
    }
    assert_fails(file_replace(p->a, 0600, bytes_of_string("x"), &err), &err,
                 SEVK_HOST, "too many temporary files");
    assert_content(p->a, "old");
    names_are_needed = true;
    assert_fails(file_replace(p->a, 0600, bytes_of_string("x"), &err), &err,
                 SEVK_HOST, "too many temporary files");
    assert_int_equal(temp_dir_count(&p->dir), 101);
}

static void add(struct file_set *set, const char *path, const char *content)
{
    struct sevk_error err = { 0 };

    assert_works(file_set_add(set, path, 0600, bytes_of_string(content), &err),
                 &err);
}

static void test_a_set_appears_at_its_commit(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { 0 };

    add(&set, p->a, "one");
    add(&set, p->b, "two");
    assert_int_equal(access(p->a, F_OK), -1);
    assert_int_equal(access(p->b, F_OK), -1);
    assert_true(file_set_commit(&set, NULL));
    assert_content(p->a, "one");
    assert_content(p->b, "two");
    assert_int_equal(temp_dir_count(&p->dir), 2);
    file_set_drop(&set);
    assert_int_equal(temp_dir_count(&p->dir), 2);
}

static void test_a_set_that_is_dropped_leaves_nothing(void **state)
{
    const struct place *p = *state;

    {
        OWN(file_set_drop) struct file_set set = { 0 };

        add(&set, p->a, "one");
        names_are_needed = true;
        add(&set, p->b, "two");
        assert_int_equal(temp_dir_count(&p->dir), 1); /* "two" needs a name */
    }
    assert_int_equal(temp_dir_count(&p->dir), 0);
}

/* Adds a file in a process that is killed then. */
static void die_adding(const char *path, bool replace)
{
    pid_t pid = fork();
    int status;

    assert_true(pid >= 0);
    if (pid == 0) {
        struct file_set set = { .replace = replace };

        if (file_set_add(&set, path, 0600, bytes_of_string("key"), NULL)) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_who_is_killed_leaves_nothing(void **state)
{
    const struct place *p = *state;

    die_adding(p->a, false);
    die_adding(p->a, true);
    assert_int_equal(temp_dir_count(&p->dir), 0);
    put(p->a, "old");
    die_adding(p->a, true);
    assert_content(p->a, "old");
    assert_int_equal(temp_dir_count(&p->dir), 1);
}

static void test_files_are_written_where_all_need_names(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { 0 };

    names_are_needed = true;
    put(p->a, "old");
    put(p->a, "new");
    add(&set, p->b, "two");
    assert_int_equal(access(p->b, F_OK), -1);
    assert_true(file_set_commit(&set, NULL));
    assert_content(p->a, "new");
    assert_content(p->b, "two");
    assert_int_equal(temp_dir_count(&p->dir), 2);
}

static void test_a_name_that_exists_is_refused(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { 0 };
    struct sevk_error err;

    put(p->a, "old");
    assert_fails(file_set_add(&set, p->a, 0600, bytes_of_string("new"), &err),
                 &err, SEVK_REFUSED, "exists already");
    assert_int_equal(symlink("/nonexistent", p->b), 0);
    assert_fails(file_set_add(&set, p->b, 0600, bytes_of_string("new"), &err),
                 &err, SEVK_REFUSED, "exists already");
    assert_content(p->a, "old");
}

/* What happens when a name is taken between adding and committing. */
static void lose_a_race(const struct place *p)
{
    OWN(file_set_drop) struct file_set set = { 0 };
    struct sevk_error err;

    add(&set, p->a, "one");
    add(&set, p->b, "two");
    add(&set, p->c, "three");
    assert_int_equal(symlink("/nonexistent", p->b), 0);
    assert_fails(file_set_commit(&set, &err), &err, SEVK_HOST, "File exists");
    file_set_drop(&set);
    assert_int_equal(access(p->a, F_OK), -1);
    assert_int_equal(access(p->c, F_OK), -1);
    assert_int_equal(temp_dir_count(&p->dir), 1);
    assert_int_equal(unlink(p->b), 0);
}

static void test_a_name_that_is_taken_meanwhile_takes_back_the_others(
    void **state)
{
    lose_a_race(*state);
    names_are_needed = true;
    lose_a_race(*state);
}

static void test_the_same_holds_where_renames_know_no_flags(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { 0 };

    renames_know_no_flags = true;
    names_are_needed = true;
    lose_a_race(p);
    add(&set, p->a, "one");
    assert_true(file_set_commit(&set, NULL));
    assert_content(p->a, "one");
    assert_int_equal(temp_dir_count(&p->dir), 1);
}

static void test_a_file_that_fails_to_be_added_leaves_none(void **state)
{
    const struct place *p = *state;
    static const uint8_t large[8192];
    struct sevk_error err;

    {
        OWN(file_set_drop) struct file_set set = { 0 };
        bool done;

        add(&set, p->a, "one");
        set_disk_full_after(4096);
        done = file_set_add(&set, p->b, 0600, BYTES_OF(large), &err);
        set_disk_full_after(RLIM_INFINITY);
        assert_false(done);
    }
    assert_int_equal(temp_dir_count(&p->dir), 0);
}

static void test_a_set_has_each_name_once(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { .replace = true };
    struct sevk_error err;

    add(&set, p->a, "one");
    assert_fails(file_set_add(&set, p->a, 0600, bytes_of_string("two"), &err),
                 &err, SEVK_USAGE, "can't hold two things");
    assert_int_equal(temp_dir_count(&p->dir), 0);
    assert_true(file_set_commit(&set, NULL));
    assert_content(p->a, "one");
}

static void test_a_replacing_set_puts_new_in_place_of_old(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { .replace = true };

    put(p->a, "old");
    add(&set, p->a, "new");
    add(&set, p->b, "more");
    assert_content(p->a, "old");
    assert_true(file_set_commit(&set, NULL));
    assert_content(p->a, "new");
    assert_content(p->b, "more");
}

static void test_a_set_has_room_for_so_many(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { 0 };
    struct sevk_error err;

    for (int i = 0; i < FILE_SET_MAX; i++) {
        OWN(own_free) char *path = NULL;

        assert_true(asprintf(&path, "%s%d", p->a, i) > 0);
        add(&set, path, "x");
    }
    assert_fails(file_set_add(&set, p->b, 0600, bytes_of_string("x"), &err),
                 &err, SEVK_HOST, "no room");
    assert_true(file_set_commit(&set, NULL));
    assert_int_equal(temp_dir_count(&p->dir), FILE_SET_MAX);
}

static void test_a_secret_is_written_for_its_owner_alone(void **state)
{
    const struct place *p = *state;
    OWN(file_set_drop) struct file_set set = { 0 };
    mode_t before = umask(0);
    struct stat st;
    SECRET(key);

    assert_true(secret_copy(&key, bytes_of_string("0123456789abcdef"), NULL));
    assert_true(file_set_add_secret(&set, p->a, &key, NULL));
    assert_true(file_set_commit(&set, NULL));
    umask(before);
    assert_content(p->a, "0123456789abcdef");
    assert_int_equal(stat(p->a, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_interruptions_and_pieces_make_no_difference(void **state)
{
    const struct place *p = *state;
    OWN(buf_free) struct buf out = { 0 };
    struct keeper k = { 0 };
    SECRET(s);

    interruptions = 2;
    piece_max = 3;
    put(p->a, "0123456789");
    assert_int_equal(interruptions, 0);
    interruptions = 2;
    assert_true(file_read(p->a, 10, "x", &out, NULL));
    assert_string_equal(buf_string(&out), "0123456789");
    interruptions = 2;
    assert_true(
        file_stream(p->a, 10, "x", (struct file_sink){ keep, &k }, NULL));
    assert_string_equal(buf_string(&k.all), "0123456789");
    buf_free(&k.all);
    interruptions = 2;
    assert_true(secret_read_file(&s, p->a, 10, 10, "x", NULL));
    assert_bytes_equal(secret_expose(&s), bytes_of_string("0123456789"));
    assert_int_equal(interruptions, 0);
}

static void test_names_without_a_directory_are_of_the_current_one(void **state)
{
    const struct place *p = *state;
    char before[4096];

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(p->dir.path), 0);
    put("a", "here");
    assert_int_equal(chdir(before), 0);
    assert_content(p->a, "here");
}

static void test_a_device_without_room_is_told(void **state)
{
    OWN(own_close) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct sevk_error err;

    (void)state;
    assert_fails(fd_write_all(fd, bytes_of_string("x"), "/dev/full", &err),
                 &err, SEVK_HOST, "No space left");
    assert_true(fd_write_all(fd, (struct bytes){ 0 }, "/dev/full", NULL));
}

static void test_paths_are_joined_with_a_slash(void **state)
{
    OWN(own_free) char *path = NULL;

    (void)state;
    assert_true(path_join("dir", "name", &path, NULL));
    assert_string_equal(path, "dir/name");
}

#define in_place(test)                                                         \
    cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(test_what_can_not_be_read_is_told),
        in_place(test_a_longer_file_than_allowed_is_refused),
        in_place(test_reading_takes_the_place_of_what_was_there),
        in_place(test_a_pipe_is_read_to_its_end),
        in_place(test_a_stream_gives_the_file_in_order),
        in_place(test_a_stream_ends_at_its_limit_and_at_the_sinks_will),
        in_place(test_replacing_sets_content_and_mode),
        in_place(test_replacing_a_link_leaves_what_it_points_to),
        in_place(test_a_full_disk_leaves_the_old_file),
        in_place(test_a_failing_fsync_leaves_the_old_file),
        in_place(test_what_is_no_file_is_not_replaced),
        in_place(test_a_directory_in_the_way_is_told),
        in_place(test_a_foreign_temporary_file_is_not_touched),
        in_place(test_a_hundred_foreign_temporary_files_are_enough),
        in_place(test_a_set_appears_at_its_commit),
        in_place(test_a_set_that_is_dropped_leaves_nothing),
        in_place(test_who_is_killed_leaves_nothing),
        in_place(test_files_are_written_where_all_need_names),
        in_place(test_a_name_that_exists_is_refused),
        in_place(test_a_name_that_is_taken_meanwhile_takes_back_the_others),
        in_place(test_the_same_holds_where_renames_know_no_flags),
        in_place(test_a_file_that_fails_to_be_added_leaves_none),
        in_place(test_a_set_has_each_name_once),
        in_place(test_a_replacing_set_puts_new_in_place_of_old),
        in_place(test_a_set_has_room_for_so_many),
        in_place(test_a_secret_is_written_for_its_owner_alone),
        in_place(test_interruptions_and_pieces_make_no_difference),
        in_place(test_names_without_a_directory_are_of_the_current_one),
        cmocka_unit_test(test_a_device_without_room_is_told),
        cmocka_unit_test(test_paths_are_joined_with_a_slash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
