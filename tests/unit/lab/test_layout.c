/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of layout.c: places, locks, and what is removed and what is not. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "lab/layout.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void places_that_can_not_serve_are_refused(void **state)
{
    static const struct {
        const char *dir;
        const char *why;
    } cases[] = {
        { "", "no directory" },
        { "/", "can't be in /" },
        { "/no/such/parent/lab", "can't be made in" },
        { "/tmp/01234567890123456789012345678901234567890", "too long" },
        { "/tmp/a b", "letters" },
        { "/tmp/a:b", "letters" },
        { "/tmp/a\nb", "letters" },
        { "/tmp/a?b", "letters" },
        { "/tmp/a\"b", "letters" },
        { "/etc/lab", "can't be in /etc" },
        { "/etc", "can't be in /etc" },
        { "/proc/lab", "can't be in /proc" },
        { "/tmp/../etc/lab", "can't be in /etc" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        char dir[LAB_PATH_LEN] = "untouched";
        struct sevk_error err;

        assert_fails(layout_resolve(cases[i].dir, dir, &err), &err, SEVK_USAGE,
                     cases[i].why);
        assert_string_equal(dir, "untouched");
    }
}

static void the_longest_directory_still_holds_the_longest_socket(void **state)
{
    char dir[LAB_PATH_LEN] = "/tmp/";
    char resolved[LAB_PATH_LEN];
    struct sevk_error err;
    const char *longest = "/c/libvirt/qemu/lib/"
                          "domain-12345-abcdefghijklmnopqrst/monitor.sock";

    (void)state;
    memset(dir + 5, 'x', LAB_DIR_MAX - 5);
    assert_works(layout_resolve(dir, resolved, &err), &err);
    assert_string_equal(resolved, dir);
    assert_true(strlen(resolved) + strlen(longest) < 108);
    dir[LAB_DIR_MAX] = 'x';
    assert_fails(layout_resolve(dir, resolved, &err), &err, SEVK_USAGE,
                 "too long");
}

static void paths_become_canonical_whether_or_not_they_exist(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *real = temp_dir_path(&dir, "r");
    OWN(own_free) char *link = temp_dir_path(&dir, "l");
    OWN(own_free) char *below = temp_dir_path(&dir, "l/./x/");
    char resolved[LAB_PATH_LEN];
    char expected[LAB_PATH_LEN];
    struct sevk_error err;

    (void)state;
    assert_int_equal(mkdir(real, 0700), 0);
    assert_int_equal(symlink("r", link), 0);
    assert_works(layout_resolve(link, resolved, &err), &err);
    assert_string_equal(resolved, real);
    snprintf(expected, sizeof(expected), "%s/x", real);
    assert_works(layout_resolve(below, resolved, &err), &err);
    assert_string_equal(resolved, expected);
}

static void a_directory_of_others_is_not_taken(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *open_one = temp_dir_path(&dir, "open");
    OWN(own_free) char *link = temp_dir_path(&dir, "link");
    OWN(own_free) char *file = temp_dir_write(&dir, "file", bytes_make("", 0));
    struct sevk_error err;

    (void)state;
    assert_int_equal(mkdir(open_one, 0700), 0);
    assert_int_equal(symlink("open", link), 0);
    assert_fails(layout_make_dir(link, &err), &err, SEVK_USAGE,
                 "not a directory");
    assert_fails(layout_make_dir(file, &err), &err, SEVK_USAGE,
                 "not a directory");
    assert_int_equal(chmod(open_one, 0770), 0);
    assert_fails(layout_make_dir(open_one, &err), &err, SEVK_USAGE,
                 "others could write");
}

static void a_new_directory_is_ours_alone(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *lab = temp_dir_path(&dir, "lab");
    struct sevk_error err;
    struct stat st;

    (void)state;
    assert_works(layout_make_dir(lab, &err), &err);
    assert_int_equal(stat(lab, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_works(layout_make_dir(lab, &err), &err);
}

static void a_directory_with_other_files_is_not_taken(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *platform = temp_dir_path(&dir, "platform");
    struct sevk_error err;

    (void)state;
    assert_int_equal(mkdir(platform, 0700), 0);
    assert_works(layout_make_dir(dir.path, &err), &err);
    OWN(own_free) char *file = temp_dir_write(&dir, "mine", bytes_make("", 0));
    assert_non_null(file);
    assert_fails(layout_make_dir(dir.path, &err), &err, SEVK_USAGE, "'mine'");
}

static void a_lock_is_held_once_and_across_a_fork(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err;
    int first = -1;
    int second = -1;

    (void)state;
    assert_works(layout_lock(dir.path, &first, &err), &err);
    assert_true(first >= 0);
    assert_works(layout_lock(dir.path, &second, &err), &err);
    assert_int_equal(second, -1);
    int shared = dup(first); /* as a fork has it */
    close(first);
    assert_works(layout_lock(dir.path, &second, &err), &err);
    assert_int_equal(second, -1);
    close(shared);
    assert_works(layout_lock(dir.path, &second, &err), &err);
    assert_true(second >= 0);
    close(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_that_can_not_serve_are_refused),
        cmocka_unit_test(the_longest_directory_still_holds_the_longest_socket),
        cmocka_unit_test(paths_become_canonical_whether_or_not_they_exist),
        cmocka_unit_test(a_directory_of_others_is_not_taken),
        cmocka_unit_test(a_new_directory_is_ours_alone),
        cmocka_unit_test(a_directory_with_other_files_is_not_taken),
        cmocka_unit_test(a_lock_is_held_once_and_across_a_fork),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
