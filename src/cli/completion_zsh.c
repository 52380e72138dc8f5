/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for zsh. */
#include "base/own.h"
#include "cli/completion.h"

/* Text within single quotes, and within the brackets or colons of a spec. */
static bool write_quoted(struct buf *to, const char *text,
                         struct sevk_error *err)
{
    for (const char *p = text; *p != '\0'; p++) {
        bool done = *p == '\'' ? buf_append_string(to, "'\\''", err)
                    : strchr("[]:\\", *p) != NULL
                        ? buf_printf(to, err, "\\%c", *p)
                        : buf_printf(to, err, "%c", *p);

        if (!done) {
            return false;
        }
    }
    return true;
}

static bool write_described(struct buf *to, const char *word, const char *what,
                            struct sevk_error *err)
{
    return buf_printf(to, err, " '%s:", word) && write_quoted(to, what, err) &&
           buf_append_string(to, "'", err);
}

static bool write_nouns(struct buf *to, struct sevk_error *err)
{
    if (!buf_append_string(to,
                           "    local -a nouns=('completion:print a script "
                           "like this one'",
                           err)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        if (completion_first_of_noun(i) &&
            !write_described(to, verbs[i]->noun, verbs[i]->summary, err)) {
            return false;
        }
    }
    return buf_append_string(to, ")\n", err);
}

static bool write_verbs_of(struct buf *to, const char *noun,
                           struct sevk_error *err)
{
    if (!buf_printf(to, err, "        %s) verbs=(", noun)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i]->noun, noun) == 0 &&
            !write_described(to, verbs[i]->verb, verbs[i]->summary, err)) {
            return false;
        }
    }
    return buf_append_string(to, ") ;;\n", err);
}

static bool write_verbs(struct buf *to, struct sevk_error *err)
{
    if (!buf_append_string(to,
                           "    if ((CURRENT == 3)); then\n"
                           "        local -a verbs\n"
                           "        case $words[2] in\n"
                           "        completion) verbs=(bash zsh fish) ;;\n",
                           err)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        if (completion_first_of_noun(i) &&
            !write_verbs_of(to, verbs[i]->noun, err)) {
            return false;
        }
    }
    return buf_append_string(to,
                             "        esac\n"
                             "        _describe verb verbs\n"
                             "        return\n    fi\n",
                             err);
}

/* As an action of _arguments: each that applies adds its matches. */
static bool write_action(struct buf *to, const char *text,
                         struct sevk_error *err)
{
    OWN(completion_clear) struct completion c = { 0 };

    if (!completion_of(text, &c, err)) {
        return false;
    }
    if (c.words.n == 0 && !c.files && !c.folders && !c.commands && !c.secret) {
        return buf_append_string(to, " ", err);
    }
    if (!buf_append_string(to, "{", err)) {
        return false;
    }
    if (c.secret && !buf_append_string(to, "_sevkit_secret;", err)) {
        return false;
    }
    if (c.words.n > 0 &&
        !buf_printf(to, err, "compadd -- %s;", buf_string(&c.words))) {
        return false;
    }
    return buf_printf(to, err, "%s%s%s}", c.files ? "_files;" : "",
                      c.folders ? "_path_files -/;" : "",
                      c.commands ? "_command_names;" : "");
}

static bool write_row(struct buf *to, const struct opt *row,
                      struct sevk_error *err)
{
    if (!buf_printf(to, err, " \\\n            '%s--%s%s[",
                    row->many ? "*" : "", row->name,
                    row->arg == NULL ? "" : "=") ||
        !write_quoted(to, row->help, err) || !buf_append_string(to, "]", err)) {
        return false;
    }
    if (row->arg != NULL &&
        (!buf_append_string(to, ":", err) || !write_quoted(to, row->arg, err) ||
         !buf_append_string(to, ":", err) ||
         !write_action(to, row->arg, err))) {
        return false;
    }
    return buf_append_string(to, "'", err);
}

static bool write_verb(struct buf *to, const struct verb *verb,
                       struct sevk_error *err)
{
    if (!buf_printf(to, err, "    '%s %s')\n        _arguments -S", verb->noun,
                    verb->verb)) {
        return false;
    }
    for (size_t i = 0; i < verb->n_options; i++) {
        if (!write_row(to, &verb->options[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; i < n_verb_common_rows; i++) {
        if (!write_row(to, &verb_common_rows[i], err)) {
            return false;
        }
    }
    if (verb->args != NULL &&
        (!buf_append_string(to, " \\\n            '*:", err) ||
         !write_quoted(to, verb->args, err) ||
         !buf_append_string(to, ":", err) ||
         !write_action(to, verb->args, err) ||
         !buf_append_string(to, "'", err))) {
        return false;
    }
    return buf_append_string(to, "\n        ;;\n", err);
}

bool completion_zsh(struct buf *to, struct sevk_error *err)
{
    if (!buf_append_string(to,
                           "#compdef sevkit\n"
                           "# Completion of sevkit(1) for zsh; made by 'sevkit "
                           "completion zsh'.\n"
                           "_sevkit_secret() {\n"
                           "    if compset -P '*:'; then\n"
                           "        _files\n"
                           "    else\n"
                           "        compadd -S '' -- luks-key:\n"
                           "    fi\n"
                           "}\n"
                           "_sevkit() {\n",
                           err) ||
        !write_nouns(to, err) ||
        !buf_append_string(to,
                           "    if ((CURRENT == 2)); then\n"
                           "        compadd -- --help --version\n"
                           "        _describe noun nouns\n"
                           "        return\n    fi\n",
                           err) ||
        !write_verbs(to, err) ||
        !buf_append_string(to,
                           "    local line=\"$words[2] $words[3]\"\n"
                           "    shift 2 words\n"
                           "    ((CURRENT -= 2))\n"
                           "    case $line in\n",
                           err)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        if (!write_verb(to, verbs[i], err)) {
            return false;
        }
    }
    /* The function completes when zsh loads it from its search path. */
    return buf_append_string(to,
                             "    esac\n}\n"
                             "if [ \"$funcstack[1]\" = _sevkit ]; then\n"
                             "    _sevkit \"$@\"\nelse\n"
                             "    compdef _sevkit sevkit\nfi\n",
                             err);
}
