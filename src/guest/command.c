/* SPDX-License-Identifier: Apache-2.0 */
/* What sevkit-guest was asked to do. */
#include "guest/command.h"

#include <string.h>

#include "base/error.h"
#include "wire/secret_table.h"

const char command_help[] =
    "usage: sevkit-guest list [--json]\n"
    "       sevkit-guest get NAME-OR-GUID [--once] [--out FILE] [--show]\n"
    "       sevkit-guest wipe\n"
    "       sevkit-guest status [--json]\n"
    "\n"
    "The launch secrets of the SEV guest that this runs in.\n"
    "\n"
    "  list        print GUID, length and name of each secret\n"
    "  get         write a secret (\"luks-key\" or a GUID) to standard output\n"
    "  wipe        overwrite all of them where they lie\n"
    "  status      say what protects this guest (exit status 1: nothing does)\n"
    "\n"
    "  --once      wipe the secret after it was written\n"
    "  --out FILE  write it to a new file of mode 0600\n"
    "  --show      write it to standard output even if that is a terminal\n"
    "  --json      print one JSON object\n"
    "  --root DIR  look below DIR: proc/iomem, dev/mem, "
    "sys/kernel/security...\n"
    "  --help, --version\n"
    "\n"
    "sevkit-guest(8) says more.\n";

#define VERB(v) (1U << COMMAND_##v)

static const struct {
    const char *name;
    enum command_verb verb;
} verbs[] = {
    { "--help", COMMAND_HELP }, { "--version", COMMAND_VERSION },
    { "list", COMMAND_LIST },   { "get", COMMAND_GET },
    { "wipe", COMMAND_WIPE },   { "status", COMMAND_STATUS },
};

static bool parse_verb(const char *word, enum command_verb *ret,
                       struct sevk_error *err)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (word != NULL && strcmp(word, verbs[i].name) == 0) {
            *ret = verbs[i].verb;
            return true;
        }
    }
    return sevk_fail(err, SEVK_USAGE,
                     "%s%s%s: list, get, wipe or status is wanted "
                     "('sevkit-guest --help')",
                     word == NULL ? "no command" : "no such command '",
                     word == NULL ? "" : word, word == NULL ? "" : "'");
}

static bool flag_for(struct command *c, const char *word, unsigned *ret_verbs,
                     bool **ret)
{
    const struct {
        const char *name;
        unsigned verbs;
        bool *at;
    } flags[] = {
        { "--once", VERB(GET), &c->once },
        { "--show", VERB(GET), &c->show },
        { "--json", VERB(LIST) | VERB(STATUS), &c->json },
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(word, flags[i].name) == 0) {
            *ret_verbs = flags[i].verbs;
            *ret = flags[i].at;
            return true;
        }
    }
    return false;
}

/* One word, or an option with its value; returns how many, 0 for failure. */
static size_t take(struct command *c, const char *const *words,
                   struct sevk_error *err)
{
    const char **value = strcmp(words[0], "--out") == 0    ? &c->out
                         : strcmp(words[0], "--root") == 0 ? &c->root
                                                           : NULL;
    unsigned allowed = value == &c->out ? VERB(GET) : ~0U;
    bool *flag = NULL;

    if (value != NULL && words[1] == NULL) {
        sevk_fail(err, SEVK_USAGE, "%s needs a value", words[0]);
        return 0;
    }
    if ((value != NULL || flag_for(c, words[0], &allowed, &flag)) &&
        (allowed & 1U << c->verb) != 0) {
        if (value != NULL) {
            *value = words[1];
            return 2;
        }
        *flag = true;
        return 1;
    }
    if (c->verb == COMMAND_GET && c->name == NULL && words[0][0] != '-') {
        c->name = words[0];
        return 1;
    }
    sevk_fail(err, SEVK_USAGE, "'%s' makes no sense here", words[0]);
    return 0;
}

bool command_parse(const char *const *words, struct command *ret,
                   struct sevk_error *err)
{
    struct command c = { .root = "" };

    if (!parse_verb(words[0], &c.verb, err)) {
        return false;
    }
    for (size_t at = 1; words[at] != NULL;) {
        size_t n = take(&c, words + at, err);

        if (n == 0) {
            return false;
        }
        at += n;
    }
    if (c.verb == COMMAND_GET &&
        (c.name == NULL || !secret_guid_from_name(c.name, &c.guid))) {
        return sevk_fail(err, SEVK_USAGE,
                         c.name == NULL
                             ? "which secret? Name it: luks-key, or a GUID"
                             : "'%s' is neither a GUID nor a known name "
                               "(luks-key)",
                         c.name);
    }
    *ret = c;
    return true;
}
