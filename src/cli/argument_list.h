/* SPDX-License-Identifier: Apache-2.0 */
/* The words of another program's command line: made, shown, run. */
#ifndef SEVKIT_CLI_ARGUMENT_LIST_H
#define SEVKIT_CLI_ARGUMENT_LIST_H

#include "base/buf.h"

/*
 * A program and its arguments, without a shell in between. Start with all
 * zeros; release with argument_list_free(). The list is NULL-terminated as
 * soon as it has an item. Nothing secret may be added: argv is public.
 */
#define ARGUMENTS_MAX 256
struct argument_list {
    char *items[ARGUMENTS_MAX + 1];
    size_t n;
};

void argument_list_free(struct argument_list *list); /* also for OWN() */

/* Adds one word. SEVK_USAGE when there are too many. */
SEVK_MUST_CHECK bool argument_list_add(struct argument_list *list,
                                       struct sevk_error *err, const char *fmt,
                                       ...) SEVK_PRINTF(3, 4);

/* Adds all words of FROM. */
SEVK_MUST_CHECK bool argument_list_copy(struct argument_list *list,
                                        const struct argument_list *from,
                                        struct sevk_error *err);

/* Appends a line that a POSIX shell reads as these words; no newline. */
SEVK_MUST_CHECK bool argument_list_quote(const struct argument_list *list,
                                         struct buf *to,
                                         struct sevk_error *err);

/*
 * Runs the program, found in PATH, and appends what it writes to its standard
 * output, at most 4 MiB of it; its messages go where ours go. SEVK_HOST when
 * it can't be run, or ends with another status than 0.
 */
SEVK_MUST_CHECK bool argument_list_output(const struct argument_list *list,
                                          struct buf *to,
                                          struct sevk_error *err);

/* Becomes the program. Returns only on failure. */
bool argument_list_exec(const struct argument_list *list,
                        struct sevk_error *err);

#endif
