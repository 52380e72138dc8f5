/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit host limits: what SEV guests can't do, here and now. */
#include "host/limits.h"

#include <stdlib.h>

#include <json-c/json.h>

#include "base/error.h"
#include "base/own.h"
#include "cli/host.h"
#include "cli/printable.h"
#include "cli/verb.h"

static const struct opt rows[] = {
    HOST_FROM_ROW(struct host_options),
    HOST_LIVE_ROWS(struct host_options),
};

static void show(struct out *out, const struct limit *limit,
                 enum limit_state state, struct json_object *list)
{
    struct json_object *at = out_object(out, list, NULL);
    struct json_object *found;

    out_text(out, at, "id", limit->id);
    out_text(out, at, "state", limit_state_name(state));
    out_text(out, at, "limit", limit->summary);
    out_flag(out, at, "es_only", limit->es_only);
    out_text(out, at, "ends", limit->ends);
    if (limit->guide != NULL) {
        out_text(out, at, "guide", limit->guide);
    }
    found = out_list(out, at, "found_by");
    for (size_t i = 0; i < LIMIT_FINDERS && limit->found_by[i].by != 0; i++) {
        struct json_object *by = out_object(out, found, NULL);

        out_text(out, by, "by", limit_finder_name(limit->found_by[i].by));
        out_text(out, by, "id", limit->found_by[i].id);
    }
}

static const char *text_of(struct json_object *in, const char *key)
{
    return json_object_get_string(json_object_object_get(in, key));
}

static void draw_one(struct json_object *at, FILE *to)
{
    struct json_object *found = json_object_object_get(at, "found_by");

    fprintf(to, "%-8s %-16s ", text_of(at, "state"), text_of(at, "id"));
    printable_put(text_of(at, "limit"), false, to);
    fprintf(to, "\n%26send: ", "");
    printable_put(text_of(at, "ends"), false, to);
    fprintf(to, "\n%26sfound by: ", "");
    for (size_t i = 0; i < json_object_array_length(found); i++) {
        struct json_object *by = json_object_array_get_idx(found, i);

        fprintf(to, "%s%s %s", i == 0 ? "" : ", ", text_of(by, "by"),
                text_of(by, "id"));
    }
    fputc('\n', to);
}

static void draw(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *list = json_object_object_get(tree, "limits");

    (void)colour;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        draw_one(json_object_array_get_idx(list, i), to);
    }
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };
    OWN(own_free) struct host_facts *facts = calloc(1, sizeof *facts);
    struct json_object *list;
    const struct limit *limits;
    size_t n;

    if (facts == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!host_record_from(call->options, &record, err) ||
        !host_facts_from(&record, facts, err)) {
        return false;
    }
    limits = limits_rows(&n);
    list = out_list(call->out, call->out->tree, "limits");
    for (size_t i = 0; i < n; i++) {
        show(call->out, &limits[i], limits[i].judge(facts), list);
    }
    return true;
}

const struct verb verb_host_limits = {
    .noun = "host",
    .verb = "limits",
    .summary = "tell what SEV guests can't do on this host, and until when",
    VERB_OPTIONS(struct host_options),
    .draw = draw,
    .run = run,
};
