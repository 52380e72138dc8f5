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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_directory_depends_on_who_asks),
        cmocka_unit_test(where_no_lab_is_there_is_nothing_to_stop),
        cmocka_unit_test(a_lab_without_its_supervisor_is_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
