/* SPDX-License-Identifier: Apache-2.0 */
/* What a verb has to say: the tree of values. */
#include "cli/out.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/hex.h"
#include "base/own.h"
#include "cli/out_text.h"
#include "cli/printable.h"

void out_begin(struct out *out, const char *schema)
{
    const char *no_color = getenv("NO_COLOR");

    out->colour =
        isatty(STDOUT_FILENO) != 0 && (no_color == NULL || no_color[0] == '\0');
    out->tree = json_object_new_object();
    out->short_of_memory = out->tree == NULL;
    out_text(out, out->tree, "schema", schema);
}

void out_end(struct out *out)
{
    json_object_put(out->tree);
    out->tree = NULL;
}

/* Takes VALUE over, whatever happens. */
static struct json_object *add(struct out *out, struct json_object *in,
                               const char *key, struct json_object *value)
{
    int r;

    if (in == NULL || value == NULL) {
        out->short_of_memory = true;
        json_object_put(value);
        return NULL;
    }
    assert((key == NULL) == json_object_is_type(in, json_type_array));
    r = key == NULL ? json_object_array_add(in, value)
                    : json_object_object_add(in, key, value);
    if (r != 0) {
        out->short_of_memory = true;
        json_object_put(value);
        return NULL;
    }
    return value;
}

void out_text(struct out *out, struct json_object *in, const char *key,
              const char *text)
{
    OWN(own_free) char *valid = printable_utf8(text);

    add(out, in, key, valid == NULL ? NULL : json_object_new_string(valid));
}

void out_flag(struct out *out, struct json_object *in, const char *key,
              bool value)
{
    add(out, in, key, json_object_new_boolean(value));
}

void out_number(struct out *out, struct json_object *in, const char *key,
                uint64_t value)
{
    add(out, in, key, json_object_new_uint64(value));
}

void out_bits(struct out *out, struct json_object *in, const char *key,
              uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "0x%02" PRIx64, value);
    out_text(out, in, key, text);
}

void out_base64(struct out *out, struct json_object *in, const char *key,
                struct bytes value)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!base64_append(&text, value, NULL)) {
        out->short_of_memory = true;
        return;
    }
    out_text(out, in, key, buf_string(&text));
}

void out_hex(struct out *out, struct json_object *in, const char *key,
             struct bytes value)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!hex_append(&text, value, NULL)) {
        out->short_of_memory = true;
        return;
    }
    out_text(out, in, key, buf_string(&text));
}

void out_time(struct out *out, struct json_object *in, const char *key,
              int64_t seconds)
{
    char text[CLOCK_TEXT_LEN];

    clock_format(seconds, text);
    out_text(out, in, key, text);
}

struct json_object *out_object(struct out *out, struct json_object *in,
                               const char *key)
{
    return add(out, in, key, json_object_new_object());
}

struct json_object *out_list(struct out *out, struct json_object *in,
                             const char *key)
{
    return add(out, in, key, json_object_new_array());
}

static void copy_into(struct out *out, struct json_object *in, const char *key,
                      struct json_object *value);

static void copy_members(struct out *out, struct json_object *in,
                         struct json_object *from)
{
    json_object_object_foreach(from, key, value)
    {
        copy_into(out, in, key, value);
    }
}

/* A copy whose texts are valid UTF-8: what a host says may hold any bytes. */
static void copy_into(struct out *out, struct json_object *in, const char *key,
                      struct json_object *value)
{
    struct json_object *list;

    if (in == NULL) {
        return; /* its maker has marked that memory was short */
    }
    switch (json_object_get_type(value)) {
    case json_type_string:
        out_text(out, in, key, json_object_get_string(value));
        break;
    case json_type_object:
        copy_members(out, out_object(out, in, key), value);
        break;
    case json_type_array:
        list = out_list(out, in, key);
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            copy_into(out, list, NULL, json_object_array_get_idx(value, i));
        }
        break;
    case json_type_null: /* json-c has no object for it */
        out->short_of_memory |=
            key == NULL ? json_object_array_add(in, NULL) != 0
                        : json_object_object_add(in, key, NULL) != 0;
        break;
    case json_type_boolean:
    case json_type_int:
    case json_type_double:
        add(out, in, key, json_object_get(value));
        break;
    }
}

void out_merge(struct out *out, struct json_object *from)
{
    copy_members(out, out->tree, from);
}

static const char *category_of(enum sevk_code code)
{
    switch (code) {
    case SEVK_OK:
        break;
    case SEVK_USAGE:
        return "usage";
    case SEVK_INPUT:
        return "input";
    case SEVK_HOST:
        return "host";
    case SEVK_REFUSED:
        return "refused";
    }
    return "unknown";
}

void out_replace_by_error(struct out *out, const char *schema,
                          const struct sevk_error *why)
{
    struct json_object *error;

    out_end(out);
    out_begin(out, schema);
    error = out_object(out, out->tree, "error");
    out_text(out, error, "category", category_of(why->code));
    out_number(out, error, "status", (uint64_t)why->code);
    out_text(out, error, "message", why->message);
    if (why->fw_status != 0) {
        out_number(out, error, "firmware_status", why->fw_status);
    }
}

bool out_print(struct out *out, const char *plain, struct sevk_error *err)
{
    if (out->short_of_memory) {
        return sevk_fail(err, SEVK_HOST, "out of memory for the result");
    }
    if (!out->json && plain == NULL && out->draw != NULL) {
        out->draw(out->tree, out->colour, stdout);
    } else if (!out->json) {
        out_text_print(out->tree, plain, out->colour, stdout);
    } else {
        const char *text = json_object_to_json_string_ext(
            out->tree,
            JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

        if (text == NULL) {
            return sevk_fail(err, SEVK_HOST, "out of memory for the result");
        }
        fputs(text, stdout);
        fputc('\n', stdout);
    }
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "writing the result to standard output");
    }
    return true;
}
