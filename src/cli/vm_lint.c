/* SPDX-License-Identifier: Apache-2.0 */
/* What "vm generate" and "vm install" make is linted before it leaves. */
#include "cli/vm_lint.h"

#include <stdlib.h>

#include <json-c/json.h>

#include "base/own.h"

static bool refuse(const struct lint_report *report, const char *what,
                   struct sevk_error *err)
{
    for (size_t i = 0; i < report->n; i++) {
        const struct lint_finding *f = &report->findings[i];

        if (f->severity == LINT_ERROR) {
            return sevk_fail(err, SEVK_REFUSED,
                             "%s would not start as an SEV guest: %s (%s); %s",
                             what, f->message, f->id, f->fix);
        }
    }
    return true;
}

static bool lint(const struct lint_module *module, struct bytes xml,
                 const char *what, const struct host_facts *host,
                 struct lint_report *ret, struct sevk_error *err)
{
    const struct lint_options options = { .host = host, .root = "" };
    struct lint_run *run = NULL;
    bool ok;

    if (!module->begin(&options, &run, err)) {
        return false;
    }
    ok = module->text(run, xml, what, ret, err);
    module->end(&run);
    return ok;
}

bool vm_lint_result(struct out *out, const struct lint_module *module,
                    struct bytes xml, const char *what,
                    const struct host_facts *host, struct sevk_error *err)
{
    OWN(own_free) struct lint_report *report = calloc(1, sizeof *report);
    struct json_object *list = NULL;

    if (report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!lint(module, xml, what, host, report, err) ||
        !refuse(report, what, err)) {
        return false;
    }
    if (!json_object_object_get_ex(out->tree, "findings", &list)) {
        list = out_list(out, out->tree, "findings");
    }
    for (size_t i = 0; i < report->n; i++) {
        out_note(out, "%s: %s (%s)",
                 report->findings[i].severity == LINT_WARNING ? "warning"
                                                              : "note",
                 report->findings[i].message, report->findings[i].id);
    }
    lint_show(out, NULL, report, list);
    return true;
}
