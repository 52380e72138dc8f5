/* SPDX-License-Identifier: Apache-2.0 */
/* Options as rows: what is refused, what is understood, what help says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "cli/opt.h"

struct values {
    bool flag;
    const char *file;
    const char *text;
    struct opt_u32 number;
    struct opt_api api;
    struct opt_list list;
    struct opt_secrets secrets;
};

static const struct opt rows[] = {
    { .name = "flag",
      .letter = 'f',
      .help = "a flag",
      .set = opt_set_flag,
      .at = offsetof(struct values, flag) },
    { .name = "file",
      .letter = 'F',
      .arg = "FILE",
      .help = "a file",
      .set = opt_set_string,
      .at = offsetof(struct values, file) },
    { .name = "text",
      .arg = "TEXT",
      .help = "any text",
      .set = opt_set_text,
      .at = offsetof(struct values, text) },
    { .name = "number",
      .letter = 'n',
      .arg = "N",
      .help = "a number",
      .set = opt_set_u32,
      .at = offsetof(struct values, number),
      .min = 1,
      .max = 10,
      .preset = "7" },
    { .name = "api",
      .arg = "M.N",
      .help = "a version",
      .set = opt_set_api,
      .at = offsetof(struct values, api) },
    { .name = "list",
      .arg = "ITEM",
      .help = "an item",
      .set = opt_set_list,
      .at = offsetof(struct values, list),
      .many = true },
    { .name = "secret",
      .arg = "NAME:FILE",
      .help = "a secret",
      .set = opt_set_secret,
      .at = offsetof(struct values, secrets),
      .many = true },
};
#define N_ROWS (sizeof rows / sizeof rows[0])
#define WORDS  48

/* One call: its words, and what came of them. */
struct call {
    struct values values;
    const char *words[WORDS];
    struct opt_words args;
    struct sevk_error err;
};

static bool parse_as(struct call *c, bool lenient, const char *line)
{
    static char copy[4096];
    char *argv[WORDS];
    size_t n = 0;
    struct opt_group group = { rows, N_ROWS, &c->values, lenient };
    struct opt_seen seen = { 0 };

    *c = (struct call){ 0 };
    c->args.items = c->words;
    assert_true(strlen(line) < sizeof copy);
    strcpy(copy, line);
    for (char *p = strtok(copy, " "); p != NULL; p = strtok(NULL, " ")) {
        assert_true(n < WORDS);
        argv[n++] = p;
    }
    return opt_parse(&group, 1, argv, n, &c->args, &seen, &c->err) &&
           opt_finish(&group, 1, &seen, &c->err);
}

static bool parse(struct call *c, const char *line)
{
    return parse_as(c, false, line);
}

static void assert_refused(const char *line, const char *part)
{
    struct call c;

    if (parse(&c, line)) {
        fail_msg("'%s' was accepted", line);
    }
    assert_int_equal(c.err.code, SEVK_USAGE);
    if (strstr(c.err.message, part) == NULL) {
        fail_msg("'%s' gave '%s', not '%s'", line, c.err.message, part);
    }
}

static void test_what_is_wrong_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *line;
        const char *part;
    } cases[] = {
        { "--falg", "did you mean '--flag'?" },
        { "--fla", "did you mean '--flag'?" },
        { "--completely-other", "'--help' lists the options" },
        { "--flag=yes", "'--flag' takes no value" },
        { "--flag --flag", "'--flag' is given twice" },
        { "--file a --file b", "'--file' is given twice" },
        { "--file=a --file=a", "'--file' is given twice" },
        { "--file", "'--file' needs a value: --file FILE" },
        { "--file --flag", "write --file=--flag" },
        { "--file=", "the value of '--file' is empty" },
        { "--number 0", "between 1 and 10" },
        { "--number 11", "between 1 and 10" },
        { "--number 0x0b", "between 1 and 10" },
        { "--number -1", "--number: '-1' is not a number" },
        { "--number 1x", "not a number" },
        { "--number 18446744073709551617", "between 1 and 10" },
        { "--number=", "not a number" },
        { "--api 1", "not MAJOR.MINOR" },
        { "--api .1", "not a number" },
        { "--api 1.", "not a number" },
        { "--api 1.256", "between 0 and 255" },
        { "--api 256.1", "between 0 and 255" },
        { "--api 1.2.3", "not a number" },
        { "--api 0000000001.1", "not MAJOR.MINOR" },
        { "--secret hunter2", "never from the command line" },
        { "--secret :file", "is written NAME:FILE" },
        { "--secret name:", "is written NAME:FILE" },
        { "--secret 0123456789012345678901234567890123456789:f", "too long" },
        { "-x", "unknown option '-x'" },
        { "-fx", "unknown option '-fx'" },
        { "-n", "'--number' needs a value" },
        { "-ff", "'--flag' is given twice" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(cases[i].line, cases[i].part);
    }
}

static void test_a_secret_without_a_file_is_not_repeated(void **state)
{
    struct call c;

    (void)state;
    assert_false(parse(&c, "--secret hunter2"));
    assert_null(strstr(c.err.message, "hunter2"));
}

static void test_a_list_has_an_end(void **state)
{
    char line[1024] = "";

    (void)state;
    for (int i = 0; i < OPT_LIST_MAX; i++) {
        strcat(line, "--list=x ");
    }
    {
        struct call c;

        assert_true(parse(&c, line));
        assert_int_equal(c.values.list.n, OPT_LIST_MAX);
    }
    strcat(line, "--list=x");
    assert_refused(line, "more than 32 times");
}

static void test_both_ways_to_write_a_value_mean_the_same(void **state)
{
    struct call c;

    (void)state;
    assert_true(parse(&c, "--file a --number 0xA --api 1.51"));
    assert_string_equal(c.values.file, "a");
    assert_int_equal(c.values.number.value, 10);
    assert_true(c.values.api.given);
    assert_int_equal(c.values.api.major, 1);
    assert_int_equal(c.values.api.minor, 51);
    assert_true(parse(&c, "--file=a=b --text= --number=010"));
    assert_string_equal(c.values.file, "a=b");
    assert_string_equal(c.values.text, "");
    assert_int_equal(c.values.number.value, 10);
}

static void test_words_and_options_may_be_mixed(void **state)
{
    struct call c;

    (void)state;
    assert_true(parse(&c, "one --flag two - --list a --list b -- --flag -x"));
    assert_int_equal(c.args.n, 5);
    assert_string_equal(c.words[0], "one");
    assert_string_equal(c.words[1], "two");
    assert_string_equal(c.words[2], "-");
    assert_string_equal(c.words[3], "--flag");
    assert_string_equal(c.words[4], "-x");
    assert_true(c.values.flag);
    assert_int_equal(c.values.list.n, 2);
    assert_string_equal(c.values.list.items[1], "b");
}

static void test_letters_may_stand_together(void **state)
{
    struct call c;

    (void)state;
    assert_true(parse(&c, "-fn4 -F x"));
    assert_true(c.values.flag);
    assert_int_equal(c.values.number.value, 4);
    assert_string_equal(c.values.file, "x");
}

static void test_a_secret_is_a_name_and_a_file(void **state)
{
    struct call c;

    (void)state;
    assert_true(parse(&c, "--secret luks-key:/a:b --secret=x:y"));
    assert_int_equal(c.values.secrets.n, 2);
    assert_string_equal(c.values.secrets.items[0].name, "luks-key");
    assert_string_equal(c.values.secrets.items[0].path, "/a:b");
    assert_string_equal(c.values.secrets.items[1].name, "x");
}

static void test_a_default_holds_only_when_nothing_is_given(void **state)
{
    struct call c;

    (void)state;
    assert_true(parse(&c, ""));
    assert_int_equal(c.values.number.value, 7);
    assert_null(c.values.file);
    assert_false(c.values.api.given);
    assert_true(parse(&c, "--number 3"));
    assert_int_equal(c.values.number.value, 3);
}

static void test_the_last_value_counts_where_another_program_says_so(void **s)
{
    struct call c;

    (void)s;
    assert_true(parse_as(&c, true, "--number 3 --number 4 --flag --flag"));
    assert_int_equal(c.values.number.value, 4);
}

static void test_a_beginning_will_do_where_another_program_says_so(void **s)
{
    static const char *const refused[][2] = {
        { "--f x", "several options" }, /* --flag, --file */
        { "--li=1 --l=2 --x=3", "unknown option '--x'" },
        { "--=3", "unknown option" },
        { "--numbers 3", "unknown option" },
    };
    struct call c;

    (void)s;
    assert_true(parse_as(&c, true, "--num 3 --fl --ap=1.2"));
    assert_int_equal(c.values.number.value, 3);
    assert_true(c.values.flag);
    assert_int_equal(c.values.api.minor, 2);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_false(parse_as(&c, true, refused[i][0]));
        assert_int_equal(c.err.code, SEVK_USAGE);
        assert_non_null(strstr(c.err.message, refused[i][1]));
    }
    assert_false(parse_as(&c, false, "--num 3"));
}

static void test_a_letter_may_have_an_equals_sign(void **state)
{
    struct call c;

    (void)state;
    assert_true(parse_as(&c, true, "-n=4 -F=x"));
    assert_int_equal(c.values.number.value, 4);
    assert_string_equal(c.values.file, "x");
    assert_true(parse_as(&c, false, "-F=x"));
    assert_string_equal(c.values.file, "x");
    assert_true(parse_as(&c, true, "-fF=x"));
    assert_string_equal(c.values.file, "=x");
}

static bool takes(struct call *c, char *value)
{
    char *argv[] = { (char[]){ "--text" }, value };
    struct opt_group group = { rows, N_ROWS, &c->values, true };
    struct opt_seen seen = { 0 };

    *c = (struct call){ 0 };
    c->args.items = c->words;
    return opt_parse(&group, 1, argv, 2, &c->args, &seen, &c->err);
}

static void test_a_value_with_a_space_may_begin_with_a_dash_there(void **state)
{
    static const char *const values[] = { "-x y", "--x y",   "-",
                                          "--",   "a --fla", "--text y" };
    static const char *const options[] = { "-x", "--x", "-f y", "--fla=a b" };
    struct call c;
    char value[16];

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        bool ends = strcmp(values[i], "--") == 0;

        strcpy(value, values[i]);
        assert_int_equal(takes(&c, value), !ends);
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        strcpy(value, options[i]);
        assert_false(takes(&c, value));
        assert_non_null(strstr(c.err.message, "needs a value"));
    }
}

static void test_what_is_required_is_asked_for(void **state)
{
    const struct opt needed[] = { { .name = "out",
                                    .arg = "PREFIX",
                                    .set = opt_set_string,
                                    .required = true } };
    const char *value = NULL;
    struct opt_group group = { needed, 1, &value, false };
    struct opt_seen seen = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_false(opt_finish(&group, 1, &seen, &err));
    assert_int_equal(err.code, SEVK_USAGE);
    assert_string_equal(err.message, "'--out PREFIX' is missing");
}

static void test_help_shows_each_row_with_its_default(void **state)
{
    OWN(own_free) char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);

    (void)state;
    assert_non_null(to);
    opt_print_help(rows, N_ROWS, to);
    fclose(to);
    assert_non_null(strstr(text, "-f, --flag "));
    assert_non_null(strstr(text, "--number N"));
    assert_non_null(strstr(text, "a number (default: 7)\n"));
    assert_non_null(strstr(text, "an item; may be repeated\n"));
    for (size_t i = 0; i < N_ROWS; i++) {
        assert_non_null(strstr(text, rows[i].help));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_wrong_is_refused_with_its_reason),
        cmocka_unit_test(test_a_secret_without_a_file_is_not_repeated),
        cmocka_unit_test(test_a_list_has_an_end),
        cmocka_unit_test(test_both_ways_to_write_a_value_mean_the_same),
        cmocka_unit_test(test_words_and_options_may_be_mixed),
        cmocka_unit_test(test_letters_may_stand_together),
        cmocka_unit_test(test_a_secret_is_a_name_and_a_file),
        cmocka_unit_test(test_a_default_holds_only_when_nothing_is_given),
        cmocka_unit_test(
            test_the_last_value_counts_where_another_program_says_so),
        cmocka_unit_test(
            test_a_beginning_will_do_where_another_program_says_so),
        cmocka_unit_test(test_a_letter_may_have_an_equals_sign),
        cmocka_unit_test(test_a_value_with_a_space_may_begin_with_a_dash_there),
        cmocka_unit_test(test_what_is_required_is_asked_for),
        cmocka_unit_test(test_help_shows_each_row_with_its_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
