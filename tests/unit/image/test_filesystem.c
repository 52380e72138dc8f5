/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a file system's size, and of what can't become one. */
#include "image/filesystem.h"

#include <sys/stat.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

#define MIB (UINT64_C(1) << 20)

/* A root of one file, made into "fs" beside it. */
static bool make(const struct temp_dir *dir, uint64_t size, uint64_t *ret,
                 struct sevk_error *err)
{
    OWN(own_free) char *from = temp_dir_path(dir, "root");
    OWN(own_free) char *to = temp_dir_path(dir, "fs");

    if (mkdir(from, 0700) == 0) {
        free(temp_dir_write(dir, "root/file", bytes_of_string("content")));
    }
    return filesystem_make(from, to, dir->path, size, ret, err);
}

static void sizes_out_of_range_are_refused(void **state)
{
    static const uint64_t sizes[] = { 1, 15 * MIB, 16 * MIB + 1,
                                      (UINT64_C(1) << 40) + MIB };
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct sevk_error err;
    uint64_t size = 0;

    (void)state;
    for (size_t i = 0; i < N_OF(sizes); i++) {
        assert_fails(make(&dir, sizes[i], &size, &err), &err, SEVK_USAGE,
                     "MiB");
    }
    assert_int_equal(size, 0);
}

static void a_root_that_is_not_there_is_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *to = temp_dir_path(&dir, "fs");
    struct sevk_error err;
    uint64_t size;

    (void)state;
    assert_fails(filesystem_make("/nonexistent", to, dir.path, 0, &size, &err),
                 &err, SEVK_INPUT, "root '/nonexistent'");
}

static void without_a_size_there_is_room_to_grow(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *to = temp_dir_path(&dir, "fs");
    struct sevk_error err = { 0 };
    struct stat st;
    uint64_t size = 0;

    (void)state;
    assert_works(make(&dir, 0, &size, &err), &err);
    assert_int_equal(size, 64 * MIB);
    assert_int_equal(stat(to, &st), 0);
    assert_int_equal(st.st_size, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_out_of_range_are_refused),
        cmocka_unit_test(a_root_that_is_not_there_is_named),
        cmocka_unit_test(without_a_size_there_is_room_to_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
