/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a verb by its words, and lists what there is. */
#include <string.h>

#include "cli/suggest.h"
#include "cli/verb.h"

static bool noun_exists(const char *noun)
{
    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i]->noun, noun) == 0) {
            return true;
        }
    }
    return false;
}

static void fail_unknown(const char *kind, const struct suggest *s,
                         struct sevk_error *err)
{
    if (s->best != NULL) {
        sevk_fail(err, SEVK_USAGE, "unknown %s '%.60s'; did you mean '%s'?",
                  kind, s->typed, s->best);
    } else {
        sevk_fail(err, SEVK_USAGE,
                  "unknown %s '%.60s'; 'sevkit --help' lists what there is",
                  kind, s->typed);
    }
}

const struct verb *verb_find(const char *noun, const char *verb,
                             struct sevk_error *err)
{
    struct suggest near_noun = { .typed = noun };
    struct suggest near_verb = { .typed = verb };
    bool known = noun_exists(noun);

    for (size_t i = 0; i < n_verbs; i++) {
        if (!known) {
            suggest_offer(&near_noun, verbs[i]->noun);
        } else if (strcmp(verbs[i]->noun, noun) != 0) {
            continue;
        } else if (strcmp(verbs[i]->verb, verb) == 0) {
            return verbs[i];
        } else {
            suggest_offer(&near_verb, verbs[i]->verb);
        }
    }
    fail_unknown(known ? "verb" : "noun", known ? &near_verb : &near_noun, err);
    return NULL;
}

/* The verbs of NOUN, or all. */
static int list(const char *noun)
{
    printf("usage: sevkit %s VERB [options] [files]\n\n",
           noun == NULL ? "NOUN" : noun);
    for (size_t i = 0; i < n_verbs; i++) {
        char name[64];

        if (noun != NULL && strcmp(verbs[i]->noun, noun) != 0) {
            continue;
        }
        snprintf(name, sizeof name, "%s %s", verbs[i]->noun, verbs[i]->verb);
        printf("  %-18s %s\n", name, verbs[i]->summary);
    }
    puts("\n'sevkit NOUN VERB --help' lists the options of a verb; sevkit(1) "
         "and\nsevkit(7) say more.");
    return verb_flush();
}

/* Answers "--help" and "NOUN --help"; false for anything else. */
static bool answer_help(char *const *argv, size_t n, int *ret_status)
{
    if (n == 1 && strcmp(argv[0], "--help") == 0) {
        *ret_status = list(NULL);
        return true;
    }
    if (n == 2 && noun_exists(argv[0]) && strcmp(argv[1], "--help") == 0) {
        *ret_status = list(argv[0]);
        return true;
    }
    return false;
}

/* The verb that the first two words name. */
static const struct verb *find_words(char *const *argv, size_t n,
                                     struct sevk_error *err)
{
    if (n == 0) {
        sevk_fail(err, SEVK_USAGE,
                  "name a noun and a verb; 'sevkit --help' lists them");
        return NULL;
    }
    if (n == 1 && noun_exists(argv[0])) {
        sevk_fail(err, SEVK_USAGE,
                  "name a verb too; 'sevkit %s --help' lists them", argv[0]);
        return NULL;
    }
    return verb_find(argv[0], n == 1 ? "" : argv[1], err);
}

int verb_main(char *const *argv, size_t n)
{
    struct sevk_error err = { 0 };
    const struct verb *verb;
    int status;

    if (answer_help(argv, n, &status)) {
        return status;
    }
    verb = find_words(argv, n, &err);
    if (verb == NULL) {
        return verb_fail("sevkit/1", verb_wants_json(argv, n), &err);
    }
    return verb_run(verb, argv + 2, n - 2);
}
