/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for fish. */
#include "base/own.h"
#include "cli/completion.h"

/* Noun and verb are the first two words, so their places tell all. */
static const char head[] =
    "# Completion of sevkit(1) for fish; made by 'sevkit completion fish'.\n"
    "function __sevkit_words\n"
    "    test (count (commandline -opc)) -eq $argv[1]\n"
    "end\n"
    "function __sevkit_noun\n"
    "    set -l w (commandline -opc)\n"
    "    test (count $w) -eq 2; and test $w[2] = $argv[1]\n"
    "end\n"
    "function __sevkit_verb\n"
    "    set -l w (commandline -opc)\n"
    "    test (count $w) -ge 3; and test \"$w[2] $w[3]\" = \"$argv\"\n"
    "end\n"
    "function __sevkit_secret\n"
    "    set -l file (string replace -r '^luks-key:' '' -- (commandline -ct))\n"
    "    echo luks-key:\n"
    "    printf 'luks-key:%s\\n' (__fish_complete_path $file)\n"
    "end\n"
    "complete -c sevkit -e\n"
    "complete -c sevkit -f\n"
    "complete -c sevkit -n '__sevkit_words 1' -l help -d 'list all verbs'\n"
    "complete -c sevkit -n '__sevkit_words 1' -l version -d 'show the "
    "version'\n"
    "complete -c sevkit -n '__sevkit_words 1' -a completion "
    "-d 'print a script like this one'\n"
    "complete -c sevkit -n '__sevkit_noun completion' -a 'bash zsh fish'\n";

/* Text within single quotes. */
static bool write_quoted(struct buf *to, const char *text,
                         struct sevk_error *err)
{
    if (!buf_append_string(to, "'", err)) {
        return false;
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (!buf_printf(to, err, *p == '\'' || *p == '\\' ? "\\%c" : "%c",
                        *p)) {
            return false;
        }
    }
    return buf_append_string(to, "'", err);
}

static bool write_described(struct buf *to, const char *condition,
                            const char *which, const char *word,
                            const char *what, struct sevk_error *err)
{
    return buf_printf(to, err, "complete -c sevkit -n '%s %s' -a %s -d ",
                      condition, which, word) &&
           write_quoted(to, what, err) && buf_append_string(to, "\n", err);
}

/* " -a '…'" and whether files may stand there. */
static bool write_value(struct buf *to, const char *text,
                        struct sevk_error *err)
{
    OWN(completion_clear) struct completion c = { 0 };

    if (!completion_of(text, &c, err)) {
        return false;
    }
    if (c.words.n > 0 || c.folders || c.commands || c.secret) {
        if (!buf_printf(to, err, " -a '%s%s%s%s'", buf_string(&c.words),
                        c.secret ? "(__sevkit_secret)" : "",
                        c.folders ? "(__fish_complete_directories "
                                    "(commandline -ct) folder)"
                                  : "",
                        c.commands ? "(__fish_complete_command)" : "")) {
            return false;
        }
    }
    return buf_append_string(to, c.files ? " -F" : " -f", err);
}

static bool write_row(struct buf *to, const struct verb *verb,
                      const struct opt *row, struct sevk_error *err)
{
    return buf_printf(to, err,
                      "complete -c sevkit -n '__sevkit_verb %s %s' -l %s",
                      verb->noun, verb->verb, row->name) &&
           (row->arg == NULL || (buf_append_string(to, " -r", err) &&
                                 write_value(to, row->arg, err))) &&
           buf_append_string(to, " -d ", err) &&
           write_quoted(to, row->help, err) && buf_append_string(to, "\n", err);
}

static bool write_verb(struct buf *to, const struct verb *verb,
                       struct sevk_error *err)
{
    if (!write_described(to, "__sevkit_noun", verb->noun, verb->verb,
                         verb->summary, err)) {
        return false;
    }
    for (size_t i = 0; i < verb->n_options; i++) {
        if (!write_row(to, verb, &verb->options[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; i < n_verb_common_rows; i++) {
        if (!write_row(to, verb, &verb_common_rows[i], err)) {
            return false;
        }
    }
    return verb->args == NULL ||
           (buf_printf(to, err, "complete -c sevkit -n '__sevkit_verb %s %s'",
                       verb->noun, verb->verb) &&
            write_value(to, verb->args, err) &&
            buf_append_string(to, "\n", err));
}

bool completion_fish(struct buf *to, struct sevk_error *err)
{
    if (!buf_append_string(to, head, err)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        const struct verb *v = verbs[i];

        if ((completion_first_of_noun(i) &&
             !write_described(to, "__sevkit_words", "1", v->noun, v->summary,
                              err)) ||
            !write_verb(to, v, err)) {
            return false;
        }
    }
    return true;
}
