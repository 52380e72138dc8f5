/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the JSON objects that the owner keeps: records and references. */
#include "owner/owner_json.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/number.h"
#include "base/own.h"

#define DEPTH_MAX 8

void owner_json_free(struct json_object **object)
{
    json_object_put(*object);
    *object = NULL;
}

static void free_tokener(struct json_tokener **t)
{
    if (*t != NULL) {
        json_tokener_free(*t);
    }
    *t = NULL;
}

static bool only_space(struct bytes rest)
{
    for (size_t i = 0; i < rest.n; i++) {
        if (!isspace(rest.p[i])) {
            return false;
        }
    }
    return true;
}

/* In strict JSON, a colon outside of strings stands behind a member's name. */
static size_t members_written(struct bytes text)
{
    bool inside = false;
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (inside && text.p[i] == '\\') {
            i++; /* what is escaped, be it a quote, ends nothing */
        } else if (text.p[i] == '"') {
            inside = !inside;
        } else if (!inside && text.p[i] == ':') {
            n++;
        }
    }
    return n;
}

/* VALUE is at most DEPTH_MAX deep: the tokener saw to it. */
static size_t members_kept(struct json_object *value)
{
    size_t n = 0;

    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, name, member)
        {
            (void)name;
            n += 1 + members_kept(member);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            n += members_kept(json_object_array_get_idx(value, i));
        }
    }
    return n;
}

bool owner_json_parse(struct bytes text, struct json_object **ret,
                      struct sevk_error *err)
{
    OWN(free_tokener) struct json_tokener *t = json_tokener_new_ex(DEPTH_MAX);
    OWN(owner_json_free) struct json_object *object = NULL;
    size_t end;

    if (t == NULL || text.n > INT_MAX) {
        return sevk_fail(err, SEVK_HOST, "out of memory for JSON");
    }
    json_tokener_set_flags(t, JSON_TOKENER_STRICT |
                                  JSON_TOKENER_ALLOW_TRAILING_CHARS);
    object = json_tokener_parse_ex(t, (const char *)text.p, (int)text.n);
    end = json_tokener_get_parse_end(t);
    if (object == NULL) {
        enum json_tokener_error why = json_tokener_get_error(t);

        if (why == json_tokener_success) { /* null */
            return sevk_fail(err, SEVK_INPUT, "not a JSON object");
        }
        return sevk_fail(err, SEVK_INPUT, "not JSON: %s at byte %zu",
                         why == json_tokener_continue
                             ? "it ends too early"
                             : json_tokener_error_desc(why),
                         end);
    }
    if (!json_object_is_type(object, json_type_object)) {
        return sevk_fail(err, SEVK_INPUT, "not a JSON object");
    }
    if (!only_space(bytes_make(text.p + end, text.n - end))) {
        return sevk_fail(err, SEVK_INPUT,
                         "something follows the JSON object, at byte %zu", end);
    }
    /* json-c keeps the last of two; a reader may have seen the first. */
    if (members_written(bytes_make(text.p, end)) != members_kept(object)) {
        return sevk_fail(err, SEVK_INPUT,
                         "a name stands twice in one JSON object");
    }
    *ret = TAKE(object);
    return true;
}

bool owner_json_only(struct json_object *object, const char *const *names,
                     size_t n, struct sevk_error *err)
{
    json_object_object_foreach(object, name, value)
    {
        bool known = false;

        (void)value;
        for (size_t i = 0; i < n; i++) {
            known = known || strcmp(name, names[i]) == 0;
        }
        if (!known) {
            return sevk_fail(err, SEVK_INPUT, "'%.40s' is not a known name",
                             name);
        }
    }
    return true;
}

/* *RET is NULL when the name is absent and may be. */
static bool find(struct json_object *object, const char *name,
                 enum json_type type, bool *ret_has, struct json_object **ret,
                 struct sevk_error *err)
{
    struct json_object *value = NULL;
    bool has = json_object_object_get_ex(object, name, &value);

    if (!has && ret_has == NULL) {
        return sevk_fail(err, SEVK_INPUT, "'%s' is missing", name);
    }
    if (has && !json_object_is_type(value, type)) {
        return sevk_fail(err, SEVK_INPUT, "'%s' is not %s", name,
                         type == json_type_string    ? "a text"
                         : type == json_type_int     ? "a whole number"
                         : type == json_type_boolean ? "true or false"
                         : type == json_type_array   ? "an array"
                                                     : "an object");
    }
    if (ret_has != NULL) {
        *ret_has = has;
    }
    *ret = has ? value : NULL;
    return true;
}

bool owner_json_object(struct json_object *object, const char *name,
                       bool *ret_has, struct json_object **ret,
                       struct sevk_error *err)
{
    return find(object, name, json_type_object, ret_has, ret, err);
}

static bool copy_text(struct json_object *value, const char *name, char *ret,
                      size_t room, struct sevk_error *err)
{
    size_t n = (size_t)json_object_get_string_len(value);
    const char *text = json_object_get_string(value);

    if (n >= room || strlen(text) != n) {
        return sevk_fail(err, SEVK_INPUT,
                         "the text at '%s' is too long or holds a NUL", name);
    }
    memcpy(ret, text, n + 1);
    return true;
}

bool owner_json_text(struct json_object *object, const char *name,
                     bool *ret_has, char *ret, size_t room,
                     struct sevk_error *err)
{
    struct json_object *value;

    return find(object, name, json_type_string, ret_has, &value, err) &&
           (value == NULL || copy_text(value, name, ret, room, err));
}

bool owner_json_schema(struct json_object *object, const char *schema,
                       struct sevk_error *err)
{
    char text[64];

    if (!owner_json_text(object, "schema", NULL, text, sizeof text, err)) {
        return false;
    }
    if (strcmp(text, schema) != 0) {
        return sevk_fail(err, SEVK_INPUT, "the schema is '%s', not '%s'", text,
                         schema);
    }
    return true;
}

bool owner_json_bool(struct json_object *object, const char *name,
                     bool *ret_has, bool *ret, struct sevk_error *err)
{
    struct json_object *value;

    if (!find(object, name, json_type_boolean, ret_has, &value, err)) {
        return false;
    }
    if (value != NULL) {
        *ret = json_object_get_boolean(value);
    }
    return true;
}

bool owner_json_number(struct json_object *object, const char *name,
                       bool *ret_has, uint64_t max, uint64_t *ret,
                       struct sevk_error *err)
{
    struct json_object *value;
    int64_t number;

    if (!find(object, name, json_type_int, ret_has, &value, err)) {
        return false;
    }
    if (value == NULL) {
        return true;
    }
    number = json_object_get_int64(value);
    if (number < 0 || (uint64_t)number > max) {
        return sevk_fail(err, SEVK_INPUT,
                         "'%s' is not a number from 0 to %" PRIu64, name, max);
    }
    *ret = (uint64_t)number;
    return true;
}

bool owner_json_number_text(struct json_object *object, const char *name,
                            bool *ret_has, uint64_t max, uint64_t *ret,
                            struct sevk_error *err)
{
    char text[32] = "";

    if (!owner_json_text(object, name, ret_has, text, sizeof text, err)) {
        return false;
    }
    if (ret_has != NULL && !*ret_has) {
        return true;
    }
    if (!number_parse(text, 0, max, name, ret, err)) {
        if (err != NULL) {
            err->code = SEVK_INPUT; /* the number is a file's, not a user's */
        }
        return false;
    }
    return true;
}

bool owner_json_hex(struct json_object *object, const char *name, bool *ret_has,
                    uint8_t *ret, size_t n, struct sevk_error *err)
{
    char text[2 * 64 + 1] = "";

    if (!owner_json_text(object, name, ret_has, text, sizeof text, err)) {
        return false;
    }
    if (ret_has != NULL && !*ret_has) {
        return true;
    }
    return hex_decode(text, ret, n, name, err);
}

bool owner_json_digests(struct json_object *object, const char *name,
                        uint8_t (*ret)[32], size_t max, size_t *ret_n,
                        struct sevk_error *err)
{
    struct json_object *array;
    char text[2 * 32 + 1];
    bool has;
    size_t n;

    if (!find(object, name, json_type_array, &has, &array, err)) {
        return false;
    }
    n = has ? json_object_array_length(array) : 0;
    if (n > max) {
        return sevk_fail(err, SEVK_INPUT, "'%s' has more than %zu entries",
                         name, max);
    }
    for (size_t i = 0; i < n; i++) {
        struct json_object *value = json_object_array_get_idx(array, i);

        if (!json_object_is_type(value, json_type_string)) {
            return sevk_fail(err, SEVK_INPUT, "'%s' holds more than texts",
                             name);
        }
        if (!copy_text(value, name, text, sizeof text, err) ||
            !hex_decode(text, ret[i], sizeof ret[i], name, err)) {
            return false;
        }
    }
    *ret_n = n;
    return true;
}

bool owner_json_add(struct json_object *object, const char *name,
                    struct json_object *value, struct sevk_error *err)
{
    if (object == NULL || value == NULL ||
        json_object_object_add(object, name, value) != 0) {
        json_object_put(value);
        return sevk_fail(err, SEVK_HOST, "out of memory for JSON");
    }
    return true;
}

bool owner_json_add_text(struct json_object *object, const char *name,
                         const char *value, struct sevk_error *err)
{
    return owner_json_add(object, name, json_object_new_string(value), err);
}

bool owner_json_add_hex(struct json_object *object, const char *name,
                        struct bytes value, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return hex_append(&text, value, err) &&
           owner_json_add_text(object, name, buf_string(&text), err);
}

bool owner_json_add_hex_number(struct json_object *object, const char *name,
                               uint64_t value, int digits,
                               struct sevk_error *err)
{
    char text[32];

    snprintf(text, sizeof text, "0x%0*" PRIx64, digits, value);
    return owner_json_add_text(object, name, text, err);
}

bool owner_json_print(struct json_object *object, struct buf *to,
                      struct sevk_error *err)
{
    const char *text = json_object_to_json_string_ext(
        object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                    JSON_C_TO_STRING_NOSLASHESCAPE);

    if (text == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for JSON");
    }
    return buf_append_string(to, text, err) && buf_append_string(to, "\n", err);
}
