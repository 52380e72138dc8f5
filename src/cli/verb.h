/* SPDX-License-Identifier: Apache-2.0 */
/* A verb: what it is called, its options as rows, and what it does. */
#ifndef SEVKIT_CLI_VERB_H
#define SEVKIT_CLI_VERB_H

#include "cli/opt.h"
#include "cli/out.h"

/*
 * "sevkit NOUN VERB" is src/cli/NOUN/VERB.c, which defines one constant,
 * verb_NOUN_VERB, listed in verbs.c; its page is man/sevkit-NOUN-VERB.1 and
 * its test tests/cli/NOUN-VERB. tools/check-man keeps them equal.
 *
 * run() loads its inputs, calls the libraries and fills call->out; it prints
 * nothing. It returns false when something could not be done. A verdict "no" is
 * no failure: it sets call->out->no and returns true.
 *
 * Exit status: 0 done or yes; 1 no; otherwise the number of the error's
 * category (sevkit/error.h): 2 wrong usage, 3 input, 4 host, 5 refused.
 */
struct verb_call {
    const char *const *args; /* what is no option */
    size_t n_args;
    const void *options; /* the verb's own struct, filled by its rows */
    struct out *out;
};

struct verb {
    const char *noun;
    const char *verb;
    const char *summary; /* one phrase, no full stop */
    const char *args;    /* "FILE...", for the usage line; NULL: none */
    size_t min_args;
    size_t max_args;
    const struct opt *options;
    size_t n_options;
    size_t options_size; /* at most VERB_OPTIONS_SIZE_MAX */
    const char *plain;   /* see out_print() */
    out_drawer *draw;    /* likewise; NULL: as columns */
    bool (*run)(const struct verb_call *call, struct sevk_error *err);
};

#define VERB_OPTIONS_SIZE_MAX 4096
#define VERB_ARGS_ANY         ((size_t)-1)

/* The rows, for an array called "rows". */
#define VERB_OPTIONS(type)                                                     \
    .options = rows, .n_options = sizeof rows / sizeof rows[0],                \
    .options_size = sizeof(type)

/* verbs.c: every verb, those of a noun together. */
extern const struct verb *const verbs[];
extern const size_t n_verbs;

/* The options that every verb has. */
extern const struct opt verb_common_rows[];
extern const size_t n_verb_common_rows;

/* The program, from the N words that follow its name. The exit status. */
int verb_main(char *const *argv, size_t n);

/* NULL, with *err filled and the nearest name proposed, when there is none. */
const struct verb *verb_find(const char *noun, const char *verb,
                             struct sevk_error *err);

/* Parses the N words that follow the verb, runs it, prints. The exit status. */
int verb_run(const struct verb *verb, char *const *argv, size_t n);

/* Reports WHY on stderr, with JSON also on stdout. Its exit status. */
int verb_fail(const char *schema, bool json, const struct sevk_error *why);

/* True if the words ask for JSON, also when they can't be parsed. */
bool verb_wants_json(char *const *argv, size_t n);

/* 0, or 4 with a message if standard output could not take what was printed. */
int verb_flush(void);

#endif
