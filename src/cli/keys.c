/* SPDX-License-Identifier: Apache-2.0 */
/* The session's keys, as options name them: by files. */
#include "cli/keys.h"

#include "base/own.h"
#include "owner/session_record.h"

bool keys_check(const struct key_options *o, unsigned int needed,
                struct sevk_error *err)
{
    bool pair = o->tik != NULL || o->tek != NULL;
    int ways = (o->session != NULL) + (o->tk != NULL) + pair;

    if (ways == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "the session's keys are missing: name --session, "
                         "--tk or %s",
                         (needed & KEYS_TEK) != 0 ? "--tik and --tek"
                                                  : "--tik");
    }
    if (ways > 1) {
        return sevk_fail(err, SEVK_USAGE,
                         "the session's keys are named twice: --session, --tk "
                         "and --tik/--tek exclude each other");
    }
    if (pair && o->tik == NULL) {
        return sevk_fail(err, SEVK_USAGE, "'--tik FILE' is missing");
    }
    if (pair && o->tek == NULL && (needed & KEYS_TEK) != 0) {
        return sevk_fail(err, SEVK_USAGE, "'--tek FILE' is missing");
    }
    return true;
}

static bool load_session(const char *prefix, struct sevk_secret *ret_tek,
                         struct sevk_secret *ret_tik, struct sevk_error *err)
{
    OWN(own_free) struct session_record *record = calloc(1, sizeof *record);
    SESSION(session);

    if (record == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a session");
    }
    if (!session_files_read(prefix, &session, record, err)) {
        return false;
    }
    secret_move(ret_tek, &session.tek);
    secret_move(ret_tik, &session.tik);
    return true;
}

bool keys_load(const struct key_options *o, unsigned int needed,
               struct sevk_secret *ret_tek, struct sevk_secret *ret_tik,
               struct sevk_error *err)
{
    if (!keys_check(o, needed, err)) {
        return false;
    }
    if (o->session != NULL) {
        return load_session(o->session, ret_tek, ret_tik, err);
    }
    if (o->tk != NULL) {
        return session_keys_read_both(o->tk, ret_tek, ret_tik, err);
    }
    if ((needed & KEYS_TEK) != 0 &&
        !secret_read_file(ret_tek, o->tek, SESSION_KEY_LEN, SESSION_KEY_LEN,
                          "TEK", err)) {
        return false;
    }
    return secret_read_file(ret_tik, o->tik, SESSION_KEY_LEN, SESSION_KEY_LEN,
                            "TIK", err);
}
