/* SPDX-License-Identifier: Apache-2.0 */
/* A passphrase from a file or from the terminal, never from the command line. */
#ifndef SEVKIT_CLI_PASSPHRASE_H
#define SEVKIT_CLI_PASSPHRASE_H

#include <sevkit/error.h>

#include "base/secret.h"

/*
 * The content of the file PATH (which may be a pipe, as /dev/fd/3), without one
 * newline at its end. SEVK_INPUT when nothing is left of it.
 */
SEVK_MUST_CHECK bool passphrase_from_file(const char *path,
                                          struct sevk_secret *ret,
                                          struct sevk_error *err);

/*
 * Asks on the process's terminal, without echo; TWICE when a new one is chosen.
 * WHAT says whose it is. SEVK_USAGE when there is no terminal.
 */
SEVK_MUST_CHECK bool passphrase_from_terminal(const char *what, bool twice,
                                              struct sevk_secret *ret,
                                              struct sevk_error *err);

#endif
