/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm check: what keeps a domain from starting, or from being safe? */
#include <json-c/json.h>

#include "base/own.h"
#include "cli/findings.h"
#include "cli/host.h"
#include "cli/verb.h"

static const struct opt rows[] = {
    HOST_FROM_ROW(struct host_options),
};

static const char *severity_of(const struct lint_finding *f)
{
    static const char *const names[] = { "note", "warning", "error" };

    return names[f->severity];
}

static void show(struct out *out, const char *file,
                 const struct lint_report *report, struct json_object *list)
{
    for (size_t i = 0; i < report->n; i++) {
        const struct lint_finding *f = &report->findings[i];

        finding_add(out, list,
                    &(struct finding_text){ .file = file,
                                            .id = f->id,
                                            .severity = severity_of(f),
                                            .where = f->where,
                                            .message = f->message,
                                            .guide = f->guide,
                                            .fix = f->fix });
    }
    if (report->n_left_out > 0) {
        finding_add(out, list,
                    &(struct finding_text){
                        .file = file,
                        .id = "more",
                        .severity = "note",
                        .where = "/domain",
                        .message = "there are more findings than are shown",
                        .fix = "mend these, and check again" });
    }
    out->no = out->no || report->n_errors > 0;
}

/* One line for each finding, and what to do below it. */
static void draw(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *list = json_object_object_get(tree, "findings");

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        finding_draw(json_object_array_get_idx(list, i), "severity", "id",
                     colour, to);
    }
    if (json_object_array_length(list) == 0) {
        fputs("nothing to find fault with\n", to);
    }
}

static bool read_host(const struct host_options *o, struct host_facts *ret,
                      struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };

    return o->from == NULL || (host_record_load(o->from, &record, err) &&
                               host_facts_from(&record, ret, err));
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct host_options *o = call->options;
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);
    OWN(own_free) struct lint_report *report = calloc(1, sizeof *report);
    struct out *out = call->out;
    const struct virt_module *module;
    struct json_object *list;

    if (facts == NULL || report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!read_host(o, facts, err) || !virt_open(&module, err)) {
        return false;
    }
    list = out_list(out, out->tree, "findings");
    for (size_t i = 0; i < call->n_args; i++) {
        if (!module->lint(call->args[i],
                          o->from == NULL ? NULL : &facts->libvirt, report,
                          err)) {
            return sevk_fail_in(err, "'%.120s'", call->args[i]);
        }
        show(out, call->args[i], report, list);
    }
    return true;
}

const struct verb verb_vm_check = {
    .noun = "vm",
    .verb = "check",
    .summary = "look for what keeps a domain from starting, or from being safe",
    .args = "FILE...",
    .min_args = 1,
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct host_options),
    .draw = draw,
    .run = run,
};
