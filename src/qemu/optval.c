/* SPDX-License-Identifier: Apache-2.0 */
/* The value of one of QEMU's options: "key=value,…" or a JSON object. */
#include "qemu/optval.h"

#include <ctype.h>
#include <inttypes.h>

#include "base/number.h"
#include "base/own.h"

#define JSON_DEPTH 64

void optval_free(struct optval *v)
{
    json_object_put(v->o);
    *v = (struct optval){ 0 };
}

static void put_tokener(struct json_tokener **tokener)
{
    if (*tokener != NULL) {
        json_tokener_free(*tokener);
    }
    *tokener = NULL;
}

static bool parse_json(const char *text, size_t n, struct optval *ret)
{
    OWN(put_tokener)
    struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);

    if (tokener == NULL) {
        return false;
    }
    ret->json = true;
    ret->o = json_tokener_parse_ex(tokener, text, (int)n + 1);
    return json_tokener_get_error(tokener) == json_tokener_success &&
           json_tokener_get_parse_end(tokener) >= n &&
           json_object_is_type(ret->o, json_type_object);
}

/* Reads one word up to a single comma; "*TEXT" is then behind that comma, or
 * NULL when the text ended. */
static bool take_word(const char **text, struct buf *ret)
{
    const char *p = *text;

    for (;; p++) {
        if (*p == ',' && p[1] != ',') {
            *text = p + 1;
            return true;
        }
        if (*p == '\0') {
            *text = NULL;
            return true;
        }
        if (*p == ',') {
            p++;
        }
        if (!buf_append(ret, bytes_make(p, 1), NULL)) {
            return false;
        }
    }
}

static bool add_word(struct optval *v, const struct buf *word, bool first)
{
    OWN(own_free) char *key = strdup(buf_string(word));
    char *equals = key == NULL ? NULL : strchr(key, '=');
    struct json_object *value = NULL;
    const char *name = key;

    if (key == NULL) {
        return false;
    }
    if (equals != NULL) {
        *equals = '\0';
        value = json_object_new_string(equals + 1);
    } else if (first && v->implied != NULL) {
        name = v->implied;
        v->bare = true;
        value = json_object_new_string(key);
    }
    if (key[0] == '\0') {
        json_object_put(value);
        return false;
    }
    if (!first && v->implied != NULL && strcmp(name, v->implied) == 0) {
        v->bare = false; /* it stands there again, with its key */
    }
    return json_object_object_add(v->o, name, value) == 0;
}

static bool parse_words(const char *text, struct optval *ret)
{
    bool first = true;

    ret->o = json_object_new_object();
    while (ret->o != NULL && text != NULL && *text != '\0') {
        OWN(buf_free) struct buf word = { 0 };

        if (!take_word(&text, &word) || !add_word(ret, &word, first)) {
            return false;
        }
        first = false;
    }
    return ret->o != NULL;
}

bool optval_parse(const char *text, const char *implied, struct optval *ret)
{
    OWN(optval_free) struct optval v = { .implied = implied };
    size_t n = strnlen(text, OPTVAL_MAX + 1);

    if (n > OPTVAL_MAX ||
        !(text[0] == '{' ? parse_json(text, n, &v) : parse_words(text, &v))) {
        return false;
    }
    *ret = v;
    v = (struct optval){ 0 };
    return true;
}

static struct json_object *get(const struct optval *v, const char *key)
{
    return json_object_object_get(v->o, key);
}

bool optval_has(const struct optval *v, const char *key)
{
    return json_object_object_get_ex(v->o, key, NULL);
}

const char *optval_string(const struct optval *v, const char *key)
{
    struct json_object *value = get(v, key);

    return json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : NULL;
}

bool optval_is(const struct optval *v, const char *key, const char *value)
{
    const char *is = optval_string(v, key);

    return is != NULL && strcmp(is, value) == 0;
}

bool optval_true(const struct optval *v, const char *key)
{
    struct json_object *value = get(v, key);

    if (json_object_is_type(value, json_type_boolean)) {
        return json_object_get_boolean(value);
    }
    return optval_is(v, key, "on") || optval_is(v, key, "yes") ||
           optval_is(v, key, "true");
}

static bool fail_number(const struct optval *v, const char *key,
                        const char *what, struct sevk_error *err)
{
    return sevk_fail(err, SEVK_INPUT, "%s: %s=%s is not a number that fits",
                     what, key, json_object_get_string(get(v, key)));
}

bool optval_number(const struct optval *v, const char *key, const char *what,
                   uint64_t max, uint64_t *ret, struct sevk_error *err)
{
    struct json_object *value = get(v, key);
    uint64_t n = 0;

    if (!optval_has(v, key)) {
        return true;
    }
    if (json_object_is_type(value, json_type_int)) {
        if (json_object_get_int64(value) < 0) {
            return fail_number(v, key, what, err);
        }
        n = json_object_get_uint64(value);
    } else if (optval_string(v, key) == NULL ||
               !number_parse(optval_string(v, key), 0, UINT64_MAX, key, &n,
                             NULL)) {
        return fail_number(v, key, what, err);
    }
    if (n > max) {
        return fail_number(v, key, what, err);
    }
    *ret = n;
    return true;
}

/* What a suffix multiplies with; 0 for one that does not exist. */
static uint64_t unit_of(const char *suffix, uint64_t unit)
{
    static const char letters[] = "BKMGTP";
    const char *at = strchr(letters, toupper((unsigned char)suffix[0]));

    if (suffix[0] == '\0') {
        return unit;
    }
    if (at == NULL || (suffix[1] != '\0' && strcmp(suffix + 1, "iB") != 0 &&
                       strcasecmp(suffix + 1, "b") != 0)) {
        return 0;
    }
    return UINT64_C(1) << (10 * (at - letters));
}

bool optval_size(const struct optval *v, const char *key, const char *what,
                 uint64_t unit, uint64_t *ret, struct sevk_error *err)
{
    const char *text = optval_string(v, key);
    char digits[24];
    uint64_t n = 0;
    size_t len;

    if (text == NULL) {
        return optval_number(v, key, what, UINT64_MAX, ret, err);
    }
    len = strspn(text, "0123456789");
    if (len == 0 || len >= sizeof digits) {
        return fail_number(v, key, what, err);
    }
    memcpy(digits, text, len);
    digits[len] = '\0';
    unit = unit_of(text + len, unit);
    if (unit == 0 ||
        !number_parse(digits, 0, UINT64_MAX / unit, key, &n, NULL)) {
        return fail_number(v, key, what, err);
    }
    *ret = n * unit;
    return true;
}

static bool set(struct optval *v, const char *key, struct json_object *value,
                struct sevk_error *err)
{
    if (value == NULL || json_object_object_add(v->o, key, value) != 0) {
        json_object_put(value);
        return sevk_fail(err, SEVK_HOST, "out of memory for an option");
    }
    return true;
}

bool optval_set_string(struct optval *v, const char *key, const char *value,
                       struct sevk_error *err)
{
    return set(v, key, json_object_new_string(value), err);
}

bool optval_set_true(struct optval *v, const char *key, struct sevk_error *err)
{
    return set(v, key,
               v->json ? json_object_new_boolean(true)
                       : json_object_new_string("on"),
               err);
}

void optval_remove(struct optval *v, const char *key)
{
    json_object_object_del(v->o, key);
}

bool optval_is_empty(const struct optval *v)
{
    return json_object_object_length(v->o) == 0;
}

static bool append_escaped(struct buf *to, const char *text,
                           struct sevk_error *err)
{
    for (; *text != '\0'; text++) {
        if (!buf_append(to, bytes_make(text, 1), err) ||
            (*text == ',' && !buf_append(to, bytes_make(text, 1), err))) {
            return false;
        }
    }
    return true;
}

static bool append_words(const struct optval *v, struct buf *to,
                         struct sevk_error *err)
{
    bool first = true;

    json_object_object_foreach(v->o, key, value)
    {
        bool bare = v->bare && first && strcmp(key, v->implied) == 0;

        if ((!first && !buf_append_string(to, ",", err)) ||
            (!bare && !append_escaped(to, key, err)) ||
            (!bare && value != NULL && !buf_append_string(to, "=", err)) ||
            (value != NULL &&
             !append_escaped(to, json_object_get_string(value), err))) {
            return false;
        }
        first = false;
    }
    return true;
}

bool optval_format(const struct optval *v, struct buf *to,
                   struct sevk_error *err)
{
    if (!v->json) {
        return append_words(v, to, err);
    }
    return buf_append_string(
        to,
        json_object_to_json_string_ext(
            v->o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
        err);
}
