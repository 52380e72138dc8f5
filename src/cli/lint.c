/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the lint, and shows its findings. */
#include "cli/lint.h"

#include <string.h>

#include <json-c/json.h>

#include "cli/findings.h"
#include "cli/module.h"
#include "cli/printable.h"

static const struct module_kind lint_kind = {
    .file = "lint.so",
    .symbol = LINT_MODULE_SYMBOL,
    .head = { .abi = LINT_MODULE_ABI, .size = sizeof(struct lint_module) },
    .part = "XML",
    .install = "libxml2",
};

bool lint_open(const struct lint_module **ret, struct sevk_error *err)
{
    const void *table;

    if (!module_open(&lint_kind, &table, err)) {
        return false;
    }
    *ret = table;
    return true;
}

void lint_show(struct out *out, const char *file,
               const struct lint_report *report, struct json_object *list)
{
    for (size_t i = 0; i < report->n; i++) {
        const struct lint_finding *f = &report->findings[i];

        finding_add(
            out, list,
            &(struct finding_text){ .file = file,
                                    .id = f->id,
                                    .severity = lint_severity_name(f->severity),
                                    .where = f->where,
                                    .line = f->line,
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

/* The file is named once above its findings, where there are several. */
static void draw_file(struct json_object *line, const char **last, FILE *to)
{
    const char *file =
        json_object_get_string(json_object_object_get(line, "file"));

    if (file != NULL && (*last == NULL || strcmp(file, *last) != 0)) {
        printable_put(file, false, to);
        fputs(":\n", to);
        *last = file;
    }
}

void lint_draw(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *list = json_object_object_get(tree, "findings");
    size_t n = json_object_array_length(list);
    const char *last = NULL;

    for (size_t i = 0; i < n; i++) {
        struct json_object *line = json_object_array_get_idx(list, i);

        draw_file(line, &last, to);
        finding_draw(line, "severity", "id", colour, to);
    }
    if (n == 0) {
        fputs("nothing to find fault with\n", to);
    }
}

static void draw_rules(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *list = json_object_object_get(tree, "rules");

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        finding_draw(json_object_array_get_idx(list, i), "severity", "id",
                     colour, to);
    }
}

void lint_show_rules(struct out *out, const struct lint_rule *rules, size_t n)
{
    struct json_object *list = out_list(out, out->tree, "rules");

    for (size_t i = 0; i < n; i++) {
        struct json_object *at = out_object(out, list, NULL);

        out_text(out, at, "id", rules[i].id);
        out_text(out, at, "severity", lint_severity_name(rules[i].severity));
        out_text(out, at, "message", rules[i].summary);
        out_text(out, at, "fix", rules[i].fix);
        out_flag(out, at, "fixable", rules[i].mendable);
        if (rules[i].guide != NULL) {
            out_text(out, at, "guide", rules[i].guide);
        }
    }
    out->draw = draw_rules;
}
