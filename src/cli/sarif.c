/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as SARIF 2.1.0, which CI services show beside the code. */
#include "cli/sarif.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/buf.h"
#include "base/own.h"

#define SCHEMA                                                                 \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/"               \
    "sarif-schema-2.1.0.json"

static struct json_object *member(struct json_object *in, const char *key)
{
    struct json_object *found = NULL;

    return json_object_object_get_ex(in, key, &found) ? found : NULL;
}

static const char *text_of(struct json_object *in, const char *key)
{
    return json_object_get_string(member(in, key));
}

static void put_message(struct out *out, struct json_object *in,
                        const char *key, const char *text)
{
    out_text(out, out_object(out, in, key), "text", text);
}

static void put_rule(struct out *out, struct json_object *list,
                     const struct lint_rule *rule)
{
    struct json_object *at = out_object(out, list, NULL);
    struct json_object *properties;

    out_text(out, at, "id", rule->id);
    put_message(out, at, "shortDescription", rule->summary);
    put_message(out, at, "help", rule->fix);
    out_text(out, out_object(out, at, "defaultConfiguration"), "level",
             lint_severity_name(rule->severity));
    properties = out_object(out, at, "properties");
    out_flag(out, properties, "fixable", rule->mendable);
    if (rule->guide != NULL) {
        out_text(out, properties, "guideSection", rule->guide);
    }
}

/* RFC 3986: what is not unreserved, nor a slash, is escaped. */
static bool put_uri(const char *path, struct buf *to)
{
    if (path[0] == '/' && !buf_append_string(to, "file://", NULL)) {
        return false;
    }
    for (; *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;
        bool plain = c < 0x80 && (isalnum(c) || strchr("-._~/", c) != NULL);

        if (!buf_printf(to, NULL, plain ? "%c" : "%%%02X", c)) {
            return false;
        }
    }
    return true;
}

static void put_location(struct out *out, struct json_object *result,
                         struct json_object *finding)
{
    struct json_object *at =
        out_object(out, out_list(out, result, "locations"), NULL);
    struct json_object *physical = out_object(out, at, "physicalLocation");
    struct json_object *logical =
        out_object(out, out_list(out, at, "logicalLocations"), NULL);
    struct json_object *line = member(finding, "line");
    const char *file = text_of(finding, "file");
    OWN(buf_free) struct buf uri = { 0 };

    if (!put_uri(file == NULL ? "-" : file, &uri)) {
        out->short_of_memory = true;
    }
    out_text(out, out_object(out, physical, "artifactLocation"), "uri",
             buf_string(&uri));
    if (line != NULL) {
        out_number(out, out_object(out, physical, "region"), "startLine",
                   (uint64_t)json_object_get_int64(line));
    }
    out_text(out, logical, "fullyQualifiedName", text_of(finding, "where"));
    out_text(out, logical, "kind", "element");
}

static size_t index_of(const struct lint_rule *rules, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rules[i].id, id) == 0) {
            return i;
        }
    }
    return n;
}

static void put_result(struct out *out, struct json_object *list,
                       const struct lint_rule *rules, size_t n_rules,
                       struct json_object *finding)
{
    struct json_object *at = out_object(out, list, NULL);
    const char *id = text_of(finding, "id");
    size_t place = index_of(rules, n_rules, id);
    OWN(buf_free) struct buf message = { 0 };

    if (!buf_printf(&message, NULL, "%s. To do: %s",
                    text_of(finding, "message"), text_of(finding, "fix"))) {
        out->short_of_memory = true;
    }
    out_text(out, at, "ruleId", id);
    if (place < n_rules) {
        out_number(out, at, "ruleIndex", place);
    }
    out_text(out, at, "level", text_of(finding, "severity"));
    put_message(out, at, "message", buf_string(&message));
    put_location(out, at, finding);
}

static void draw(struct json_object *tree, bool colour, FILE *to)
{
    (void)colour;
    fputs(json_object_to_json_string_ext(member(tree, "sarif"),
                                         JSON_C_TO_STRING_PRETTY |
                                             JSON_C_TO_STRING_NOSLASHESCAPE),
          to);
    fputc('\n', to);
}

void sarif_make(struct out *out, const struct lint_rule *rules, size_t n_rules,
                struct json_object *findings)
{
    struct json_object *log = out_object(out, out->tree, "sarif");
    struct json_object *run;
    struct json_object *driver;
    struct json_object *list;

    out_text(out, log, "$schema", SCHEMA);
    out_text(out, log, "version", "2.1.0");
    run = out_object(out, out_list(out, log, "runs"), NULL);
    driver = out_object(out, out_object(out, run, "tool"), "driver");
    out_text(out, driver, "name", "sevkit");
    out_text(out, driver, "version", SEVKIT_VERSION);
    list = out_list(out, driver, "rules");
    for (size_t i = 0; i < n_rules; i++) {
        put_rule(out, list, &rules[i]);
    }
    list = out_list(out, run, "results");
    for (size_t i = 0; i < json_object_array_length(findings); i++) {
        put_result(out, list, rules, n_rules,
                   json_object_array_get_idx(findings, i));
    }
    out->draw = draw;
}
