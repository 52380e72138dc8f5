/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of daemon.c: sockets, URIs, why it died, and its environment. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lab/daemon.h"
#include "lab/layout.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void the_uri_says_which_instance_and_where(void **state)
{
    char uri[LAB_URI_LEN];

    (void)state;
    daemon_uri("/run/sevkit-lab", true, uri);
    assert_string_equal(uri, "qemu+unix:///system?socket=/run/sevkit-lab/"
                             "libvirt/run/libvirt-sock");
    daemon_uri("/tmp/l", false, uri);
    assert_string_equal(
        uri, "qemu+unix:///session?socket=/tmp/l/r/libvirt/libvirt-sock");
}

static void only_a_listening_socket_answers(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "s");
    OWN(own_close) int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    (void)state;
    strcpy(address.sun_path, path);
    assert_false(daemon_socket_answers(path));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_false(daemon_socket_answers(path));
    assert_int_equal(listen(fd, 1), 0);
    assert_true(daemon_socket_answers(path));
    own_close(&fd);
    assert_false(daemon_socket_answers(path));
}

static void a_path_too_long_for_a_socket_does_not_answer(void **state)
{
    char path[300];

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_false(daemon_socket_answers(path));
}

static struct plan plan_in(const struct temp_dir *dir)
{
    struct plan plan = { .system = false };
    struct sevk_error err;
    char log[LAB_PATH_LEN];

    strcpy(plan.dir, dir->path);
    layout_path(plan.dir, LAB_LOG, log);
    assert_works(path_make_dirs(log, &err), &err);
    return plan;
}

static void its_last_words_are_the_reason(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir);
    struct sevk_error err;

    (void)state;
    assert_fails(daemon_why(&plan, &err), &err, SEVK_HOST, "logged nothing");
    OWN(own_free)
    char *output = temp_dir_write(&dir, LAB_OUTPUT_LOG,
                                  bytes_of_string("one\ncan't be run\n"));
    assert_non_null(output);
    assert_fails(daemon_why(&plan, &err), &err, SEVK_HOST,
                 "did not start: can't be run");
    OWN(own_free)
    char *log = temp_dir_write(&dir, LAB_LIBVIRTD_LOG,
                               bytes_of_string("first\nlast words"));
    assert_non_null(log);
    assert_fails(daemon_why(&plan, &err), &err, SEVK_HOST,
                 "did not start: last words");
}

static void the_reason_is_the_message_before_the_general_one(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir);
    struct sevk_error err;

    (void)state;
    OWN(own_free)
    char *log = temp_dir_write(
        &dir, LAB_LIBVIRTD_LOG,
        bytes_of_string(
            "2026-11-23 01:12:29.451+0000: 664: error : "
            "virGetUserID:760 : invalid argument: no user\n"
            "2026-11-23 01:12:29.451+0000: 664: error : "
            "virStateInitialize:660 : QEMU failed: a : b\n\n"
            "2026-11-23 01:12:29.451+0000: 664: error : "
            "daemonRunStateInit:616 : Driver state initialization failed\n"));
    assert_non_null(log);
    assert_fails(daemon_why(&plan, &err), &err, SEVK_HOST,
                 "did not start: QEMU failed: a : b");
}

/* Runs a script as "libvirtd", which writes what it sees to DIR/seen. */
static char *run_as_libvirtd(const struct temp_dir *dir, struct plan *plan,
                             const char *script)
{
    OWN(own_free) char *seen = temp_dir_path(dir, "seen");
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;
    char whole[512];
    pid_t pid;
    int status;

    snprintf(whole, sizeof(whole), "#!/bin/sh\n(%s) >%s\n", script, seen);
    OWN(own_free)
    char *program = temp_dir_write(dir, "libvirtd", bytes_of_string(whole));
    assert_int_equal(chmod(program, 0700), 0);
    strcpy(plan->programs.libvirtd, program);
    assert_works(daemon_start(plan, &pid, &err), &err);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_works(file_read(seen, 1 << 20, "file", &text, &err), &err);
    return strdup(buf_string(&text));
}

static void expect_line(const char *text, const char *dir, const char *before,
                        const char *after)
{
    char line[512];

    snprintf(line, sizeof(line), "\n%s%s%s\n", before, dir, after);
    if (strstr(text, line) == NULL) {
        fail_msg("no line '%s' in:\n%s", line + 1, text);
    }
}

static void it_inherits_nothing_and_is_led_to_the_lab(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir);

    (void)state;
    setenv("SEVKIT_TEST_OF_THE_USER", "x", 1);
    setenv("XDG_CONFIG_HOME", "/home/user/.config", 1);
    OWN(own_free) char *text = run_as_libvirtd(&dir, &plan, "echo; env");
    assert_null(strstr(text, "SEVKIT_TEST_OF_THE_USER"));
    assert_null(strstr(text, "/home/user"));
    expect_line(text, dir.path, "XDG_CONFIG_HOME=", "/c");
    expect_line(text, dir.path, "XDG_RUNTIME_DIR=", "/r");
    expect_line(text, dir.path, "HOME=", "/h");
    expect_line(text, dir.path, "LD_PRELOAD=", "/bin/libvirtd-preload.so");
    expect_line(text, "", "DBUS_SYSTEM_BUS_ADDRESS=unix:path=", "/nonexistent");
    OWN(own_free) char *path = NULL;
    assert_true(asprintf(&path, "\nPATH=%s/bin:/", dir.path) > 0);
    assert_non_null(strstr(text, path));
}

static void a_system_instance_has_no_xdg_directories(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir);

    (void)state;
    plan.system = true;
    OWN(own_free) char *text = run_as_libvirtd(&dir, &plan, "echo; env");
    assert_null(strstr(text, "XDG_"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_uri_says_which_instance_and_where),
        cmocka_unit_test(only_a_listening_socket_answers),
        cmocka_unit_test(a_path_too_long_for_a_socket_does_not_answer),
        cmocka_unit_test(its_last_words_are_the_reason),
        cmocka_unit_test(the_reason_is_the_message_before_the_general_one),
        cmocka_unit_test(it_inherits_nothing_and_is_led_to_the_lab),
        cmocka_unit_test(a_system_instance_has_no_xdg_directories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
