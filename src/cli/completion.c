/* SPDX-License-Identifier: Apache-2.0 */
/* Shell completion: what may stand where, whatever the shell. */
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "fw/profile.h"
#include "owner/cpu_model.h"

void completion_clear(struct completion *c)
{
    buf_free(&c->words);
    *c = (struct completion){ 0 };
}

/* -- Kinds of values. ------------------------------------------------------------ */

enum kind {
    KIND_FILE,
    KIND_FOLDER,
    KIND_COMMAND,
    KIND_CPU,
    KIND_POLICY,
    KIND_PROFILE,
    KIND_SECRET,
};

static const struct {
    const char *name;
    enum kind kind;
} kinds[] = {
    { "CERT", KIND_FILE },
    { "COMMAND", KIND_COMMAND },
    { "CSR", KIND_FILE },
    { "DIR", KIND_FOLDER },
    { "FILE", KIND_FILE },
    { "HEADER", KIND_FILE },
    { "KEY", KIND_FILE },
    { "MODEL", KIND_CPU },
    { "NAME-OR-GUID:FILE", KIND_SECRET },
    { "NAMES", KIND_POLICY },
    { "OCA", KIND_FILE },
    { "P", KIND_POLICY },
    { "PATH", KIND_FILE },
    { "PAYLOAD", KIND_FILE },
    { "PEK", KIND_FILE },
    { "POLICY", KIND_POLICY },
    { "PREFIX", KIND_FILE },
    { "PROFILE", KIND_PROFILE },
    { "PROGRAM", KIND_COMMAND },
    { "VM.xml", KIND_FILE },
};

static bool add_word(struct completion *c, const char *word,
                     struct sevk_error *err)
{
    return buf_printf(&c->words, err, "%s ", word);
}

static bool add_cpus(struct completion *c, struct sevk_error *err)
{
    size_t n;
    const struct cpu_model *models = cpu_models(&n);

    for (size_t i = 0; i < n; i++) {
        if (!add_word(c, models[i].name, err)) {
            return false;
        }
    }
    return true;
}

static bool add_profiles(struct completion *c, struct sevk_error *err)
{
    size_t n;
    const struct fw_profile *profiles = fw_profiles(&n);

    for (size_t i = 0; i < n; i++) {
        if (!add_word(c, profiles[i].name, err)) {
            return false;
        }
    }
    return true;
}

static bool add_kind(struct completion *c, enum kind kind,
                     struct sevk_error *err)
{
    switch (kind) {
    case KIND_FILE:
        c->files = true;
        return true;
    case KIND_FOLDER:
        c->folders = true;
        return true;
    case KIND_COMMAND:
        c->commands = true;
        return true;
    case KIND_CPU:
        return add_cpus(c, err);
    case KIND_POLICY:
        return add_word(c, "nodbg,noks", err) &&
               add_word(c, "nodbg,noks,nosend", err) &&
               add_word(c, "nodbg,noks,es", err) &&
               add_word(c, "nodbg,noks,es,nosend", err);
    case KIND_PROFILE:
        return add_profiles(c, err);
    case KIND_SECRET:
        c->secret = true;
        return true;
    }
    return true;
}

/* -- Words of a row. -------------------------------------------------------------- */

static bool stands_for_itself(const char *word)
{
    return word[0] != '\0' &&
           strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
               strlen(word) &&
           word[0] != '-';
}

static bool add_token(struct completion *c, const char *token,
                      struct sevk_error *err)
{
    if (stands_for_itself(token)) {
        return add_word(c, token, err);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(token, kinds[i].name) == 0) {
            return add_kind(c, kinds[i].kind, err);
        }
    }
    return true;
}

/* "[FILE...]": brackets and dots say how many, not what. */
static void strip(char *token)
{
    size_t n = strlen(token);

    while (n > 0 && (token[n - 1] == ']' || token[n - 1] == '.')) {
        token[--n] = '\0';
    }
    if (token[0] == '[') {
        memmove(token, token + 1, n);
    }
}

bool completion_of(const char *text, struct completion *ret,
                   struct sevk_error *err)
{
    OWN(completion_clear) struct completion c = { 0 };
    OWN(own_free) char *copy = strdup(text);
    char *rest = NULL;

    if (copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    for (char *token = strtok_r(copy, " |", &rest); token != NULL;
         token = strtok_r(NULL, " |", &rest)) {
        strip(token);
        if (!add_token(&c, token, err)) {
            return false;
        }
    }
    *ret = c;
    c = (struct completion){ 0 };
    return true;
}

/* -- The scripts. ------------------------------------------------------------------ */

bool completion_first_of_noun(size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(verbs[k]->noun, verbs[i]->noun) == 0) {
            return false;
        }
    }
    return true;
}

static bool write_script(const char *shell, struct buf *to,
                         struct sevk_error *err)
{
    static const struct {
        const char *shell;
        completion_writer *write;
    } writers[] = {
        { "bash", completion_bash },
        { "zsh", completion_zsh },
        { "fish", completion_fish },
    };

    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        if (strcmp(shell, writers[i].shell) == 0) {
            return writers[i].write(to, err);
        }
    }
    return sevk_fail(err, SEVK_USAGE,
                     "there is no completion for the shell '%.60s', but for "
                     "bash, zsh and fish",
                     shell);
}

int completion_main(const char *shell)
{
    OWN(buf_free) struct buf script = { 0 };
    struct sevk_error err = { 0 };

    if (!write_script(shell, &script, &err)) {
        return verb_fail("sevkit/1", false, &err);
    }
    fputs(buf_string(&script), stdout);
    return verb_flush();
}
