/* SPDX-License-Identifier: Apache-2.0 */
/* What a check found, as JSON and as lines of text. */
#include "cli/findings.h"

#include <string.h>

#include <json-c/json.h>

#include "cli/printable.h"

#define SEVERITY_WIDTH 9
#define TITLE_WIDTH    24

void finding_add(struct out *out, struct json_object *list,
                 const struct finding_text *finding)
{
    struct json_object *at = out_object(out, list, NULL);
    const struct {
        const char *key;
        const char *value;
    } members[] = {
        { "file", finding->file },         { "id", finding->id },
        { "severity", finding->severity }, { "where", finding->where },
        { "message", finding->message },   { "guide", finding->guide },
        { "fix", finding->fix },
    };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (members[i].value != NULL) {
            out_text(out, at, members[i].key, members[i].value);
        }
    }
    if (finding->line != 0) {
        out_number(out, at, "line", finding->line);
    }
    if (finding->column != 0) {
        out_number(out, at, "column", finding->column);
    }
}

static const char *text_of(struct json_object *line, const char *key)
{
    struct json_object *found = NULL;

    return json_object_object_get_ex(line, key, &found)
               ? json_object_get_string(found)
               : "";
}

static const char *colour_of(const char *severity)
{
    static const struct {
        const char *severity;
        const char *colour;
    } table[] = {
        { "ok", "\x1b[32m" },
        { "warning", "\x1b[33m" },
        { "error", "\x1b[1;31m" },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(severity, table[i].severity) == 0) {
            return table[i].colour;
        }
    }
    return "";
}

static void pad(const char *text, size_t width, FILE *to)
{
    size_t n = strlen(text);

    printable_put(text, false, to);
    fprintf(to, "%*s", n < width ? (int)(width - n) : 1, "");
}

void finding_draw(struct json_object *line, const char *severity,
                  const char *title, bool colour, FILE *to)
{
    const char *how = text_of(line, severity);
    const char *on = colour ? colour_of(how) : "";

    fputs(on, to);
    pad(how, SEVERITY_WIDTH, to);
    fputs(on[0] == '\0' ? "" : "\x1b[0m", to);
    pad(text_of(line, title), TITLE_WIDTH, to);
    printable_put(text_of(line, "message"), false, to);
    fputc('\n', to);
    if (text_of(line, "fix")[0] != '\0') {
        fprintf(to, "%*sdo: ", SEVERITY_WIDTH, "");
        printable_put(text_of(line, "fix"), false, to);
        fputc('\n', to);
    }
}
