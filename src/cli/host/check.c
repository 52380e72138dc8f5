/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit host check: is this host ready, and what is to be done if not? */
#include "host/check.h"

#include <string.h>

#include <json-c/json.h>

#include "base/own.h"
#include "cli/findings.h"
#include "cli/host.h"
#include "cli/verb.h"

static const struct opt rows[] = {
    HOST_FROM_ROW(struct host_options),
    HOST_LIVE_ROWS(struct host_options),
};

static bool parse_want(const struct verb_call *call, enum check_want *ret,
                       struct sevk_error *err)
{
    const char *word = call->n_args == 0 ? NULL : call->args[0];

    if (word == NULL) {
        *ret = CHECK_BOTH;
    } else if (strcmp(word, "sev") == 0) {
        *ret = CHECK_SEV;
    } else if (strcmp(word, "es") == 0) {
        *ret = CHECK_ES;
    } else {
        return sevk_fail(err, SEVK_USAGE, "'%.40s' is neither 'sev' nor 'es'",
                         word);
    }
    return true;
}

static void show_check(struct out *out, const struct check *row,
                       const struct check_result *result,
                       struct json_object *findings, struct json_object *checks)
{
    struct json_object *line = out_object(out, checks, NULL);

    out_text(out, line, "id", row->id);
    out_text(out, line, "title", row->title);
    out_text(out, line, "verdict", check_verdict_name(result->verdict));
    out_text(out, line, "message", result->message);
    if (result->fix != NULL) {
        out_text(out, line, "fix", result->fix);
    }
    if (result->verdict != CHECK_OK && result->verdict != CHECK_SKIPPED) {
        finding_add(out, findings,
                    &(struct finding_text){
                        .id = row->id,
                        .severity = check_verdict_name(result->verdict),
                        .where = row->title,
                        .message = result->message,
                        .guide = row->guide,
                        .fix = result->fix });
    }
}

/* One line for each check, in the order in which to mend them. */
static void draw(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *checks = json_object_object_get(tree, "checks");
    size_t n = json_object_array_length(checks);

    for (size_t i = 0; i < n; i++) {
        struct json_object *line = json_object_array_get_idx(checks, i);

        finding_draw(line, "verdict", "title", colour, to);
    }
    fprintf(to, "\n%s\n",
            json_object_get_string(json_object_object_get(tree, "summary")));
}

static const char *summary_of(bool ok, enum check_want want,
                              const struct check_result *results, size_t n)
{
    size_t n_warnings = 0;

    for (size_t i = 0; i < n; i++) {
        n_warnings += results[i].verdict == CHECK_WARNING ? 1 : 0;
    }
    if (!ok) {
        return want == CHECK_ES ? "Not ready for SEV-ES guests."
                                : "Not ready for SEV guests.";
    }
    if (n_warnings > 0) {
        return "Nothing stands in the way, but mind the warnings.";
    }
    return "Nothing stands in the way of SEV guests.";
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);
    OWN(own_free)
    struct check_result *results = calloc(CHECKS_MAX, sizeof *results);
    struct out *out = call->out;
    struct json_object *findings;
    struct json_object *checks;
    const struct check *row;
    enum check_want want = CHECK_BOTH;
    size_t n;

    if (facts == NULL || results == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!parse_want(call, &want, err) ||
        !host_record_from(call->options, &record, err) ||
        !host_facts_from(&record, facts, err)) {
        return false;
    }
    out->no = !check_host(facts, want, results);
    row = check_rows(&n);
    out_flag(out, out->tree, "ready", !out->no);
    out_text(out, out->tree, "summary", summary_of(!out->no, want, results, n));
    findings = out_list(out, out->tree, "findings");
    checks = out_list(out, out->tree, "checks");
    for (size_t i = 0; i < n; i++) {
        show_check(out, &row[i], &results[i], findings, checks);
    }
    return true;
}

const struct verb verb_host_check = {
    .noun = "host",
    .verb = "check",
    .summary = "say whether this host can run SEV guests, and what to mend",
    .args = "[sev|es]",
    .max_args = 1,
    VERB_OPTIONS(struct host_options),
    .draw = draw,
    .run = run,
};
