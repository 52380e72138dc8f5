/* SPDX-License-Identifier: Apache-2.0 */
/* The names of a session's files. */
#ifndef SEVKIT_OWNER_SESSION_PATHS_H
#define SEVKIT_OWNER_SESSION_PATHS_H

#include <sevkit/error.h>

/*
 * A session is five files whose names begin alike, as sevctl's do, so that its
 * users' scripts find them: PREFIX is "DIR/NAME" or "NAME", and nothing is put
 * between it and the endings below. What the files hold is in session_record.h.
 * No other file makes up these names.
 */

enum session_path_id {
    SESSION_PATH_TIK,
    SESSION_PATH_TEK,
    SESSION_PATH_GODH,
    SESSION_PATH_SESSION,
    SESSION_PATH_RECORD,
};

/* "PREFIX_tik.bin" and so on, in new memory; the caller frees it. */
SEVK_MUST_CHECK bool session_path(const char *prefix, enum session_path_id id,
                                  char **ret, struct sevk_error *err);

#endif
