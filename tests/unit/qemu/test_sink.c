/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of qemu/sink.c. */
#include "lib/unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "qemu/sink.h"

#define LEN ((size_t)300 * 1000) /* more than a pipe holds */

static void a_file_is_made_or_cut(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "out");
    struct sevk_error err;

    (void)state;
    for (int i = 0; i < 2; i++) {
        OWN(sink_close) struct sink sink = SINK_NONE;
        OWN(buf_free) struct buf content = { 0 };
        struct stat st;

        assert_works(sink_open(path, -1, &sink, &err), &err);
        assert_works(
            sink_write(&sink, bytes_of_string(i == 0 ? "longer" : "s"), &err),
            &err);
        assert_works(file_read(path, 100, "file", &content, &err), &err);
        assert_string_equal(buf_string(&content), i == 0 ? "longer" : "s");
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

static void a_file_that_can_not_be_made_is_named(void **state)
{
    struct sink sink = SINK_NONE;
    struct sevk_error err;

    (void)state;
    assert_fails(sink_open("/nowhere/at/all", -1, &sink, &err), &err, SEVK_HOST,
                 "could not open '/nowhere/at/all'");
    assert_int_equal(sink.fd, -1);
}

struct reader {
    int fd;
    size_t n;
};

static void *read_all(void *arg)
{
    struct reader *r = arg;
    uint8_t piece[1000];
    ssize_t n;

    while ((n = read(r->fd, piece, sizeof piece)) > 0) {
        r->n += (size_t)n;
    }
    return NULL;
}

static void a_pipe_takes_what_it_can(void **state)
{
    OWN(sink_close) struct sink sink = SINK_NONE;
    OWN(own_free) uint8_t *data = calloc(1, LEN);
    int ends[2];
    struct reader reader = { 0 };
    pthread_t thread;
    struct sevk_error err;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    reader.fd = ends[0];
    assert_works(sink_take(&ends[1], -1, &sink, &err), &err);
    assert_int_equal(ends[1], -1);
    assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
    assert_works(sink_write(&sink, bytes_make(data, LEN), &err), &err);
    sink_close(&sink);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(reader.n, LEN);
    close(ends[0]);
}

static void a_reader_that_is_gone_is_an_error(void **state)
{
    OWN(sink_close) struct sink sink = SINK_NONE;
    int ends[2];
    struct sevk_error err;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_works(sink_take(&ends[1], -1, &sink, &err), &err);
    assert_fails(sink_write(&sink, bytes_of_string("x"), &err), &err, SEVK_HOST,
                 "failed to save memory: Broken pipe");
}

static void a_reader_that_does_not_read_does_not_outlive_qemu(void **state)
{
    OWN(sink_close) struct sink sink = SINK_NONE;
    OWN(own_free) uint8_t *data = calloc(1, LEN);
    int ends[2];
    int qemu[2];
    struct sevk_error err;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pipe(qemu), 0);
    close(qemu[1]); /* it has ended */
    assert_works(sink_take(&ends[1], qemu[0], &sink, &err), &err);
    assert_fails(sink_write(&sink, bytes_make(data, LEN), &err), &err,
                 SEVK_HOST, "the guest has ended");
    close(ends[0]);
    close(qemu[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_made_or_cut),
        cmocka_unit_test(a_file_that_can_not_be_made_is_named),
        cmocka_unit_test(a_pipe_takes_what_it_can),
        cmocka_unit_test(a_reader_that_is_gone_is_an_error),
        cmocka_unit_test(a_reader_that_does_not_read_does_not_outlive_qemu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
