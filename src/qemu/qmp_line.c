/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts QMP's two streams into messages, and tells what each of them is. */
#include "qemu/qmp_line.h"

#include <limits.h>

#include "base/own.h"

/* QEMU's own limit is 1024, which json-c would have to reserve memory for. */
#define JSON_DEPTH 200

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Within a string. */
static void scan_string(struct qmp_scan *s, uint8_t c)
{
    if (s->escaped) {
        s->escaped = false;
    } else if (c == '\\') {
        s->escaped = true;
    } else if (c == (uint8_t)s->quote) {
        s->quote = 0;
    }
}

/* True when C closes the message's outermost brace. */
static bool scan_structure(struct qmp_scan *s, uint8_t c)
{
    switch (c) {
    case '"':
    case '\'':
        s->quote = (char)c;
        return false;
    case '{':
    case '[':
        s->depth++;
        return false;
    case '}':
    case ']':
        s->depth--;
        return s->depth == 0;
    default:
        return false;
    }
}

/* Outside of everything: true when C is a line's end. */
static bool scan_outside(struct qmp_scan *s, uint8_t c)
{
    if (c == '\n') {
        return true;
    }
    if (c == '{' && !s->rubbish) {
        s->depth = 1;
    } else if (!is_space(c)) {
        s->rubbish = true;
    }
    return false;
}

/* True when the message ends with C. */
static bool scan_byte(struct qmp_scan *s, uint8_t c)
{
    if (s->quote != 0) {
        scan_string(s, c);
        return false;
    }
    return s->depth == 0 ? scan_outside(s, c) : scan_structure(s, c);
}

/* Takes in the white space that follows, up to the line's end. */
static size_t with_space(struct bytes in, size_t n)
{
    while (n < in.n && in.p[n - 1] != '\n' && is_space(in.p[n])) {
        n++;
    }
    return n;
}

size_t qmp_command_end(struct qmp_scan *scan, struct bytes in)
{
    while (scan->at < in.n) {
        if (scan_byte(scan, in.p[scan->at++])) {
            size_t n = with_space(in, scan->at);

            *scan = (struct qmp_scan){ 0 };
            return n;
        }
    }
    return 0;
}

size_t qmp_line_end(struct qmp_scan *scan, struct bytes in)
{
    const uint8_t *end = NULL;

    if (in.n > scan->at) {
        end = memchr(in.p + scan->at, '\n', in.n - scan->at);
    }
    scan->at = end == NULL ? in.n : 0;
    return end == NULL ? 0 : (size_t)(end - in.p) + 1;
}

static void put_tokener(struct json_tokener **tokener)
{
    if (*tokener != NULL) {
        json_tokener_free(*tokener);
    }
    *tokener = NULL;
}

/* NULL: TEXT is not exactly one JSON value. */
static struct json_object *parse(struct bytes text, int flags)
{
    OWN(put_tokener)
    struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
    struct json_object *o;

    if (tokener == NULL || text.n > INT_MAX) {
        return NULL;
    }
    json_tokener_set_flags(tokener, flags);
    o = json_tokener_parse_ex(tokener, (const char *)text.p, (int)text.n);
    if (json_tokener_get_error(tokener) != json_tokener_success ||
        json_tokener_get_parse_end(tokener) != text.n) {
        json_object_put(o);
        return NULL;
    }
    return o;
}

static struct bytes trimmed(struct bytes b)
{
    while (b.n > 0 && is_space(b.p[b.n - 1])) {
        b.n--;
    }
    while (b.n > 0 && is_space(b.p[0])) {
        b.p++;
        b.n--;
    }
    return b;
}

void qmp_command_free(struct qmp_command *command)
{
    json_object_put(command->root);
    *command = (struct qmp_command){ 0 };
}

/* Finds the parts; the last word on them has QEMU. */
static bool find_parts(struct qmp_command *c)
{
    struct json_object *execute = NULL;

    c->oob = json_object_object_get_ex(c->root, "exec-oob", &execute);
    if (!c->oob && !json_object_object_get_ex(c->root, "execute", &execute)) {
        return false;
    }
    if (!json_object_is_type(execute, json_type_string)) {
        return false;
    }
    c->name = json_object_get_string(execute);
    c->arguments = json_object_object_get(c->root, "arguments");
    c->id = json_object_object_get(c->root, "id");
    return true;
}

enum qmp_message qmp_command_parse(struct bytes message,
                                   struct qmp_command *ret)
{
    OWN(qmp_command_free) struct qmp_command c = { 0 };
    struct bytes text = trimmed(message);
    bool is_command;

    if (text.n == 0) {
        return QMP_BLANK;
    }
    c.root = parse(text, JSON_TOKENER_STRICT);
    if (c.root == NULL) {
        c.root = parse(text, 0); /* 'single quotes' are QEMU's own liberty */
        c.lenient = true;
    }
    if (!json_object_is_type(c.root, json_type_object)) {
        return QMP_MALFORMED;
    }
    is_command = find_parts(&c);
    *ret = c;
    c = (struct qmp_command){ 0 };
    return is_command ? QMP_COMMAND : QMP_OBJECT;
}

/* Behind the string that begins at *AT, which is a quote; the view is what is
 * between the quotes. */
static struct bytes take_string(struct bytes in, size_t *at)
{
    size_t begin = ++*at;

    while (*at < in.n && in.p[*at] != '"') {
        *at += in.p[*at] == '\\' ? 2 : 1;
    }
    if (*at >= in.n) {
        *at = in.n;
        return (struct bytes){ 0 };
    }
    return bytes_make(in.p + begin, (*at)++ - begin);
}

static bool is_word(struct bytes b, const char *word)
{
    return bytes_equal(b, bytes_of_string(word));
}

/*
 * Only strings at depth 1 count. Those are keys and values alike; QEMU has no
 * value at that depth that could be taken for the keys in question, but for an
 * "id" that the client made up: so a string counts only if a colon follows.
 */
enum qmp_kind qmp_line_kind(struct bytes line)
{
    unsigned int depth = 0;

    for (size_t at = 0; at < line.n;) {
        uint8_t c = line.p[at];

        if (c == '"') {
            struct bytes word = take_string(line, &at);
            bool is_key = depth == 1 && at < line.n && line.p[at] == ':';

            if (is_key && is_word(word, "return")) {
                return QMP_RETURN;
            }
            if (is_key && is_word(word, "error")) {
                return QMP_ERROR;
            }
            if (is_key && (is_word(word, "event") || is_word(word, "QMP"))) {
                return QMP_OTHER;
            }
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= (c == '}' || c == ']') && depth > 0;
        at++;
    }
    return QMP_OTHER;
}

bool qmp_append_object(struct buf *to, struct json_object *o,
                       struct sevk_error *err)
{
    const char *text = json_object_to_json_string_ext(
        o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

    if (text == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a QMP message");
    }
    return buf_append_string(to, text, err) &&
           buf_append_string(to, "\r\n", err);
}

static void put_object(struct json_object **o)
{
    json_object_put(*o);
    *o = NULL;
}

static bool append_reply(struct buf *to, const char *key,
                         struct json_object *value, struct json_object *id,
                         struct sevk_error *err)
{
    OWN(put_object) struct json_object *reply = json_object_new_object();

    if (reply == NULL ||
        json_object_object_add(reply, key, json_object_get(value)) != 0 ||
        (id != NULL &&
         json_object_object_add(reply, "id", json_object_get(id)) != 0)) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a QMP message");
    }
    return qmp_append_object(to, reply, err);
}

bool qmp_append_return(struct buf *to, struct json_object *result,
                       struct json_object *id, struct sevk_error *err)
{
    return append_reply(to, "return", result, id, err);
}

bool qmp_append_error(struct buf *to, const char *text, struct json_object *id,
                      struct sevk_error *err)
{
    OWN(put_object) struct json_object *error = json_object_new_object();

    if (error == NULL ||
        json_object_object_add(error, "class",
                               json_object_new_string("GenericError")) != 0 ||
        json_object_object_add(error, "desc", json_object_new_string(text)) !=
            0) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a QMP message");
    }
    return append_reply(to, "error", error, id, err);
}
