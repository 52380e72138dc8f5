/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines: what a shell reads of them, and what running them gives. */
#include "cli/argument_list.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/own.h"
#include "lib/unit.h"

static void add(struct argument_list *list, const char *word)
{
    struct sevk_error err;

    assert_works(argument_list_add(list, &err, "%s", word), &err);
}

static void too_many_words_are_refused(void **state)
{
    OWN(argument_list_free) struct argument_list list = { 0 };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
        add(&list, "word");
    }
    assert_fails(argument_list_add(&list, &err, "more"), &err, SEVK_USAGE,
                 "more than 256 words for 'word'");
    assert_null(list.items[ARGUMENTS_MAX]);
}

static void a_shell_reads_a_quoted_line_as_the_same_words(void **state)
{
    static const char *const words[] = {
        "",          "plain", "two words", "it's", "''",          "$HOME",
        "a\\b",      "\"q\"", "*",         "~",    "size=20,x:y", "a;b|c&d",
        "new\nline", "-n",    "\xc3\xa4"
    };
    OWN(argument_list_free) struct argument_list list = { 0 };
    OWN(argument_list_free) struct argument_list shell = { 0 };
    OWN(buf_free) struct buf line = { 0 };
    OWN(buf_free) struct buf seen = { 0 };
    OWN(buf_free) struct buf expected = { 0 };
    struct sevk_error err;

    (void)state;
    add(&list, "printf");
    add(&list, "<%s>");
    for (size_t i = 0; i < N_OF(words); i++) {
        add(&list, words[i]);
        assert_works(buf_printf(&expected, &err, "<%s>", words[i]), &err);
    }
    assert_works(argument_list_quote(&list, &line, &err), &err);
    add(&shell, "sh");
    add(&shell, "-c");
    add(&shell, buf_string(&line));
    assert_works(argument_list_output(&shell, &seen, &err), &err);
    assert_string_equal(buf_string(&seen), buf_string(&expected));
}

static void what_can_be_read_as_it_is_stays_as_it_is(void **state)
{
    OWN(argument_list_free) struct argument_list list = { 0 };
    OWN(buf_free) struct buf line = { 0 };
    struct sevk_error err;

    (void)state;
    add(&list, "virt-install");
    add(&list, "--disk");
    add(&list, "size=20,path=/a/b");
    assert_works(argument_list_quote(&list, &line, &err), &err);
    assert_string_equal(buf_string(&line),
                        "virt-install --disk size=20,path=/a/b");
}

static void output_of(const char *script, enum sevk_code code, const char *part)
{
    OWN(argument_list_free) struct argument_list list = { 0 };
    OWN(buf_free) struct buf seen = { 0 };
    struct sevk_error err;

    add(&list, "sh");
    add(&list, "-c");
    add(&list, script);
    assert_fails(argument_list_output(&list, &seen, &err), &err, code, part);
    assert_int_equal(seen.n, 0);
}

static void a_failing_program_is_a_failure(void **state)
{
    OWN(argument_list_free) struct argument_list none = { 0 };
    OWN(buf_free) struct buf seen = { 0 };
    struct sevk_error err;

    (void)state;
    output_of("echo half; exit 3", SEVK_HOST, "'sh' ended with status 3");
    output_of("kill -9 $$", SEVK_HOST, "'sh' was ended by signal 9");
    add(&none, "sevkit-no-such-program");
    assert_fails(argument_list_output(&none, &seen, &err), &err, SEVK_HOST,
                 "is it installed?");
    assert_false(argument_list_exec(&none, &err));
}

static void more_output_than_is_read_is_a_failure(void **state)
{
    (void)state;
    output_of("head -c 5000000 /dev/zero | tr '\\0' x; exit 0", SEVK_INPUT,
              "output");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_many_words_are_refused),
        cmocka_unit_test(a_shell_reads_a_quoted_line_as_the_same_words),
        cmocka_unit_test(what_can_be_read_as_it_is_stays_as_it_is),
        cmocka_unit_test(a_failing_program_is_a_failure),
        cmocka_unit_test(more_output_than_is_read_is_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
