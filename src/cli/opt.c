/* SPDX-License-Identifier: Apache-2.0 */
/* Options as rows: one table parses them, checks them and prints their help. */
#include "cli/opt.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "cli/suggest.h"

/* The line of words, read from left to right. */
struct line {
    char *const *argv;
    size_t n;
    size_t at;
};

/* A row that was found, with its group and its place in all groups. */
struct found {
    const struct opt *row;
    const struct opt_group *group;
    size_t place;
};

/* The name or the letter (then NAME is NULL) that is looked for. */
struct wanted {
    const char *name;
    size_t len;
    char letter;
    bool
        begins; /* also rows whose name only begins so, where that is allowed */
};

static bool fits(const struct opt_group *group, const struct opt *row,
                 const struct wanted *w)
{
    if (w->name == NULL) {
        return w->letter != 0 && row->letter == w->letter;
    }
    return strncmp(row->name, w->name, w->len) == 0 &&
           (row->name[w->len] == '\0' || (w->begins && group->lenient));
}

/* How many rows fit; RET is the first of them. */
static size_t count(const struct opt_group *groups, size_t n_groups,
                    const struct wanted *w, struct found *ret)
{
    size_t place = 0;
    size_t n = 0;

    for (size_t g = 0; g < n_groups; g++) {
        for (size_t i = 0; i < groups[g].n; i++, place++) {
            const struct opt *row = &groups[g].rows[i];

            if (fits(&groups[g], row, w) && n++ == 0) {
                assert(place < OPT_ROWS_MAX);
                *ret = (struct found){ row, &groups[g], place };
            }
        }
    }
    return n;
}

static bool find_letter(const struct opt_group *groups, size_t n_groups,
                        char letter, struct found *ret)
{
    struct wanted w = { .letter = letter };

    return count(groups, n_groups, &w, ret) != 0;
}

/* The whole name before a beginning: "tk" is an option, and "t" is not. */
static size_t find_name(const struct opt_group *groups, size_t n_groups,
                        const char *name, size_t len, struct found *ret)
{
    struct wanted w = { .name = name, .len = len };

    if (count(groups, n_groups, &w, ret) != 0) {
        return 1;
    }
    w.begins = true;
    return len == 0 ? 0 : count(groups, n_groups, &w, ret);
}

static bool fail_unknown(const struct opt_group *groups, size_t n_groups,
                         const char *name, size_t len, struct sevk_error *err)
{
    char typed[64];
    struct suggest s = { .typed = typed };

    snprintf(typed, sizeof typed, "%.*s", (int)(len > 60 ? 60 : len), name);
    for (size_t g = 0; g < n_groups; g++) {
        for (size_t i = 0; i < groups[g].n; i++) {
            suggest_offer(&s, groups[g].rows[i].name);
        }
    }
    if (s.best != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "unknown option '--%s'; did you mean '--%s'?", typed,
                         s.best);
    }
    return sevk_fail(err, SEVK_USAGE,
                     "unknown option '--%s'; '--help' lists the options",
                     typed);
}

/* Hands VALUE to the setter, once unless more are welcome. */
static bool set(const struct found *f, const char *value, struct opt_seen *seen,
                struct sevk_error *err)
{
    uint8_t *target = f->group->target;

    if (seen->row[f->place] && !f->row->many && !f->group->lenient) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--%s' is given twice; which one is meant?",
                         f->row->name);
    }
    seen->row[f->place] = true;
    if (!f->row->set(f->row, value, target + f->row->at, err)) {
        if (err != NULL) {
            err->code = SEVK_USAGE;
        }
        return false;
    }
    return true;
}

/*
 * Would argparse take the word for an option? What has a space in it is a
 * value, unless it is an option that it knows.
 */
static bool is_lenient_option(const struct opt_group *groups, size_t n_groups,
                              const char *word)
{
    struct found f;

    if (word[0] != '-' || word[1] == '\0') {
        return false;
    }
    if (strchr(word, ' ') == NULL) {
        return true;
    }
    return word[1] == '-' ? find_name(groups, n_groups, word + 2,
                                      strcspn(word + 2, "="), &f) != 0
                          : find_letter(groups, n_groups, word[1], &f);
}

/* The value that stands in the next word. */
static bool take_value(const struct opt_group *groups, size_t n_groups,
                       struct line *line, const struct found *f,
                       const char **ret_value, struct sevk_error *err)
{
    const char *next = line->at < line->n ? line->argv[line->at] : NULL;
    const struct opt *row = f->row;

    if (next == NULL) {
        return sevk_fail(err, SEVK_USAGE, "'--%s' needs a value: --%s %s",
                         row->name, row->name, row->arg);
    }
    if (f->group->lenient ? is_lenient_option(groups, n_groups, next)
                          : strncmp(next, "--", 2) == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--%s' needs a value, but '%s' follows; if that is "
                         "the value, write --%s=%s",
                         row->name, next, row->name, next);
    }
    line->at++;
    *ret_value = next;
    return true;
}

static bool parse_long(const struct opt_group *groups, size_t n_groups,
                       struct line *line, const char *word,
                       struct opt_seen *seen, struct sevk_error *err)
{
    const char *name = word + 2;
    size_t len = strcspn(name, "=");
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    struct found f;

    switch (find_name(groups, n_groups, name, len, &f)) {
    case 0:
        return fail_unknown(groups, n_groups, name, len, err);
    case 1:
        break;
    default:
        return sevk_fail(err, SEVK_USAGE,
                         "'--%.*s' is the beginning of several options; '--%s' "
                         "is one of them",
                         (int)(len > 60 ? 60 : len), name, f.row->name);
    }
    if (f.row->arg == NULL) {
        if (value != NULL) {
            return sevk_fail(err, SEVK_USAGE, "'--%s' takes no value",
                             f.row->name);
        }
        return set(&f, "", seen, err);
    }
    if (value == NULL && !take_value(groups, n_groups, line, &f, &value, err)) {
        return false;
    }
    return set(&f, value, seen, err);
}

/* "-dq", "-n 4" and "-n4". */
static bool parse_letters(const struct opt_group *groups, size_t n_groups,
                          struct line *line, const char *word,
                          struct opt_seen *seen, struct sevk_error *err)
{
    for (const char *p = word + 1; *p != '\0'; p++) {
        const char *value = "";
        struct found f;

        if (!find_letter(groups, n_groups, *p, &f)) {
            return sevk_fail(err, SEVK_USAGE,
                             "unknown option '%s'; '--help' lists the options",
                             word);
        }
        if (f.row->arg == NULL) {
            if (!set(&f, "", seen, err)) {
                return false;
            }
            continue;
        }
        if (p[1] != '\0') {
            /* "-n=4" is 4 only where it stands alone. */
            bool equals = p == word + 1 && p[1] == '=';

            value = p + (equals ? 2 : 1);
        } else if (!take_value(groups, n_groups, line, &f, &value, err)) {
            return false;
        }
        return set(&f, value, seen, err);
    }
    return true;
}

bool opt_parse(const struct opt_group *groups, size_t n_groups,
               char *const *argv, size_t n, struct opt_words *args,
               struct opt_seen *seen, struct sevk_error *err)
{
    struct line line = { argv, n, 0 };
    bool options = true;

    while (line.at < n) {
        const char *word = argv[line.at++];
        bool ok = true;

        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && strncmp(word, "--", 2) == 0) {
            ok = parse_long(groups, n_groups, &line, word, seen, err);
        } else if (options && word[0] == '-' && word[1] != '\0') {
            ok = parse_letters(groups, n_groups, &line, word, seen, err);
        } else {
            args->items[args->n++] = word;
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

bool opt_finish(const struct opt_group *groups, size_t n_groups,
                const struct opt_seen *seen, struct sevk_error *err)
{
    size_t place = 0;

    for (size_t g = 0; g < n_groups; g++) {
        for (size_t i = 0; i < groups[g].n; i++, place++) {
            const struct opt *row = &groups[g].rows[i];
            uint8_t *target = groups[g].target;

            if (seen->row[place]) {
                continue;
            }
            if (row->required) {
                return sevk_fail(err, SEVK_USAGE, "'--%s %s' is missing",
                                 row->name, row->arg);
            }
            if (row->preset != NULL &&
                !row->set(row, row->preset, target + row->at, err)) {
                return false;
            }
        }
    }
    return true;
}

void opt_print_help(const struct opt *rows, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        const struct opt *row = &rows[i];
        char left[80];
        char letter[8] = "";

        if (row->letter != 0) {
            snprintf(letter, sizeof letter, "-%c, ", row->letter);
        }
        snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name,
                 row->arg == NULL ? "" : " ", row->arg == NULL ? "" : row->arg);
        fprintf(to, "  %-28s %s", left, row->help);
        if (row->preset != NULL) {
            fprintf(to, " (default: %s)", row->preset);
        }
        fputs(row->many ? "; may be repeated\n" : "\n", to);
    }
}
