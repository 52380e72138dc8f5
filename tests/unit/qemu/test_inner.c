/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets without a name, and with one. */
#include "lib/unit.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "qemu/inner.h"

static void assert_connected(int a, int b)
{
    struct sevk_error err;
    char byte = 0;

    assert_works(fd_write_all(a, bytes_of_string("x"), "socket", &err), &err);
    assert_int_equal(read(b, &byte, 1), 1);
    assert_int_equal(byte, 'x');
}

static void a_socket_without_a_name_is_found(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(inner_close) struct inner inner = INNER_NONE;
    struct sevk_error err;

    (void)state;
    assert_works(inner_open(dir.path, &inner, &err), &err);
    assert_int_equal(temp_dir_count(&dir), 0);
    for (int i = 0; i < 3; i++) {
        OWN(own_close) int client = -1;
        OWN(own_close) int server = -1;

        assert_works(inner_connect(&inner, &client, &err), &err);
        server = accept(inner.listener, NULL, NULL);
        assert_connected(client, server);
    }
}

/* The path of a Unix socket has 107 bytes; a directory's may have more. */
static void the_directorys_path_may_be_long(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(inner_close) struct inner inner = INNER_NONE;
    OWN(own_free) char *deep = temp_dir_path(&dir, "a");
    struct sevk_error err;

    (void)state;
    for (int i = 0; i < 3; i++) {
        char name[101];
        char *deeper = NULL;

        assert_int_equal(mkdir(deep, 0700), 0);
        memset(name, 'n', 100);
        name[100] = '\0';
        assert_works(path_join(deep, name, &deeper, &err), &err);
        free(deep);
        deep = deeper;
    }
    assert_int_equal(mkdir(deep, 0700), 0);
    assert_works(inner_open(deep, &inner, &err), &err);
}

static void a_full_queue_is_no_error(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(inner_close) struct inner inner = INNER_NONE;
    int clients[100];
    size_t n = 0;
    struct sevk_error err;

    (void)state;
    assert_works(inner_open(dir.path, &inner, &err), &err);
    do {
        assert_works(inner_connect(&inner, &clients[n], &err), &err);
    } while (clients[n] >= 0 && ++n < N_OF(clients));
    assert_in_range(n, 1, N_OF(clients) - 1);
    while (n > 0) {
        close(clients[--n]);
    }
}

static void without_qemu_there_is_an_error(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(inner_close) struct inner inner = INNER_NONE;
    int client = -1;
    struct sevk_error err;

    (void)state;
    assert_works(inner_open(dir.path, &inner, &err), &err);
    own_close(&inner.listener);
    assert_fails(inner_connect(&inner, &client, &err), &err, SEVK_HOST,
                 "QEMU's monitor");
    assert_int_equal(client, -1);
}

static void a_missing_directory_is_named(void **state)
{
    struct inner inner = INNER_NONE;
    struct sevk_error err;

    (void)state;
    assert_fails(inner_open("/nowhere", &inner, &err), &err, SEVK_HOST,
                 "run directory '/nowhere'");
    assert_int_equal(inner.listener, -1);
}

static void an_old_socket_is_replaced_but_no_file(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "monitor");
    OWN(own_free)
    char *file = temp_dir_write(&dir, "file", bytes_of_string("keep"));
    OWN(own_close) int first = -1;
    OWN(own_close) int second = -1;
    struct stat st;
    int none = -1;
    struct sevk_error err;

    (void)state;
    assert_works(inner_listen_at(path, &first, &err), &err);
    assert_works(inner_listen_at(path, &second, &err), &err);
    assert_fails(inner_listen_at(file, &none, &err), &err, SEVK_HOST, file);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_size, 4);
}

static void too_long_a_path_is_refused(void **state)
{
    char path[200];
    int fd = -1;
    struct sevk_error err;

    (void)state;
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_fails(inner_listen_at(path, &fd, &err), &err, SEVK_INPUT,
                 "too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_without_a_name_is_found),
        cmocka_unit_test(the_directorys_path_may_be_long),
        cmocka_unit_test(a_full_queue_is_no_error),
        cmocka_unit_test(without_qemu_there_is_an_error),
        cmocka_unit_test(a_missing_directory_is_named),
        cmocka_unit_test(an_old_socket_is_replaced_but_no_file),
        cmocka_unit_test(too_long_a_path_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
