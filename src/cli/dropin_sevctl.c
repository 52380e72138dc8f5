/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl: so far its "session", with that program's options and file names. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/own.h"
#include "base/random.h"
#include "cli/dropin.h"
#include "cli/opt.h"
#include "cli/out.h"
#include "owner/chain.h"
#include "owner/session.h"
#include "owner/session_record.h"

#define PROGRAM "sevctl"
#define FAILED  1 /* whatever went wrong */

struct options {
    bool help;
    bool quiet;
    const char *name;
};

static const struct opt rows[] = {
    { .name = "help",
      .letter = 'h',
      .help = "show this help",
      .set = opt_set_flag,
      .at = offsetof(struct options, help) },
    { .name = "quiet",
      .letter = 'q',
      .help = "no warnings",
      .set = opt_set_flag,
      .at = offsetof(struct options, quiet) },
    { .name = "name",
      .letter = 'n',
      .arg = "NAME",
      .help = "how the names of the files begin",
      .set = opt_set_string,
      .at = offsetof(struct options, name),
      .preset = "vm" },
};
#define N_ROWS (sizeof rows / sizeof rows[0])

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

/* As that program does: keys for a PDH that nothing vouches for. */
static bool make_session(const char *prefix, const char *pdh_path,
                         const char *policy_text, struct sevk_error *err)
{
    struct opt_u32 policy = { 0 };
    OWN(own_free) struct session_record *record = calloc(1, sizeof *record);
    OWN(buf_free) struct buf file = { 0 };
    struct bytes pdh;
    SESSION(session);

    if (record == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a session");
    }
    return opt_set_policy(&(struct opt){ .name = "policy" }, policy_text,
                          &policy, err) &&
           read_pdh(pdh_path, &file, &pdh, err) &&
           session_create_unverified(pdh, policy.value, rng_system(), &session,
                                     err) &&
           session_record_make(&session, NULL, clock_now(clock_system()),
                               record, err) &&
           session_files_write(prefix, &session, record, true, err);
}

static int fail(const struct sevk_error *err)
{
    out_error(PROGRAM, err);
    return FAILED;
}

static int run_session(const struct options *o, const struct opt_words *args)
{
    struct out out = { .quiet = o->quiet };
    struct sevk_error err = { 0 };

    if (args->n != 3) {
        sevk_fail(&err, SEVK_USAGE,
                  "usage: sevctl session [--name NAME] PDH POLICY");
        return fail(&err);
    }
    if (!make_session(o->name, args->items[1], args->items[2], &err)) {
        return fail(&err);
    }
    if (!o->quiet) {
        out_warn(&out,
                 "no certificate vouches for this PDH: whoever made it can "
                 "read the guest; 'sevkit session create' checks the chain");
    }
    return 0;
}

static int show_help(void)
{
    puts("usage: sevctl session [options] PDH POLICY\n\n"
         "Of that program's commands, this stand-in knows 'session'.\n");
    opt_print_help(rows, N_ROWS, stdout);
    return fflush(stdout) == 0 ? 0 : FAILED;
}

int dropin_sevctl(char *const *argv, size_t n)
{
    struct options o = { 0 };
    OWN(own_free) const char **words = calloc(n + 1, sizeof *words);
    struct opt_group group = { rows, N_ROWS, &o, false };
    struct opt_words args = { words, 0 };
    struct opt_seen seen = { 0 };
    struct sevk_error err = { 0 };

    /* What another command's options mean is not known here. */
    if (n > 0 && argv[0][0] != '-' && strcmp(argv[0], "session") != 0) {
        sevk_fail(&err, SEVK_USAGE,
                  "this stand-in does not know '%.40s' yet; 'sevkit --help' "
                  "lists what sevkit does",
                  argv[0]);
        out_error(PROGRAM, &err);
        return SEVK_USAGE;
    }
    if (words == NULL || !opt_parse(&group, 1, argv, n, &args, &seen, &err) ||
        !opt_finish(&group, 1, &seen, &err)) {
        return fail(&err);
    }
    if (o.help || args.n == 0) {
        return show_help();
    }
    return run_session(&o, &args);
}
