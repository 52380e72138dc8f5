/* SPDX-License-Identifier: Apache-2.0 */
/* What sevkit-guest was asked to do. */
#ifndef SEVKIT_GUEST_COMMAND_H
#define SEVKIT_GUEST_COMMAND_H

#include <sevkit/error.h>

#include "base/guid.h"

enum command_verb {
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_LIST,
    COMMAND_GET,
    COMMAND_WIPE,
    COMMAND_STATUS,
};

struct command {
    enum command_verb verb;
    const char *name; /* get: as it was given */
    struct guid guid; /* get */
    bool once;
    bool show; /* a secret to a terminal */
    bool json;
    const char *out;  /* NULL: standard output */
    const char *root; /* "" */
};

/* The words behind the program's name; NULL-terminated. SEVK_USAGE. */
SEVK_MUST_CHECK bool command_parse(const char *const *words,
                                   struct command *ret, struct sevk_error *err);

extern const char command_help[];

#endif
