/* SPDX-License-Identifier: Apache-2.0 */
/* Shell completion, made from the table of verbs. */
#ifndef SEVKIT_CLI_COMPLETION_H
#define SEVKIT_CLI_COMPLETION_H

#include "base/buf.h"
#include "cli/verb.h"

/*
 * "sevkit completion SHELL" prints a script for bash, zsh or fish, which holds
 * everything: the shell need not run sevkit while somebody types. Nouns, verbs,
 * options and their helps are the rows' own. What may stand for a value is told
 * by how the rows call it:
 *
 *   amd|FILE    words in lower case stand for themselves, words in capitals
 *               for a kind; any of them
 *   FILE, DIR   a file, a folder; see the table in completion.c for the others
 *   MODEL, P    what the libraries know: CPU models, common policies
 *
 * A word that no table knows is a value that can't be guessed.
 */
struct completion {
    struct buf words; /* each with a space behind it; safe in any shell */
    bool files;
    bool folders;
    bool commands;
    bool secret; /* "luks-key:" and a file, in one word */
};

void completion_clear(struct completion *c); /* for OWN() */

/* What may stand for TEXT, a row's arg or a verb's args. */
SEVK_MUST_CHECK bool completion_of(const char *text, struct completion *ret,
                                   struct sevk_error *err);

/* The scripts, appended to TO. */
typedef bool completion_writer(struct buf *to, struct sevk_error *err);
completion_writer completion_bash, completion_zsh, completion_fish;

/* Is verbs[I] the first one of its noun? */
bool completion_first_of_noun(size_t i);

/* Prints the script for SHELL. The exit status. */
int completion_main(const char *shell);

#endif
