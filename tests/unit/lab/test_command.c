/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of command.c: what a command sees, and that it is itself. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "lab/lab.h"
#include "lib/unit.h"

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
    assert_fails(lab_run(&status, false, argv, &err), &err, SEVK_USAGE, absent);
    assert_fails(lab_run(&status, false, argv + 1, &err), &err, SEVK_USAGE,
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

        _exit(lab_run(&status, false, argv, NULL) ? 1 : 2);
    }
    assert_int_equal(waitpid(pid, &code, 0), pid);
    assert_true(WIFEXITED(code));
    assert_int_equal(WEXITSTATUS(code), 37);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_needs_a_lab),
        cmocka_unit_test(the_environment_keeps_the_original_programs_in_front),
        cmocka_unit_test(a_command_that_is_not_there_is_named),
        cmocka_unit_test(a_command_replaces_this_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
