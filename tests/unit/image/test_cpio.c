/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the archive, also with the program cpio. */
#include "image/cpio.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void paths_that_leave_the_archive_are_refused(void **state)
{
    static const char *const paths[] = { "", "/bin/sh" };
    OWN(cpio_free) struct cpio cpio = { 0 };
    OWN(own_free) char *longest = malloc(2000);
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(paths); i++) {
        assert_fails(
            cpio_add_file(&cpio, paths[i], 0644, (struct bytes){ 0 }, &err),
            &err, SEVK_INPUT, "is no path for an initrd");
    }
    memset(longest, 'x', 1999);
    longest[1999] = '\0';
    assert_fails(cpio_add_dir(&cpio, longest, &err), &err, SEVK_INPUT,
                 "is no path for an initrd");
    assert_int_equal(cpio.n, 0);
}

static void a_path_is_there_once(void **state)
{
    OWN(cpio_free) struct cpio cpio = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(cpio_add_link(&cpio, "bin/sh", "busybox", &err), &err);
    assert_fails(
        cpio_add_file(&cpio, "bin/sh", 0755, bytes_of_string("x"), &err), &err,
        SEVK_INPUT, "two files 'bin/sh'");
    assert_works(cpio_add_dir(&cpio, "bin", &err), &err);
    assert_true(cpio_has(&cpio, "bin"));
    assert_false(cpio_has(&cpio, "bi"));
    assert_int_equal(cpio.n, 2);
}

/* The same entries, in the order that TURN says. */
static struct buf archive(bool turn)
{
    OWN(cpio_free) struct cpio cpio = { 0 };
    struct sevk_error err = { 0 };
    struct buf out = { 0 };

    for (int i = 0; i < 2; i++) {
        if ((i == 0) != turn) {
            assert_works(cpio_add_file(&cpio, "etc/a/one", 0640,
                                       bytes_of_string("1"), &err),
                         &err);
        } else {
            assert_works(cpio_add_file(&cpio, "etc/two", 0600,
                                       bytes_of_string("two\n"), &err),
                         &err);
            assert_works(cpio_add_link(&cpio, "init", "etc/two", &err), &err);
        }
    }
    assert_works(cpio_write(&cpio, &out, &err), &err);
    return out;
}

static void the_order_of_adding_does_not_matter(void **state)
{
    OWN(buf_free) struct buf a = archive(false);
    OWN(buf_free) struct buf b = archive(true);

    (void)state;
    assert_bytes_equal(buf_bytes(&a), buf_bytes(&b));
    assert_int_equal(a.n % 4, 0);
}

static void the_program_cpio_lists_and_unpacks_it(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(buf_free) struct buf a = archive(false);
    OWN(own_free) char *path = temp_dir_write(&dir, "a", buf_bytes(&a));
    OWN(own_free) char *command = NULL;

    (void)state;
    assert_true(
        asprintf(&command,
                 "cd '%s' && cpio --quiet -it <'%s' | paste -sd' ' | "
                 "grep -qx 'etc etc/a etc/a/one etc/two init' && "
                 "mkdir x && cd x && cpio --quiet --no-absolute-filenames "
                 "-i <'%s' && [ \"$(cat etc/two)\" = two ] && "
                 "[ \"$(stat -c %%a etc/a/one)\" = 640 ] && "
                 "[ \"$(readlink init)\" = etc/two ]",
                 dir.path, path, path) > 0);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_that_leave_the_archive_are_refused),
        cmocka_unit_test(a_path_is_there_once),
        cmocka_unit_test(the_order_of_adding_does_not_matter),
        cmocka_unit_test(the_program_cpio_lists_and_unpacks_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
