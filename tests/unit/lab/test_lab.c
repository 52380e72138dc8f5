/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lab.c without libvirtd; the scenario lab-life is with it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "lab/lab.h"
#include "lab/layout.h"
#include "lab/record.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void the_usual_directory_depends_on_who_asks(void **state)
{
    OWN(temp_dir_drop) struct temp_dir runtime = temp_dir_make();
    char dir[LAB_PATH_LEN];
    char expected[LAB_PATH_LEN];
    struct sevk_error err;

    (void)state;
    setenv("XDG_RUNTIME_DIR", runtime.path, 1);
    assert_works(lab_default_dir(dir, &err), &err);
    snprintf(expected, sizeof(expected), "%s/sevkit-lab", runtime.path);
    assert_string_equal(dir, geteuid() == 0 ? "/run/sevkit-lab" : expected);
    if (geteuid() == 0) {
        return;
    }
    /* Somebody else's, as after su: a directory of its own instead. */
    setenv("XDG_RUNTIME_DIR", "/", 1);
    assert_works(lab_default_dir(dir, &err), &err);
    snprintf(expected, sizeof(expected), "/tmp/sevkit-lab-%u", geteuid());
    assert_string_equal(dir, expected);
}

static void where_no_lab_is_there_is_nothing_to_stop(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *mine = temp_dir_write(&dir, "run", bytes_make("", 0));
    OWN(lab_status_clear) struct lab_status status = { 0 };
    struct sevk_error err;
    bool was_there = true;

    (void)state;
    assert_works(lab_stop(dir.path, false, &was_there, &err), &err);
    assert_false(was_there);
    assert_int_equal(access(mine, F_OK), 0);
    assert_works(lab_status_read(dir.path, &status, &err), &err);
    assert_int_equal(status.state, LAB_STOPPED);
    assert_int_equal(status.supervisor, 0);
    assert_string_equal(status.dir, dir.path);
}

static void write_record(const char *dir, struct process supervisor)
{
    struct record record = { .platform = "/p", .supervisor = supervisor };
    struct sevk_error err;

    assert_works(record_write(dir, &record, &err), &err);
}

static void a_lab_without_its_supervisor_is_broken(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(lab_status_clear) struct lab_status status = { 0 };
    struct lab_environment environment;
    struct sevk_error err;
    bool was_there = false;

    (void)state;
    /* This process has that id, but was not started at tick 1. */
    write_record(dir.path, (struct process){ getpid(), 1 });
    assert_works(lab_status_read(dir.path, &status, &err), &err);
    assert_int_equal(status.state, LAB_BROKEN);
    assert_fails(lab_environment_make(&status, &environment, &err), &err,
                 SEVK_REFUSED, "crashed");
    assert_works(lab_stop(dir.path, false, &was_there, &err), &err);
    assert_true(was_there);
    assert_int_not_equal(access(dir.path, F_OK), 0);
}

static void domains_are_those_whose_process_is_there(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *pids = temp_dir_path(&dir, LAB_SESSION_PIDS);
    OWN(lab_status_clear) struct lab_status status = { 0 };
    struct process self;
    struct sevk_error err;
    char number[32];

    (void)state;
    assert_works(layout_mkdirs(pids, &err), &err);
    assert_true(process_find(getpid(), &self));
    write_record(dir.path, self);
    snprintf(number, sizeof(number), "%d\n", (int)getpid());
    static const struct {
        const char *name;
        const char *content; /* NULL: this process */
    } files[] = {
        { LAB_SESSION_PIDS "/alive.pid", NULL },
        { LAB_SESSION_PIDS "/dead.pid", "999999999" },
        { LAB_SESSION_PIDS "/odd.pid", "x" },
        { LAB_SESSION_PIDS "/empty.pid", "" },
        { LAB_SESSION_PIDS "/.pid", NULL },
        { LAB_SESSION_PIDS "/driver.pid", NULL },
        { LAB_SESSION_PIDS "/alive.xml", NULL },
    };
    for (size_t i = 0; i < N_OF(files); i++) {
        const char *content = files[i].content;
        OWN(own_free)
        char *path =
            temp_dir_write(&dir, files[i].name,
                           bytes_of_string(content == NULL ? number : content));

        assert_non_null(path);
    }
    assert_works(lab_status_read(dir.path, &status, &err), &err);
    assert_int_equal(status.state, LAB_RUNNING);
    assert_int_equal(status.n_domains, 1);
    assert_string_equal(status.domains[0].name, "alive");
    assert_int_equal(status.domains[0].pid, getpid());
}

static struct lab_status running(void)
{
    struct lab_status status = { .state = LAB_RUNNING };

    strcpy(status.dir, "/l");
    strcpy(status.uri, "qemu+unix:///x");
    strcpy(status.platform, "/p");
    return status;
}

static void a_command_needs_a_lab(void **state)
{
    struct lab_status status = running();
    struct lab_environment environment;
    struct sevk_error err;

    (void)state;
    status.state = LAB_STOPPED;
    assert_fails(lab_environment_make(&status, &environment, &err), &err,
                 SEVK_REFUSED, "sevkit lab start");
}

static void the_environment_keeps_the_original_programs_in_front(void **state)
{
    struct lab_status status = running();
    OWN(lab_environment_clear) struct lab_environment e = { 0 };
    struct sevk_error err;

    (void)state;
    setenv("PATH", "/usr/bin:/bin", 1);
    assert_works(lab_environment_make(&status, &e, &err), &err);
    for (size_t i = 0; i < LAB_VARIABLES; i++) {
        const char *name = e.variables[i].name;
        const char *value = e.variables[i].value;

        if (strcmp(name, "PATH") == 0) {
            assert_int_equal(strncmp(value, "/l/tools:/usr/bin:/bin:/", 24), 0);
        } else if (strcmp(name, "SEVKIT_LAB") == 0) {
            assert_string_equal(value, "/l");
        } else if (strcmp(name, "SEVKIT_PLATFORM") == 0) {
            assert_string_equal(value, "/p");
        } else {
            assert_string_equal(value, "qemu+unix:///x");
        }
    }
}

static void a_command_that_is_not_there_is_named(void **state)
{
    struct lab_status status = running();
    char absent[] = "/no/such/command";
    char *argv[] = { absent, NULL };
    struct sevk_error err;

    (void)state;
    assert_fails(lab_run(&status, argv, &err), &err, SEVK_USAGE, absent);
    assert_fails(lab_run(&status, argv + 1, &err), &err, SEVK_USAGE,
                 "no command");
}

static void a_command_replaces_this_process(void **state)
{
    struct lab_status status = running();
    int code;

    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        char shell[] = "sh";
        char option[] = "-c";
        char script[] = "test \"$LIBVIRT_DEFAULT_URI\" = qemu+unix:///x && "
                        "exit 37";
        char *argv[] = { shell, option, script, NULL };

        _exit(lab_run(&status, argv, NULL) ? 1 : 2);
    }
    assert_int_equal(waitpid(pid, &code, 0), pid);
    assert_true(WIFEXITED(code));
    assert_int_equal(WEXITSTATUS(code), 37);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_directory_depends_on_who_asks),
        cmocka_unit_test(where_no_lab_is_there_is_nothing_to_stop),
        cmocka_unit_test(a_lab_without_its_supervisor_is_broken),
        cmocka_unit_test(domains_are_those_whose_process_is_there),
        cmocka_unit_test(a_command_needs_a_lab),
        cmocka_unit_test(the_environment_keeps_the_original_programs_in_front),
        cmocka_unit_test(a_command_that_is_not_there_is_named),
        cmocka_unit_test(a_command_replaces_this_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
