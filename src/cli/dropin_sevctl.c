/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl: finds the command among the words, and runs it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/own.h"
#include "cli/dropin.h"
#include "cli/sevctl/sevctl.h"

#define FAILED 1 /* whatever went wrong, … */
#define USAGE  2 /* … but the words themselves */

static const struct sevctl_command *const commands[] = {
    &sevctl_export,
    &sevctl_generate,
    &sevctl_ok,
    &sevctl_provision,
    &sevctl_reset,
    &sevctl_rotate,
    &sevctl_session,
    &sevctl_show_flags,
    &sevctl_show_guests,
    &sevctl_show_identifier,
    &sevctl_show_version,
    &sevctl_show_snp_status,
    &sevctl_show_vcek_url,
    &sevctl_verify,
    &sevctl_validate,
    &sevctl_vmsa_build,
    &sevctl_vmsa_update,
    &sevctl_vmsa_show,
    &sevctl_measurement_build,
    &sevctl_secret_build,
};
#define N_COMMANDS (sizeof commands / sizeof commands[0])

/* -- Options that every command has. --------------------------------------- */

struct common {
    bool help;
    bool quiet;
    bool version;
};

static const struct opt common_rows[] = {
    { .name = "help",
      .letter = 'h',
      .help = "show this help",
      .set = opt_set_flag,
      .at = offsetof(struct common, help) },
    { .name = "quiet",
      .letter = 'q',
      .help = "no warnings, and no tree",
      .set = opt_set_flag,
      .at = offsetof(struct common, quiet) },
    { .name = "version",
      .letter = 'V',
      .help = "show the version",
      .set = opt_set_flag,
      .at = offsetof(struct common, version) },
};
#define N_COMMON (sizeof common_rows / sizeof common_rows[0])

/* -- Help. ----------------------------------------------------------------- */

static void print_name(const struct sevctl_command *c, FILE *to)
{
    char text[96];

    snprintf(text, sizeof text, "%s%s%s%s%s", c->group == NULL ? "" : c->group,
             c->group == NULL ? "" : " ", c->name, c->args == NULL ? "" : " ",
             c->args == NULL ? "" : c->args);
    fprintf(to, "  %-32s %s\n", text, c->summary);
}

/* All commands, or those of a group. */
static void show_commands(const char *group, FILE *to)
{
    fprintf(to, "Usage: sevctl [OPTIONS] %s%s<COMMAND>\n\nCommands:\n",
            group == NULL ? "" : group, group == NULL ? "" : " ");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        const char *of = commands[i]->group;

        if (group == NULL || (of != NULL && strcmp(of, group) == 0)) {
            print_name(commands[i], to);
        }
    }
    fputs("\nThis is sevkit, called by the name of that program. "
          "SEVKIT_PLATFORM=DIR\nputs a virtual platform in the place of "
          "/dev/sev.\n\nOptions:\n",
          to);
    opt_print_help(common_rows, N_COMMON, to);
}

static void show_command(const struct sevctl_command *c)
{
    printf("%s\n\nUsage: sevctl %s%s%s [OPTIONS] %s\n\nOptions:\n", c->summary,
           c->group == NULL ? "" : c->group, c->group == NULL ? "" : " ",
           c->name, c->args == NULL ? "" : c->args);
    opt_print_help(c->options, c->n_options, stdout);
    opt_print_help(common_rows, N_COMMON, stdout);
}

static int flush(void)
{
    struct sevk_error err = { 0 };

    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return 0;
    }
    sevk_fail(&err, SEVK_HOST, "standard output could not be written");
    out_error(SEVCTL_PROGRAM, &err);
    return FAILED;
}

/* -- One command. ---------------------------------------------------------- */

static int fail(int status, const struct sevk_error *err)
{
    fflush(stdout);
    out_error(SEVCTL_PROGRAM, err);
    return status;
}

static bool check_args(const struct sevctl_command *c,
                       const struct sevctl_call *call, struct sevk_error *err)
{
    if (call->n_args < c->min_args || call->n_args > c->max_args) {
        return sevk_fail(err, SEVK_USAGE, "usage: sevctl %s%s%s [OPTIONS] %s",
                         c->group == NULL ? "" : c->group,
                         c->group == NULL ? "" : " ", c->name,
                         c->args == NULL ? "" : c->args);
    }
    return c->check == NULL || c->check(call, err);
}

static int run(const struct sevctl_command *c, struct common *common,
               char *const *argv, size_t n)
{
    uint64_t options[SEVCTL_OPTIONS_MAX / sizeof(uint64_t)] = { 0 };
    OWN(own_free) const char **words = calloc(n + 1, sizeof *words);
    struct opt_group groups[] = { { c->options, c->n_options, options, false },
                                  { common_rows, N_COMMON, common, false } };
    struct opt_words args = { words, 0 };
    struct opt_seen seen = { 0 };
    struct sevk_error err = { 0 };
    struct out out = { .colour = isatty(STDOUT_FILENO) == 1 &&
                                 getenv("NO_COLOR") == NULL };
    struct sevctl_call call = { .options = options, .out = &out };

    if (words == NULL) {
        sevk_fail(&err, SEVK_HOST, "out of memory");
        return fail(FAILED, &err);
    }
    if (!opt_parse(groups, 2, argv, n, &args, &seen, &err)) {
        return fail(USAGE, &err);
    }
    if (common->help) {
        show_command(c);
        return flush();
    }
    call.args = args.items;
    call.n_args = args.n;
    call.quiet = common->quiet;
    if (!opt_finish(groups, 2, &seen, &err) || !check_args(c, &call, &err)) {
        return fail(USAGE, &err);
    }
    return c->run(&call, &err) ? flush() : fail(FAILED, &err);
}

/* -- Which command. -------------------------------------------------------- */

static bool is_group(const char *word)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (commands[i]->group != NULL &&
            strcmp(commands[i]->group, word) == 0) {
            return true;
        }
    }
    return false;
}

static const struct sevctl_command *find(const char *group, const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        const struct sevctl_command *c = commands[i];

        if ((c->group == NULL) == (group == NULL) &&
            (group == NULL || strcmp(c->group, group) == 0) &&
            strcmp(c->name, name) == 0) {
            return c;
        }
    }
    return NULL;
}

/* Options stand before the command, too. How many words they are. */
static bool take_common(char *const *argv, size_t n, struct common *common,
                        size_t *ret, struct sevk_error *err)
{
    struct opt_group group = { common_rows, N_COMMON, common, false };
    const char *words[1];
    struct opt_words args = { words, 0 };
    struct opt_seen seen = { 0 };
    size_t at = 0;

    while (at < n && argv[at][0] == '-') {
        at++;
    }
    *ret = at;
    return opt_parse(&group, 1, argv, at, &args, &seen, err);
}

static int no_command(const char *group, const char *word)
{
    struct sevk_error err = { 0 };

    if (word == NULL) {
        show_commands(group, stderr);
        return USAGE;
    }
    sevk_fail(&err, SEVK_USAGE,
              "there is no command '%s%s%.40s'; 'sevctl --help' lists them",
              group == NULL ? "" : group, group == NULL ? "" : " ", word);
    return fail(USAGE, &err);
}

static bool asks_help(const char *word)
{
    return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 ||
           strcmp(word, "-h") == 0;
}

/* The words from the command on. */
static int dispatch(struct common *common, char *const *argv, size_t n)
{
    const char *group = NULL;
    const struct sevctl_command *c;

    if (n > 0 && strcmp(argv[0], "help") == 0) {
        common->help = true;
        argv++;
        n--;
    }
    if (n > 0 && is_group(argv[0])) {
        group = argv[0];
        argv++;
        n--;
    }
    if ((n == 0 && common->help) || (n > 0 && asks_help(argv[0]))) {
        show_commands(group, stdout);
        return flush();
    }
    c = n == 0 ? NULL : find(group, argv[0]);
    return c == NULL ? no_command(group, n == 0 ? NULL : argv[0])
                     : run(c, common, argv + 1, n - 1);
}

int dropin_sevctl(char *const *argv, size_t n)
{
    struct common common = { 0 };
    struct sevk_error err = { 0 };
    size_t at;

    if (!take_common(argv, n, &common, &at, &err)) {
        return fail(USAGE, &err);
    }
    if (common.version) {
        puts("sevctl " SEVCTL_VERSION " (sevkit " SEVKIT_VERSION ")");
        return flush();
    }
    return dispatch(&common, argv + at, n - at);
}
