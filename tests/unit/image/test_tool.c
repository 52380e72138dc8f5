/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of programs that are run. */
#include "image/tool.h"

#include "base/own.h"
#include "lib/unit.h"

static bool shell(const char *script, const struct tool *with,
                  struct buf *output, struct sevk_error *err)
{
    struct tool tool = with == NULL ? (struct tool){ .n_pipes = 0 } : *with;

    tool.path = "/bin/sh";
    tool.argv = (const char *const[]){ "sh", "-c", script, NULL };
    return tool_run(&tool, output, err);
}

static void a_program_that_is_missing_is_named_with_its_package(void **state)
{
    OWN(own_free) char *path = NULL;
    struct sevk_error err = { 0 };

    (void)state;
    assert_fails(tool_find("no-such-program", "a-package", &path, &err), &err,
                 SEVK_HOST,
                 "'no-such-program' is installed (Debian's package "
                 "a-package)");
    assert_works(tool_find("sh", "dash", &path, &err), &err);
    assert_int_equal(path[0], '/');
}

static void a_failure_is_told_with_the_last_line(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_fails(
        shell("echo first >&2; echo last >&2; exit 3", NULL, NULL, &err), &err,
        SEVK_HOST, "sh ended with status 3: last");
    assert_fails(shell("kill -9 $$", NULL, NULL, &err), &err, SEVK_HOST,
                 "sh ended with signal 9");
    assert_fails(shell("exit 1", NULL, NULL, &err), &err, SEVK_HOST,
                 "sh ended with status 1");
}

static void output_is_kept_and_input_is_empty(void **state)
{
    OWN(buf_free) struct buf output = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(shell("wc -c; echo $LC_ALL", NULL, &output, &err), &err);
    assert_string_equal(buf_string(&output), "0\nC\n");
}

static void secrets_come_through_pipes(void **state)
{
    const struct tool with = { .pipes = { bytes_of_string("first"),
                                          bytes_make("two\0zeros", 9) },
                               .n_pipes = 2 };
    struct tool large = { .n_pipes = 1 };
    static uint8_t bytes[4097];
    OWN(buf_free) struct buf output = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(
        shell("cat /dev/fd/10; wc -c </dev/fd/11", &with, &output, &err), &err);
    assert_string_equal(buf_string(&output), "first9\n");
    large.pipes[0] = BYTES_OF(bytes);
    assert_fails(shell("true", &large, NULL, &err), &err, SEVK_USAGE,
                 "more than a pipe holds");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_is_missing_is_named_with_its_package),
        cmocka_unit_test(a_failure_is_told_with_the_last_line),
        cmocka_unit_test(output_is_kept_and_input_is_empty),
        cmocka_unit_test(secrets_come_through_pipes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
