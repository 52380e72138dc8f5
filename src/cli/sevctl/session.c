/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl: an owner's keys, for a guest (session) and for platforms (generate). */
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/hold.h"
#include "cli/sevctl/sevctl.h"
#include "crypto/ec_pem.h"
#include "owner/chain.h"
#include "owner/oca.h"
#include "owner/session.h"
#include "owner/session_record.h"

/* -- session --------------------------------------------------------------- */

struct options {
    const char *name;
};

static const struct opt rows[] = {
    { .name = "name",
      .letter = 'n',
      .arg = "NAME",
      .help = "how the names of the files begin",
      .set = opt_set_string,
      .at = offsetof(struct options, name),
      .preset = "vm" },
};

/* The PDH stands first, also where the whole chain is in one file. */
static bool read_pdh(const char *path, struct buf *file, struct bytes *ret,
                     struct sevk_error *err)
{
    if (!file_read(path, CHAIN_FILE_MAX, "PDH", file, err)) {
        return false;
    }
    if (file->n < SEV_CERT_LEN) {
        return sevk_fail(err, SEVK_INPUT,
                         "PDH '%s': %zu bytes, but a certificate has %d", path,
                         file->n, SEV_CERT_LEN);
    }
    *ret = bytes_make(file->p, SEV_CERT_LEN);
    return true;
}

static bool parse_policy(const struct sevctl_call *call, struct opt_u32 *ret,
                         struct sevk_error *err)
{
    return opt_set_policy(&(struct opt){ .name = "policy" }, call->args[1], ret,
                          err);
}

static bool check_session(const struct sevctl_call *call,
                          struct sevk_error *err)
{
    struct opt_u32 policy;

    return parse_policy(call, &policy, err);
}

/* As that program does: keys for a PDH that nothing vouches for. */
static bool run_session(const struct sevctl_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(own_free) struct session_record *record = calloc(1, sizeof *record);
    OWN(buf_free) struct buf file = { 0 };
    struct opt_u32 policy = { 0 };
    struct bytes pdh;
    HOLD_SIGNALS(hold);
    SESSION(session);

    if (record == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a session");
    }
    if (!parse_policy(call, &policy, err) ||
        !read_pdh(call->args[0], &file, &pdh, err) ||
        !session_create_unverified(pdh, policy.value, rng_system(), &session,
                                   err) ||
        !session_record_make(&session, NULL, clock_now(clock_system()), record,
                             err) ||
        !session_files_write(o->name, &session, record, true, err)) {
        return false;
    }
    if (!call->quiet) {
        out_warn(call->out,
                 "no certificate vouches for this PDH: whoever made it can "
                 "read the guest; 'sevkit session create' checks the chain");
    }
    return true;
}

const struct sevctl_command sevctl_session = {
    .name = "session",
    .args = "PDH POLICY",
    .min_args = 2,
    .max_args = 2,
    .summary = "make the keys of a guest, and the session that brings them",
    SEVCTL_OPTIONS(struct options),
    .check = check_session,
    .run = run_session,
};

/* -- generate -------------------------------------------------------------- */

static bool run_generate(const struct sevctl_call *call, struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    HOLD_SIGNALS(hold);
    OWN(file_set_drop) struct file_set set = { .replace = true };
    uint8_t cert[SEV_CERT_LEN];
    SECRET(der);

    return oca_make(rng_system(), &key, cert, err) &&
           p384_key_write_der(key, &der, err) &&
           file_set_add(&set, call->args[0], 0644, BYTES_OF(cert), err) &&
           file_set_add_secret(&set, call->args[1], &der, err) &&
           file_set_commit(&set, err);
}

const struct sevctl_command sevctl_generate = {
    .name = "generate",
    .args = "CERT KEY",
    .min_args = 2,
    .max_args = 2,
    .summary = "make an OCA: its certificate, and its key in DER",
    .run = run_generate,
};
