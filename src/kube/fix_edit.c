/* SPDX-License-Identifier: Apache-2.0 */
/* One edit in a manifest's text, in the style that the place has. */
#include <string.h>

#include "base/own.h"
#include "kube/fix.h"

/* Replaces the bytes FROM … TO by what was put into "in". */
struct edit {
    size_t from;
    size_t to;
    struct buf in;
    struct sevk_error *err;
};

static void own_edit(struct edit *e)
{
    buf_free(&e->in);
}

static bool put(struct edit *e, const char *text)
{
    return buf_append_string(&e->in, text, e->err);
}

static bool put_n(struct edit *e, struct bytes text)
{
    return buf_append(&e->in, text, e->err);
}

static bool put_spaces(struct edit *e, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!put(e, " ")) {
            return false;
        }
    }
    return true;
}

/* -- Where lines end. ----------------------------------------------------------- */

/* Behind the line that POS is in; a block of text ends there already. */
static size_t behind_line(const struct yaml_file *file, size_t pos)
{
    const uint8_t *text = file->text.p;

    if (pos > 0 && text[pos - 1] == '\n') {
        return pos;
    }
    while (pos < file->text.n && text[pos] != '\n') {
        pos++;
    }
    return pos < file->text.n ? pos + 1 : pos;
}

/* Where the line begins, if nothing but spaces stands before POS in it. */
static bool is_first_in_line(const struct yaml_file *file, size_t pos,
                             size_t *ret_start)
{
    while (pos > 0 && file->text.p[pos - 1] == ' ') {
        pos--;
    }
    *ret_start = pos;
    return pos == 0 || file->text.p[pos - 1] == '\n';
}

/* As the first line ends, so do those that are put behind it. */
static bool put_newline(struct edit *e, const struct yaml_file *file)
{
    size_t end = behind_line(file, 0);

    return put(e, end > 1 && file->text.p[end - 1] == '\n' &&
                          file->text.p[end - 2] == '\r'
                      ? "\r\n"
                      : "\n");
}

/* A last line without an end gets one before more is put behind it. */
static bool put_line_end(struct edit *e, const struct yaml_file *file)
{
    return e->from == 0 || file->text.p[e->from - 1] == '\n' ||
           put_newline(e, file);
}

static size_t entry_end(const struct node_entry *entry)
{
    return entry->value->end > entry->key->end ? entry->value->end
                                               : entry->key->end;
}

/* -- "a.b.c: value" in the style of the place. ------------------------------------ */

static bool is_word(const char *value)
{
    return strcmp(value, "false") != 0 && strcmp(value, "true") != 0 &&
           value[0] != '{' && value[0] != '[' && value[0] != '"';
}

/* JSON wants quotes, also around the word in "[Word]". */
static bool put_value(struct edit *e, const char *value, bool json)
{
    size_t n = strlen(value);

    if (!json) {
        return put(e, value);
    }
    if (value[0] == '[' && n > 2) {
        return put(e, "[\"") && put_n(e, bytes_make(value + 1, n - 2)) &&
               put(e, "\"]");
    }
    if (strcmp(value, "{secureBoot: false}") == 0) {
        return put(e, "{\"secureBoot\": false}");
    }
    return is_word(value) ? put(e, "\"") && put(e, value) && put(e, "\"")
                          : put(e, value);
}

/* One key of the path; *PATH moves behind it. True when it is the last. */
static struct bytes next_key(const char **path, bool *ret_last)
{
    size_t n = strcspn(*path, ".:");
    struct bytes key = bytes_make(*path, n);

    *ret_last = (*path)[n] == ':';
    *path += n + (*ret_last ? 2 : 1); /* ": " or "." */
    return key;
}

static bool put_flow(struct edit *e, const char *text, bool json)
{
    const char *quote = json ? "\"" : "";
    size_t depth = 0;
    bool last = false;

    while (!last) {
        struct bytes key = next_key(&text, &last);

        if (!put(e, quote) || !put_n(e, key) || !put(e, quote) ||
            !put(e, last ? ": " : ": {")) {
            return false;
        }
        depth += last ? 0 : 1;
    }
    if (!put_value(e, text, json)) {
        return false;
    }
    for (; depth > 0; depth--) {
        if (!put(e, "}")) {
            return false;
        }
    }
    return true;
}

static bool put_block(struct edit *e, const struct yaml_file *file,
                      const char *text, size_t indent)
{
    bool last = false;

    while (!last) {
        struct bytes key = next_key(&text, &last);

        if (!put_spaces(e, indent) || !put_n(e, key) ||
            !put(e, last ? ": " : ":") || (!last && !put_newline(e, file))) {
            return false;
        }
        indent += 2;
    }
    return put(e, text) && put_newline(e, file);
}

/* -- The four edits. -------------------------------------------------------------- */

static bool is_json_key(const struct yaml_file *file, const struct node *map)
{
    return map->n > 0 && file->text.p[map->entries[0].key->start] == '"';
}

static bool is_json_file(const struct yaml_file *file)
{
    const char *text = buf_string(&file->text);

    text += strspn(text, " \t\r\n");
    return *text == '{' && text[1 + strspn(text + 1, " \t\r\n")] == '"';
}

static bool edit_set(struct edit *e, const struct yaml_file *file,
                     const struct fix *fix)
{
    const struct node *at = fix->at;
    char quote = at->quoted ? (char)file->text.p[at->start] : '\0';
    bool behind_colon = at->start > 0 && file->text.p[at->start - 1] == ':';

    e->from = at->start;
    e->to = at->end;
    if (quote == '\'' && is_word(fix->text)) {
        return put(e, "'") && put(e, fix->text) && put(e, "'");
    }
    return (!behind_colon || put(e, " ")) &&
           put_value(e, fix->text, quote == '"' || is_json_file(file));
}

/* What stands between the brace and the first part, for the next one. */
static bool put_gap(struct edit *e, const struct yaml_file *file,
                    const struct node *in, size_t first)
{
    struct bytes gap =
        bytes_make(file->text.p + in->start + 1, first - in->start - 1);
    bool blank = true;

    for (size_t i = 0; i < gap.n; i++) {
        blank = blank && strchr(" \t\r\n", gap.p[i]) != NULL;
    }
    return blank && memchr(gap.p, '\n', gap.n) != NULL ? put_n(e, gap)
                                                       : put(e, " ");
}

static bool edit_add_flow(struct edit *e, const struct yaml_file *file,
                          const struct fix *fix)
{
    const struct node *at = fix->at;
    bool json = is_json_key(file, at) || is_json_file(file);

    if (at->n == 0) {
        e->from = at->start;
        e->to = at->end;
        return put(e, "{") && put_flow(e, fix->text, json) && put(e, "}");
    }
    e->from = entry_end(&at->entries[at->n - 1]);
    e->to = e->from;
    return put(e, ",") && put_gap(e, file, at, at->entries[0].key->start) &&
           put_flow(e, fix->text, json);
}

/* "key:" without a value is there already: it gets the rest as its value. */
static bool edit_add_to_null(struct edit *e, const struct yaml_file *file,
                             const char *text, const struct node *value)
{
    bool json = is_json_file(file);
    bool last;

    (void)next_key(&text, &last);
    e->from = value->start;
    e->to = value->end;
    if (value->start > 0 && file->text.p[value->start - 1] == ':' &&
        !put(e, " ")) {
        return false;
    }
    return last ? put_value(e, text, json)
                : put(e, "{") && put_flow(e, text, json) && put(e, "}");
}

static bool edit_add(struct edit *e, const struct yaml_file *file,
                     const struct fix *fix)
{
    const struct node *at = fix->at;
    char name[64] = "";
    size_t n = strcspn(fix->text, ".:");
    const struct node_entry *there;

    memcpy(name, fix->text, n < sizeof name ? n : 0);
    there = node_entry(at, name);
    if (there != NULL) {
        return edit_add_to_null(e, file, fix->text, there->value);
    }
    if (at->flow) {
        return edit_add_flow(e, file, fix);
    }
    e->from = behind_line(file, at->end);
    e->to = e->from;
    return put_line_end(e, file) &&
           put_block(e, file, fix->text, at->entries[0].key->column - 1);
}

static bool edit_append(struct edit *e, const struct yaml_file *file,
                        const struct fix *fix)
{
    const struct node *at = fix->at;
    bool json = is_json_file(file);

    if (at->flow) {
        e->from =
            at->n == 0 ? at->start + 1 : at->entries[at->n - 1].value->end;
        e->to = e->from;
        return (at->n == 0 ||
                (put(e, ",") &&
                 put_gap(e, file, at, at->entries[0].value->start))) &&
               put_value(e, fix->text, json);
    }
    e->from = behind_line(file, at->end);
    e->to = e->from;
    return put_line_end(e, file) && put_spaces(e, at->column - 1) &&
           put(e, "- ") && put(e, fix->text) && put_newline(e, file);
}

static bool edit_drop(struct edit *e, const struct yaml_file *file,
                      const struct fix *fix)
{
    const struct node *in = fix->in;
    size_t i = 0;

    while (i + 1 < in->n && in->entries[i].key != fix->at) {
        i++;
    }
    e->from = fix->at->start;
    e->to = entry_end(&in->entries[i]);
    if (in->n == 1) {
        return in->flow || put(e, "{}");
    }
    if (in->flow && i + 1 == in->n) {
        e->from = entry_end(&in->entries[i - 1]);
    } else if (in->flow || !is_first_in_line(file, fix->at->start, &e->from)) {
        e->from = fix->at->start;
        e->to = in->entries[i + 1].key->start;
    } else {
        e->to = behind_line(file, e->to);
    }
    return true;
}

bool fix_edit(const struct yaml_file *file, const struct fix *fix,
              struct buf *ret, struct sevk_error *err)
{
    static bool (*const edits[])(struct edit *, const struct yaml_file *,
                                 const struct fix *) = {
        [FIX_SET] = edit_set,
        [FIX_ADD] = edit_add,
        [FIX_APPEND] = edit_append,
        [FIX_DROP] = edit_drop,
    };
    OWN(own_edit) struct edit e = { .err = err };
    OWN(buf_free) struct buf text = { 0 };
    const uint8_t *p = file->text.p;

    if (!edits[fix->kind](&e, file, fix) ||
        !buf_append(&text, bytes_make(p, e.from), err) ||
        !buf_append(&text, buf_bytes(&e.in), err) ||
        !buf_append(&text, bytes_make(p + e.to, file->text.n - e.to), err)) {
        return false;
    }
    buf_free(ret);
    *ret = text;
    text = (struct buf){ 0 };
    return true;
}
