/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm check: what keeps a domain from starting, or from being safe? */
#include <json-c/json.h>

#include "base/own.h"
#include "cli/host.h"
#include "cli/lint.h"
#include "cli/verb.h"

static const struct opt rows[] = {
    HOST_FROM_ROW(struct host_options),
};

static bool read_host(const struct host_options *o, struct host_facts *ret,
                      struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };

    return o->from == NULL || (host_record_load(o->from, &record, err) &&
                               host_facts_from(&record, ret, err));
}

static bool check_all(const struct lint_module *module, struct lint_run *run,
                      const struct verb_call *call, struct sevk_error *err)
{
    OWN(own_free) struct lint_report *report = calloc(1, sizeof *report);
    struct json_object *list = out_list(call->out, call->out->tree, "findings");

    if (report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    for (size_t i = 0; i < call->n_args; i++) {
        if (!module->file(run, call->args[i], report, err)) {
            return sevk_fail_in(err, "'%.120s'", call->args[i]);
        }
        lint_show(call->out, call->args[i], report, list);
    }
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct host_options *o = call->options;
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);
    const struct lint_options options = {
        .host = o->from == NULL ? NULL : facts,
        .root = "",
    };
    const struct lint_module *module;
    struct lint_run *run = NULL;
    bool ok;

    if (facts == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!read_host(o, facts, err) || !lint_open(&module, err) ||
        !module->begin(&options, &run, err)) {
        return false;
    }
    ok = check_all(module, run, call, err);
    module->end(&run);
    return ok;
}

const struct verb verb_vm_check = {
    .noun = "vm",
    .verb = "check",
    .summary = "look for what keeps a domain from starting, or from being safe",
    .args = "FILE...",
    .min_args = 1,
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct host_options),
    .draw = lint_draw,
    .run = run,
};
