/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of layout_remove.c: what is removed, and what is not. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lab/layout.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void removing_takes_what_is_a_labs_and_nothing_else(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *deep = temp_dir_path(&dir, "lab/libvirt/etc/a/b/c");
    OWN(own_free) char *lab = temp_dir_path(&dir, "lab");
    OWN(own_free) char *outside = temp_dir_write(&dir, "x", bytes_make("", 0));
    OWN(own_free) char *link = temp_dir_path(&dir, "lab/libvirt/etc/a/link");
    OWN(own_free) char *dir_link = temp_dir_path(&dir, "lab/run");
    OWN(own_free) char *kept = temp_dir_path(&dir, "keep");
    OWN(own_free) char *in_kept = temp_dir_path(&dir, "keep/file");
    struct sevk_error err;

    (void)state;
    assert_works(path_make_dirs(deep, &err), &err);
    assert_works(path_make_dirs(in_kept, &err), &err);
    assert_int_equal(symlink(outside, link), 0);
    assert_int_equal(symlink(kept, dir_link), 0);
    assert_works(layout_remove(lab, false, &err), &err);
    assert_int_not_equal(access(lab, F_OK), 0);
    assert_int_equal(access(outside, F_OK), 0);
    assert_int_equal(access(in_kept, F_OK), 0);
}

static void files_that_are_not_a_labs_stay(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *lab = temp_dir_write(&dir, "lab", bytes_make("", 0));
    OWN(own_free) char *mine = temp_dir_write(&dir, "mine", bytes_make("", 0));
    struct sevk_error err;

    (void)state;
    assert_works(layout_remove(dir.path, false, &err), &err);
    assert_int_not_equal(access(lab, F_OK), 0);
    assert_int_equal(access(mine, F_OK), 0);
}

static void a_platform_is_kept_when_asked_for(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *platform = temp_dir_path(&dir, "platform/x");
    OWN(own_free) char *run = temp_dir_path(&dir, "run/x");
    struct sevk_error err;

    (void)state;
    assert_works(path_make_dirs(platform, &err), &err);
    assert_works(path_make_dirs(run, &err), &err);
    assert_works(layout_remove(dir.path, true, &err), &err);
    assert_int_equal(temp_dir_count(&dir), 1);
    assert_int_equal(access(platform, F_OK), 0);
}

static void removing_what_is_not_there_is_no_error(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_works(layout_remove("/no/such/lab", false, &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removing_takes_what_is_a_labs_and_nothing_else),
        cmocka_unit_test(files_that_are_not_a_labs_stay),
        cmocka_unit_test(a_platform_is_kept_when_asked_for),
        cmocka_unit_test(removing_what_is_not_there_is_no_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
