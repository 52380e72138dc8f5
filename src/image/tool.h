/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of the system that are run for a part of the work. */
#ifndef SEVKIT_IMAGE_TOOL_H
#define SEVKIT_IMAGE_TOOL_H

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * The executable file NAME in PATH, or in /usr/sbin and /sbin, which are not in
 * every user's PATH. The caller frees it. SEVK_HOST when there is none: the
 * message names the Debian PACKAGE that has it.
 */
SEVK_MUST_CHECK bool tool_find(const char *name, const char *package,
                               char **ret, struct sevk_error *err);

/*
 * Secret input goes through pipes, so that it is on no disk and in no argument:
 * the program reads pipe I as /dev/fd/(TOOL_PIPE + I). At most 4096 bytes each,
 * which a pipe holds without a reader.
 */
#define TOOL_PIPE      10
#define TOOL_PIPES_MAX 2

struct tool {
    const char *path;
    const char *const *argv; /* with argv[0], NULL-terminated */
    struct bytes pipes[TOOL_PIPES_MAX];
    size_t n_pipes;
};

/*
 * Runs it to its end, with no standard input and the locale C. Standard output
 * is appended to OUTPUT (NULL: dropped), at most 256 MiB. SEVK_HOST when it
 * does not end with status 0, with the last line that it said.
 */
SEVK_MUST_CHECK bool tool_run(const struct tool *tool, struct buf *output,
                              struct sevk_error *err);

#endif
