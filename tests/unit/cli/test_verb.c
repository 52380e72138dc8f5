/* SPDX-License-Identifier: Apache-2.0 */
/* From words to a verb, and from its result to an exit status. */
#include "lib/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "cli/verb.h"

/* Verbs of the test's own take the place of the program's. */
struct options {
    const char *what;
};

static const struct opt rows[] = {
    { .name = "what",
      .arg = "HOW",
      .help = "how it ends",
      .set = opt_set_string,
      .at = offsetof(struct options, what),
      .preset = "yes" },
};

static int runs;

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;

    runs++;
    out_text(call->out, call->out->tree, "what", o->what);
    out_number(call->out, call->out->tree, "words", call->n_args);
    if (strcmp(o->what, "no") == 0) {
        call->out->no = true;
    } else if (strcmp(o->what, "refused") == 0) {
        return sevk_fail(err, SEVK_REFUSED, "not today");
    } else if (strcmp(o->what, "lost") == 0) {
        out_text(call->out, NULL, "lost", "x");
    }
    return true;
}

static const struct verb end_well = { .noun = "test",
                                      .verb = "end",
                                      .summary = "end somehow",
                                      .args = "[WORD]",
                                      .max_args = 1,
                                      VERB_OPTIONS(struct options),
                                      .run = run };
static const struct verb plain = { .noun = "test",
                                   .verb = "plain",
                                   .summary = "say one thing",
                                   VERB_OPTIONS(struct options),
                                   .plain = "what",
                                   .run = run };

const struct verb *const verbs[] = { &end_well, &plain };
const size_t n_verbs = N_OF(verbs);

/* What a call printed, and how it ended. */
struct printed {
    int status;
    char out[2048];
    char err[1024];
};

static int capture(int fd, const char *path, int *ret_saved)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(file >= 0);
    *ret_saved = dup(fd);
    return dup2(file, fd) >= 0 ? file : -1;
}

static void collect(int fd, int file, int saved, char *text, size_t size)
{
    ssize_t n;

    assert_true(dup2(saved, fd) >= 0);
    close(saved);
    n = pread(file, text, size - 1, 0);
    assert_true(n >= 0);
    text[n] = '\0';
    close(file);
}

/* Good until the next call. */
static const struct printed *call(const char *line)
{
    char out_path[] = "/tmp/sevkit-test-out-XXXXXX";
    char err_path[] = "/tmp/sevkit-test-err-XXXXXX";
    static char copy[256];
    static struct printed p;
    char *argv[16];
    size_t n = 0;
    int saved[2];
    int file[2];

    snprintf(copy, sizeof copy, "%s", line);
    for (char *w = strtok(copy, " "); w != NULL; w = strtok(NULL, " ")) {
        argv[n++] = w;
    }
    close(mkstemp(out_path));
    close(mkstemp(err_path));
    fflush(stdout);
    file[0] = capture(1, out_path, &saved[0]);
    file[1] = capture(2, err_path, &saved[1]);
    p.status = verb_main(argv, n);
    fflush(stdout);
    collect(1, file[0], saved[0], p.out, sizeof p.out);
    collect(2, file[1], saved[1], p.err, sizeof p.err);
    unlink(out_path);
    unlink(err_path);
    return &p;
}

static void test_the_exit_status_tells_how_it_ended(void **state)
{
    static const struct {
        const char *line;
        int status;
    } cases[] = {
        { "test end", 0 },
        { "test end word", 0 },
        { "test end --what no", 1 },
        { "test end --what no --json", 1 },
        { "test end --bogus", 2 },
        { "test end one two", 2 },
        { "test end --what refused", 5 },
        { "test end --what lost", 4 },
        { "test end --help", 0 },
        { "test --help", 0 },
        { "--help", 0 },
        { "test", 2 },
        { "test bogus", 2 },
        { "bogus end", 2 },
        { "", 2 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        const struct printed *p = call(cases[i].line);

        if (p->status != cases[i].status) {
            fail_msg("'%s' ended with %d: %s", cases[i].line, p->status,
                     p->err);
        }
        /* A failure is one line, anything else says nothing there. */
        if (p->status >= 2) {
            assert_ptr_equal(strstr(p->err, "sevkit: "), p->err);
            assert_ptr_equal(strchr(p->err, '\n'), p->err + strlen(p->err) - 1);
            assert_string_equal(p->out, "");
        } else {
            assert_string_equal(p->err, "");
            assert_string_not_equal(p->out, "");
        }
    }
}

static void test_a_result_is_text_or_json(void **state)
{
    (void)state;
    assert_string_equal(call("test end w")->out, "what:  yes\nwords: 1\n");
    assert_string_equal(call("test end --json")->out,
                        "{\n  \"schema\":\"sevkit.test.end/1\",\n"
                        "  \"what\":\"yes\",\n  \"words\":0\n}\n");
    assert_string_equal(call("test plain")->out, "yes\n");
}

static void test_a_failure_is_json_too_when_asked_for(void **state)
{
    (void)state;
    assert_string_equal(
        call("test end --json --what refused")->out,
        "{\n  \"schema\":\"sevkit.test.end/1\",\n  \"error\":{\n"
        "    \"category\":\"refused\",\n    \"status\":5,\n"
        "    \"message\":\"not today\"\n  }\n}\n");
    assert_non_null(strstr(call("test end --bogus --json")->out, "\"usage\""));
    assert_non_null(strstr(call("bogus x --json")->out, "\"sevkit/1\""));
    /* Behind "--" it is a word like others. */
    assert_string_equal(call("test end --bogus -- --json")->out, "");
}

static void test_help_runs_nothing_and_wins_over_what_is_missing(void **state)
{
    int before = runs;
    const struct printed *p = call("test end --help one two");

    (void)state;
    assert_int_equal(p->status, 0);
    assert_int_equal(runs, before);
    assert_non_null(strstr(p->out, "usage: sevkit test end [options] [WORD]"));
    assert_non_null(strstr(p->out, "--what HOW"));
    assert_non_null(strstr(p->out, "--json"));
}

static void test_a_mistyped_word_finds_the_right_one(void **state)
{
    struct sevk_error err = { 0 };

    (void)state;
    assert_null(verb_find("tset", "end", &err));
    assert_non_null(strstr(err.message, "did you mean 'test'?"));
    assert_null(verb_find("test", "edn", &err));
    assert_non_null(strstr(err.message, "did you mean 'end'?"));
    assert_null(verb_find("test", "completely", &err));
    assert_non_null(strstr(err.message, "--help"));
    assert_ptr_equal(verb_find("test", "plain", &err), &plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_exit_status_tells_how_it_ended),
        cmocka_unit_test(test_a_result_is_text_or_json),
        cmocka_unit_test(test_a_failure_is_json_too_when_asked_for),
        cmocka_unit_test(test_help_runs_nothing_and_wins_over_what_is_missing),
        cmocka_unit_test(test_a_mistyped_word_finds_the_right_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
