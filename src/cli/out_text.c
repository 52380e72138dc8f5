/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of values as text for people. */
#include "cli/out_text.h"

#include <inttypes.h>
#include <string.h>

#include <json-c/json.h>

#include "cli/printable.h"

#define DEPTH_MAX  8
#define INDENT     2
#define COLUMN_MAX 24

static void put_node(struct json_object *node, unsigned int depth, bool colour,
                     FILE *to);

static void indent(unsigned int depth, FILE *to)
{
    fprintf(to, "%*s", (int)(depth * INDENT), "");
}

static void put_number(struct json_object *node, FILE *to)
{
    int64_t value = json_object_get_int64(node);

    if (value < 0) {
        fprintf(to, "%" PRId64, value);
    } else {
        fprintf(to, "%" PRIu64, json_object_get_uint64(node));
    }
}

static void put_scalar(struct json_object *node, FILE *to)
{
    switch (json_object_get_type(node)) {
    case json_type_boolean:
        fputs(json_object_get_boolean(node) ? "yes" : "no", to);
        break;
    case json_type_int:
        put_number(node, to);
        break;
    case json_type_null:
        fputs("none", to);
        break;
    case json_type_double:
    case json_type_string:
    case json_type_object:
    case json_type_array:
        printable_put(json_object_get_string(node), false, to);
        break;
    }
}

/* A verdict is what the eye looks for. */
static void put_verdict(struct json_object *node, FILE *to)
{
    bool yes = strcmp(json_object_get_string(node), "yes") == 0;

    fputs(yes ? "\x1b[1;32m" : "\x1b[1;31m", to);
    put_scalar(node, to);
    fputs("\x1b[0m", to);
}

static bool is_block(struct json_object *node)
{
    return (json_object_is_type(node, json_type_object) &&
            json_object_object_length(node) > 0) ||
           (json_object_is_type(node, json_type_array) &&
            json_object_array_length(node) > 0);
}

static bool is_empty(struct json_object *node)
{
    return !is_block(node) && (json_object_is_type(node, json_type_object) ||
                               json_object_is_type(node, json_type_array));
}

/* How much of KEY people see: how bytes are written is no part of a name. */
static size_t shown_length(const char *key)
{
    size_t n = strlen(key);

    return n > 4 && strcmp(key + n - 4, "_hex") == 0 ? n - 4 : n;
}

static void put_key(const char *key, size_t width, FILE *to)
{
    size_t n = shown_length(key);

    for (size_t i = 0; i < n; i++) {
        fputc(key[i] == '_' ? ' ' : key[i], to);
    }
    fputc(':', to);
    if (width > 0) {
        fprintf(to, "%*s", (int)(n < width ? width - n + 1 : 1), "");
    }
}

/* The widest key whose value stands beside it. */
static size_t width_of(struct json_object *node)
{
    size_t width = 0;

    json_object_object_foreach(node, key, value)
    {
        size_t n = shown_length(key);

        if (!is_block(value) && n > width && n <= COLUMN_MAX &&
            strcmp(key, "schema") != 0) {
            width = n;
        }
    }
    return width;
}

/* STARTED: the indentation of the first line is there already. */
static void put_object(struct json_object *node, unsigned int depth,
                       bool started, bool colour, FILE *to)
{
    size_t width = width_of(node);

    json_object_object_foreach(node, key, value)
    {
        if (depth == 0 && strcmp(key, "schema") == 0) {
            continue;
        }
        indent(started ? 0 : depth, to);
        started = false;
        if (is_block(value)) {
            put_key(key, 0, to);
            fputc('\n', to);
            put_node(value, depth + 1, colour, to);
            continue;
        }
        put_key(key, width, to);
        if (is_empty(value)) {
            fputs("none", to);
        } else if (colour && strcmp(key, "verdict") == 0) {
            put_verdict(value, to);
        } else {
            put_scalar(value, to);
        }
        fputc('\n', to);
    }
}

static void put_list(struct json_object *node, unsigned int depth, bool colour,
                     FILE *to)
{
    for (size_t i = 0; i < json_object_array_length(node); i++) {
        struct json_object *item = json_object_array_get_idx(node, i);

        indent(depth, to);
        fputs("- ", to);
        if (json_object_is_type(item, json_type_object)) {
            put_object(item, depth + 1, true, colour, to);
        } else {
            put_scalar(item, to);
            fputc('\n', to);
        }
    }
}

static void put_node(struct json_object *node, unsigned int depth, bool colour,
                     FILE *to)
{
    if (depth > DEPTH_MAX) {
        return;
    }
    if (json_object_is_type(node, json_type_object)) {
        put_object(node, depth, false, colour, to);
    } else {
        put_list(node, depth, colour, to);
    }
}

void out_text_print(struct json_object *tree, const char *plain, bool colour,
                    FILE *to)
{
    struct json_object *only = NULL;

    if (plain == NULL || !json_object_object_get_ex(tree, plain, &only)) {
        put_node(tree, 0, colour, to);
    } else {
        put_scalar(only, to);
        fputc('\n', to);
    }
}
