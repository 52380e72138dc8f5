/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a verb: options, help, result, exit status. */
#include "cli/verb.h"

#include <assert.h>
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"

#define SCHEMA_LEN 80

/* What every verb understands. */
struct common {
    bool help;
    bool json;
    bool quiet;
    bool verbose;
};

const struct opt verb_common_rows[] = {
    { .name = "help",
      .help = "show this help",
      .set = opt_set_flag,
      .at = offsetof(struct common, help) },
    { .name = "json",
      .help = "print the result as one JSON object",
      .set = opt_set_flag,
      .at = offsetof(struct common, json) },
    { .name = "quiet",
      .letter = 'q',
      .help = "no progress on standard error",
      .set = opt_set_flag,
      .at = offsetof(struct common, quiet) },
    { .name = "verbose",
      .letter = 'v',
      .help = "more about what is done on standard error",
      .set = opt_set_flag,
      .at = offsetof(struct common, verbose) },
};
const size_t n_verb_common_rows =
    sizeof verb_common_rows / sizeof verb_common_rows[0];

int verb_flush(void)
{
    struct sevk_error err = { 0 };

    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return 0;
    }
    sevk_fail_errno(&err, SEVK_HOST, errno,
                    "writing the result to standard output");
    out_error("sevkit", &err);
    return SEVK_HOST;
}

int verb_fail(const char *schema, bool json, const struct sevk_error *why)
{
    struct out out = { .json = json };

    if (json) {
        out_replace_by_error(&out, schema, why);
        /* The error that is reported is the first one. */
        (void)!out_print(&out, NULL, NULL);
        out_end(&out);
    }
    out_error("sevkit", why);
    return (int)why->code;
}

static int print_help(const struct verb *verb)
{
    printf("usage: sevkit %s %s [options]%s%s\n\n%s.\n", verb->noun, verb->verb,
           verb->args == NULL ? "" : " ", verb->args == NULL ? "" : verb->args,
           verb->summary);
    if (verb->n_options > 0) {
        puts("\nOptions:");
        opt_print_help(verb->options, verb->n_options, stdout);
    }
    puts("\nCommon options:");
    opt_print_help(verb_common_rows, n_verb_common_rows, stdout);
    printf("\nsevkit-%s-%s(1) says more.\n", verb->noun, verb->verb);
    return verb_flush();
}

static bool check_args(const struct verb *verb, size_t n,
                       struct sevk_error *err)
{
    if (n > verb->max_args || n < verb->min_args) {
        return sevk_fail(
            err, SEVK_USAGE, "%s; usage: sevkit %s %s [options]%s%s",
            n < verb->min_args ? "something is missing" : "too many words",
            verb->noun, verb->verb, verb->args == NULL ? "" : " ",
            verb->args == NULL ? "" : verb->args);
    }
    return true;
}

bool verb_wants_json(char *const *argv, size_t n)
{
    for (size_t i = 0; i < n && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            return true;
        }
    }
    return false;
}

static bool run_and_print(const struct verb *verb, struct verb_call *call,
                          struct sevk_error *err)
{
    return verb->run(call, err) && out_print(call->out, verb->plain, err);
}

static int run(const struct verb *verb, const struct common *common,
               struct verb_call *call, const char *schema)
{
    struct out out = { .json = common->json,
                       .quiet = common->quiet,
                       .verbose = common->verbose };
    struct sevk_error err = { 0 };
    int status;

    out_begin(&out, schema);
    out.draw = verb->draw;
    call->out = &out;
    if (run_and_print(verb, call, &err)) {
        status = out.no ? 1 : 0;
    } else {
        assert(err.code >= SEVK_USAGE);
        status = verb_fail(schema, common->json, &err);
    }
    out_end(&out);
    return status;
}

int verb_run(const struct verb *verb, char *const *argv, size_t n)
{
    alignas(max_align_t) uint8_t options[VERB_OPTIONS_SIZE_MAX] = { 0 };
    struct common common = { 0 };
    struct opt_group groups[] = {
        { verb->options, verb->n_options, options, false },
        { verb_common_rows, n_verb_common_rows, &common, false },
    };
    OWN(own_free) const char **words = calloc(n + 1, sizeof *words);
    struct opt_words args = { words, 0 };
    struct opt_seen seen = { 0 };
    struct sevk_error err = { 0 };
    char schema[SCHEMA_LEN];

    assert(verb->options_size <= sizeof options);
    snprintf(schema, sizeof schema, "sevkit.%s.%s/1", verb->noun, verb->verb);
    if (words == NULL) {
        sevk_fail(&err, SEVK_HOST, "out of memory");
        return verb_fail(schema, false, &err);
    }
    if (!opt_parse(groups, 2, argv, n, &args, &seen, &err)) {
        return verb_fail(schema, verb_wants_json(argv, n), &err);
    }
    if (common.help) {
        return print_help(verb);
    }
    if (!opt_finish(groups, 2, &seen, &err) ||
        !check_args(verb, args.n, &err)) {
        return verb_fail(schema, common.json, &err);
    }
    return run(verb, &common,
               &(struct verb_call){ args.items, args.n, options, NULL },
               schema);
}
