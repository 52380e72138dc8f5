/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of programs and their libraries. */
#include "image/programs.h"

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static bool has_part(const struct cpio *cpio, const char *part)
{
    for (size_t i = 0; i < cpio->n; i++) {
        if (strstr(cpio->entries[i].path, part) != NULL) {
            return true;
        }
    }
    return false;
}

static void a_program_comes_with_its_libraries(void **state)
{
    OWN(cpio_free) struct cpio cpio = { 0 };
    struct sevk_error err = { 0 };
    size_t n;

    (void)state;
    assert_works(programs_add(&cpio, "shell", "/bin/sh", &err), &err);
    assert_true(cpio_has(&cpio, "bin/shell"));
    assert_true(has_part(&cpio, "/libc.so.6"));
    assert_true(has_part(&cpio, "ld-linux"));
    n = cpio.n;
    assert_works(programs_add(&cpio, "other", "/bin/sh", &err), &err);
    assert_int_equal(cpio.n, n + 1); /* the libraries are there already */
}

static void a_library_is_looked_for_beside_the_others(void **state)
{
    OWN(cpio_free) struct cpio cpio = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_fails(programs_add_library(&cpio, "libm.so.6", &err), &err,
                 SEVK_HOST, "beside the others");
    assert_works(programs_add(&cpio, "sh", "/bin/sh", &err), &err);
    assert_works(programs_add_library(&cpio, "libm.so.6", &err), &err);
    assert_true(has_part(&cpio, "/libm.so.6"));
    assert_fails(programs_add_library(&cpio, "libnone.so.1", &err), &err,
                 SEVK_HOST, "'libnone.so.1'");
}

static void what_is_no_program_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *text = temp_dir_write(&dir, "text", bytes_of_string("#!/bin/sh\n"));
    OWN(cpio_free) struct cpio cpio = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(programs_add(&cpio, "x", text, &err), &err, SEVK_INPUT,
                 "no 64-bit ELF file");
    assert_fails(programs_add(&cpio, "x", "/nonexistent", &err), &err,
                 SEVK_INPUT, "/nonexistent");
    assert_int_equal(cpio.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_comes_with_its_libraries),
        cmocka_unit_test(a_library_is_looked_for_beside_the_others),
        cmocka_unit_test(what_is_no_program_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
