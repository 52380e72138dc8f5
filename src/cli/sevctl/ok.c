/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl ok: is this host ready, as a tree of probes? */
#include <string.h>

#include "base/error.h"
#include "base/own.h"
#include "cli/host.h"
#include "cli/printable.h"
#include "cli/sevctl/sevctl.h"
#include "host/check.h"

#define TIMEOUT 60 /* seconds */

static const struct {
    const char *word;
    enum check_want want;
} generations[] = {
    { "sev", CHECK_SEV },
    { "es", CHECK_ES },
    { "snp", CHECK_BOTH },
};

/* Without a word: both that sevkit knows of. */
static bool parse_want(const struct sevctl_call *call, enum check_want *ret,
                       struct sevk_error *err)
{
    *ret = CHECK_BOTH;
    if (call->n_args == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof generations / sizeof generations[0]; i++) {
        if (strcmp(generations[i].word, call->args[0]) == 0) {
            *ret = generations[i].want;
            return true;
        }
    }
    return sevk_fail(err, SEVK_USAGE, "'%.40s' is none of: sev, es, snp",
                     call->args[0]);
}

static bool check(const struct sevctl_call *call, struct sevk_error *err)
{
    enum check_want want;

    return parse_want(call, &want, err);
}

/* How deep a probe stands: one below the deepest of those that it needs. */
static unsigned int depth_of(const struct check *rows, size_t at,
                             unsigned int depths[static CHECKS_MAX])
{
    depths[at] = 0;
    for (size_t i = 0; i < sizeof rows[at].needs / sizeof rows[at].needs[0];
         i++) {
        for (size_t j = 0; rows[at].needs[i] != NULL && j < at; j++) {
            if (strcmp(rows[at].needs[i], rows[j].id) == 0 &&
                depths[j] >= depths[at]) {
                depths[at] = depths[j] + 1;
            }
        }
    }
    return depths[at];
}

static void print(const struct check *row, const struct check_result *result,
                  unsigned int depth, bool colour)
{
    const char *word = "PASS";
    const char *code = "32";

    if (result->verdict == CHECK_ERROR) {
        word = "FAIL";
        code = "31";
    } else if (result->verdict == CHECK_SKIPPED) {
        word = "SKIP";
        code = "33";
    }
    printf(colour ? "[ \033[%sm%s\033[0m ] %*s- %s" : "[ %.0s%s ] %*s- %s",
           code, word, (int)(2 * depth), "", row->title);
    if (result->verdict != CHECK_SKIPPED) {
        fputs(": ", stdout);
        printable_put(result->message, false, stdout);
    }
    puts("");
}

static bool run(const struct sevctl_call *call, struct sevk_error *err)
{
    struct host_options o = { .timeout = { true, TIMEOUT } };
    OWN(host_record_clear) struct host_record record = { 0 };
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);
    OWN(own_free)
    struct check_result *results = calloc(CHECKS_MAX, sizeof *results);
    unsigned int depths[CHECKS_MAX];
    enum check_want want;
    size_t n;
    const struct check *rows = check_rows(&n);
    bool ok;

    if (facts == NULL || results == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (call->n_args == 1 && strcmp(call->args[0], "snp") == 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "sevkit is about SEV and SEV-ES and does not probe "
                         "SEV-SNP; the program for it is snphost");
    }
    o.device.directory = sevctl_virtual_platform();
    if (!parse_want(call, &want, err) || !host_record_from(&o, &record, err) ||
        !host_facts_from(&record, facts, err)) {
        return false;
    }
    ok = check_host(facts, want, results);
    for (size_t i = 0; i < n && !call->quiet; i++) {
        print(&rows[i], &results[i], depth_of(rows, i, depths),
              call->out->colour);
    }
    return ok || sevk_fail(err, SEVK_REFUSED,
                           "one or more probes failed; 'sevkit host check' "
                           "also says what to do about each");
}

const struct sevctl_command sevctl_ok = {
    .name = "ok",
    .args = "[sev|es|snp]",
    .max_args = 1,
    .summary = "probe this host for SEV",
    .check = check,
    .run = run,
};
