/* SPDX-License-Identifier: Apache-2.0 */
/* The session's keys, as options name them: by files. */
#ifndef SEVKIT_CLI_KEYS_H
#define SEVKIT_CLI_KEYS_H

#include "base/secret.h"
#include "cli/opt.h"

struct key_options {
    const char *session; /* prefix of what "session create" wrote */
    const char *tik;
    const char *tek;
    const char *tk; /* TEK, then TIK, in one file of 32 bytes */
};

/* Rows for a struct TYPE with a struct key_options MEMBER. */
#define KEY_ROWS(type, member)                                                 \
    { .name = "session",                                                       \
      .arg = "PREFIX",                                                         \
      .help = "files that 'session create' wrote",                             \
      .set = opt_set_string,                                                   \
      .at = offsetof(type, member.session) },                                  \
        { .name = "tik",                                                       \
          .arg = "FILE",                                                       \
          .help = "transport integrity key, 16 bytes",                         \
          .set = opt_set_string,                                               \
          .at = offsetof(type, member.tik) },                                  \
        { .name = "tek",                                                       \
          .arg = "FILE",                                                       \
          .help = "transport encryption key, 16 bytes",                        \
          .set = opt_set_string,                                               \
          .at = offsetof(type, member.tek) },                                  \
    {                                                                          \
        .name = "tk", .arg = "FILE",                                           \
        .help = "both keys in one file: TEK, then TIK", .set = opt_set_string, \
        .at = offsetof(type, member.tk)                                        \
    }

/* Which keys are needed. */
enum {
    KEYS_TIK = 1,
    KEYS_TEK = 2,
};

/* SEVK_USAGE unless exactly one way to the keys in NEEDED was given. */
SEVK_MUST_CHECK bool keys_check(const struct key_options *o,
                                unsigned int needed, struct sevk_error *err);

/*
 * Reads the keys in NEEDED from one of: --session (after its record was found
 * to belong to them), --tk, or --tik and --tek. SEVK_USAGE when there is none,
 * or more than one. A key that is not needed is not read.
 */
SEVK_MUST_CHECK bool keys_load(const struct key_options *o, unsigned int needed,
                               struct sevk_secret *ret_tek,
                               struct sevk_secret *ret_tik,
                               struct sevk_error *err);

#endif
