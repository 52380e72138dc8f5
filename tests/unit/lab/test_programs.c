/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of programs.c: what is found in a PATH, and what is not. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "lab/programs.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void what_can_not_be_run_is_not_found(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *file = temp_dir_write(&dir, "plain", bytes_make("", 0));
    OWN(own_free) char *sub = temp_dir_path(&dir, "directory");
    char found[PROGRAM_PATH_LEN] = "untouched";

    (void)state;
    assert_non_null(file);
    assert_int_equal(mkdir(sub, 0755), 0);
    assert_false(programs_in_path("plain", dir.path, found));
    assert_false(programs_in_path("directory", dir.path, found));
    assert_false(programs_in_path("absent", dir.path, found));
    assert_false(programs_in_path("sh", NULL, found));
    assert_false(programs_in_path("sh", "", found));
    assert_string_equal(found, "untouched");
}

static void the_current_directory_is_never_searched(void **state)
{
    static const char *const paths[] = { ":", "::", ".", "bin", ":bin:." };
    char found[PROGRAM_PATH_LEN];

    (void)state;
    assert_int_equal(chdir("/"), 0);
    for (size_t i = 0; i < N_OF(paths); i++) {
        assert_false(programs_in_path("bin/sh", paths[i], found));
        assert_false(programs_in_path("sh", paths[i], found));
    }
}

static void the_first_of_several_is_found(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *file = temp_dir_write(&dir, "sh", bytes_make("", 0));
    char path[256];
    char found[PROGRAM_PATH_LEN];

    (void)state;
    snprintf(path, sizeof(path), "/no/such:%s::/bin", dir.path);
    assert_true(programs_in_path("sh", path, found));
    assert_string_equal(found, "/bin/sh");
    assert_int_equal(chmod(file, 0755), 0);
    assert_true(programs_in_path("sh", path, found));
    assert_string_equal(found, file);
}

static void a_path_that_is_too_long_is_passed_over(void **state)
{
    char path[PROGRAM_PATH_LEN + 64];
    char found[PROGRAM_PATH_LEN];

    (void)state;
    memset(path, '/', PROGRAM_PATH_LEN);
    strcpy(path + PROGRAM_PATH_LEN, ":/bin");
    assert_true(programs_in_path("sh", path, found));
    assert_string_equal(found, "/bin/sh");
}

static void this_program_has_a_directory(void **state)
{
    char dir[PROGRAM_PATH_LEN];
    struct sevk_error err;
    struct stat st;

    (void)state;
    assert_works(programs_own_dir(dir, &err), &err);
    assert_int_equal(stat(dir, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_not_be_run_is_not_found),
        cmocka_unit_test(the_current_directory_is_never_searched),
        cmocka_unit_test(the_first_of_several_is_found),
        cmocka_unit_test(a_path_that_is_too_long_is_passed_over),
        cmocka_unit_test(this_program_has_a_directory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
