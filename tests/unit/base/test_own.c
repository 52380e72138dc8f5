/* SPDX-License-Identifier: Apache-2.0 */
/* Ownership: released at the scope's end, once, and not when taken. */
#include "base/own.h"

#include <fcntl.h>

#include "lib/unit.h"

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void test_a_taken_pointer_leaves_null_behind(void **state)
{
    char *p = strdup("mine");
    char *q = TAKE(p);

    (void)state;
    assert_null(p);
    assert_string_equal(q, "mine");
    own_free(&q);
    assert_null(q);
    own_free(&q);
}

static void test_a_descriptor_is_closed_when_its_scope_ends(void **state)
{
    int number;

    (void)state;
    {
        OWN(own_close) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        number = fd;
        assert_true(is_open(number));
    }
    assert_false(is_open(number));
}

static void test_a_descriptor_that_was_taken_stays_open(void **state)
{
    int number;

    (void)state;
    {
        OWN(own_close) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        number = take_fd(&fd);
        assert_int_equal(fd, -1);
    }
    assert_true(is_open(number));
    own_close(&number);
    assert_int_equal(number, -1);
}

static void test_a_stream_is_closed_once(void **state)
{
    FILE *f = fopen("/dev/null", "re");

    (void)state;
    assert_non_null(f);
    own_fclose(&f);
    assert_null(f);
    own_fclose(&f);
}

static void test_a_folder_is_closed_when_its_scope_ends(void **state)
{
    DIR *none = NULL;
    int fd;

    (void)state;
    {
        OWN(own_closedir) DIR *d = opendir("/");

        assert_non_null(d);
        fd = dirfd(d);
        assert_true(is_open(fd));
    }
    assert_false(is_open(fd));
    own_closedir(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_taken_pointer_leaves_null_behind),
        cmocka_unit_test(test_a_descriptor_is_closed_when_its_scope_ends),
        cmocka_unit_test(test_a_descriptor_that_was_taken_stays_open),
        cmocka_unit_test(test_a_stream_is_closed_once),
        cmocka_unit_test(test_a_folder_is_closed_when_its_scope_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
