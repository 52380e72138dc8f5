/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for bash. */
#include "base/own.h"
#include "cli/completion.h"

/*
 * readline splits words at "=" and ":" too, which the first lines of the
 * function undo: "--trust", "=", "am" is the value "am" of "--trust", and behind
 * "luks-key:" a file is looked for.
 */
static const char head[] =
    "# Completion of sevkit(1) for bash; made by 'sevkit completion bash'.\n"
    "_sevkit_words() { COMPREPLY+=($(compgen -W \"$1\" -- \"$cur\")); }\n"
    "_sevkit_files() {\n"
    "    local found\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t found < <(compgen -f -- \"$cur\")\n"
    "    COMPREPLY+=(\"${found[@]}\")\n"
    "}\n"
    "_sevkit_folders() {\n"
    "    local found\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t found < <(compgen -d -- \"$cur\")\n"
    "    COMPREPLY+=(\"${found[@]}\")\n"
    "}\n"
    "_sevkit_commands() { COMPREPLY+=($(compgen -c -- \"$cur\")); }\n"
    "_sevkit() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1))\n"
    "    local prev=${COMP_WORDS[at]}\n"
    "    COMPREPLY=()\n"
    "    if [[ $cur == = || $cur == : ]]; then\n"
    "        prev=$cur cur= at=$((at + 1))\n"
    "    fi\n"
    "    if [[ $prev == : && ${COMP_WORDS[at - 1]} == luks-key ]]; then\n"
    "        _sevkit_files\n"
    "        return\n"
    "    fi\n"
    "    [[ $prev == = ]] && prev=${COMP_WORDS[at - 1]}\n";

static bool write_nouns(struct buf *to, struct sevk_error *err)
{
    if (!buf_append_string(to,
                           "    if ((COMP_CWORD == 1)); then\n"
                           "        _sevkit_words '--help --version completion",
                           err)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        if (completion_first_of_noun(i) &&
            !buf_printf(to, err, " %s", verbs[i]->noun)) {
            return false;
        }
    }
    return buf_append_string(to, "'\n        return\n    fi\n", err);
}

static bool write_verbs_of(struct buf *to, const char *noun,
                           struct sevk_error *err)
{
    if (!buf_printf(to, err, "        %s) _sevkit_words '--help", noun)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i]->noun, noun) == 0 &&
            !buf_printf(to, err, " %s", verbs[i]->verb)) {
            return false;
        }
    }
    return buf_append_string(to, "' ;;\n", err);
}

static bool write_verbs(struct buf *to, struct sevk_error *err)
{
    if (!buf_append_string(
            to,
            "    if ((COMP_CWORD == 2)); then\n"
            "        case ${COMP_WORDS[1]} in\n"
            "        completion) _sevkit_words 'bash zsh fish' ;;\n",
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
                             "        esac\n        return\n    fi\n"
                             "    case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" "
                             "in\n",
                             err);
}

static bool write_value(struct buf *to, const char *text,
                        struct sevk_error *err)
{
    OWN(completion_clear) struct completion c = { 0 };

    if (!completion_of(text, &c, err)) {
        return false;
    }
    if (c.words.n > 0 &&
        !buf_printf(to, err, "_sevkit_words '%s'; ", buf_string(&c.words))) {
        return false;
    }
    if (c.secret && !buf_append_string(to,
                                       "_sevkit_words luks-key:; compopt -o "
                                       "nospace 2>/dev/null; ",
                                       err)) {
        return false;
    }
    return buf_printf(to, err, "%s%s%s", c.files ? "_sevkit_files; " : "",
                      c.folders ? "_sevkit_folders; " : "",
                      c.commands ? "_sevkit_commands; " : "");
}

/* The values of options, and the options themselves. */
static bool write_options(struct buf *to, const struct verb *verb,
                          struct sevk_error *err)
{
    for (size_t i = 0; i < verb->n_options; i++) {
        const struct opt *row = &verb->options[i];

        if (row->arg != NULL &&
            (!buf_printf(to, err, "        --%s) ", row->name) ||
             !write_value(to, row->arg, err) ||
             !buf_append_string(to, "return ;;\n", err))) {
            return false;
        }
    }
    if (!buf_append_string(to,
                           "        esac\n"
                           "        if [[ $cur == -* ]]; then\n"
                           "            _sevkit_words '",
                           err)) {
        return false;
    }
    for (size_t i = 0; i < verb->n_options; i++) {
        if (!buf_printf(to, err, "--%s ", verb->options[i].name)) {
            return false;
        }
    }
    for (size_t i = 0; i < n_verb_common_rows; i++) {
        if (!buf_printf(to, err, "--%s ", verb_common_rows[i].name)) {
            return false;
        }
    }
    return buf_append_string(to, "'\n            return\n        fi\n", err);
}

bool completion_bash(struct buf *to, struct sevk_error *err)
{
    if (!buf_append_string(to, head, err) || !write_nouns(to, err) ||
        !write_verbs(to, err)) {
        return false;
    }
    for (size_t i = 0; i < n_verbs; i++) {
        const struct verb *v = verbs[i];

        if (!buf_printf(to, err, "    '%s %s')\n        case $prev in\n",
                        v->noun, v->verb) ||
            !write_options(to, v, err) ||
            !buf_append_string(to, "        ", err) ||
            !write_value(to, v->args == NULL ? "" : v->args, err) ||
            !buf_append_string(to, "return ;;\n", err)) {
            return false;
        }
    }
    return buf_append_string(to, "    esac\n}\ncomplete -F _sevkit sevkit\n",
                             err);
}
