/* SPDX-License-Identifier: Apache-2.0 */
/* Edits an XML text in place: what is not edited keeps its bytes. */
#include "virt/xml_edit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/own.h"

static void drop_edits(struct xml_editor *e, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        free(e->edits[i].insert);
        e->edits[i].insert = NULL;
    }
}

void xml_editor_close(struct xml_editor *e)
{
    drop_edits(e, 0, e->n + e->n_new);
    e->n = 0;
    e->n_new = 0;
    xml_spans_free(&e->spans);
}

/* -- The tree beside the text. ---------------------------------------------- */

static const xmlNode *next_in_order(const xmlNode *at)
{
    if (at->children != NULL) {
        return at->children;
    }
    while (at != NULL && at->next == NULL) {
        at = at->parent;
        if (at == NULL || at->type != XML_ELEMENT_NODE) {
            return NULL;
        }
    }
    return at == NULL ? NULL : at->next;
}

/* Each element's "_private" points to its span. False: there are not as many. */
static bool tie(xmlDoc *doc, struct xml_spans *spans)
{
    xmlNode *at = xmlDocGetRootElement(doc);
    size_t n = 0;

    while (at != NULL) {
        if (at->type == XML_ELEMENT_NODE) {
            if (n == spans->n) {
                return false;
            }
            at->_private = &spans->items[n++];
        }
        at = (xmlNode *)(uintptr_t)next_in_order(at);
    }
    return n == spans->n;
}

static bool has_ascii(const char *encoding)
{
    static const char *const prefixes[] = { "UTF-8",     "US-ASCII",
                                            "ASCII",     "ISO-8859-",
                                            "ISO_8859-", "windows-125",
                                            "KOI8-" };

    if (encoding == NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncasecmp(encoding, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}

bool xml_editor_open(struct bytes text, xmlDoc *doc, struct xml_editor *ret,
                     struct sevk_error *err)
{
    struct xml_spans spans = { 0 };

    if (!has_ascii((const char *)doc->encoding) ||
        memchr(text.p, 0, text.n) != NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the XML is not in UTF-8 nor in another encoding "
                         "with ASCII in it; convert it first (iconv -t UTF-8)");
    }
    if (!xml_spans_read(text, &spans, err)) {
        return false;
    }
    if (!tie(doc, &spans)) {
        xml_spans_free(&spans);
        return sevk_fail(err, SEVK_INPUT,
                         "the XML's text and its tree have not the same "
                         "elements");
    }
    memset(ret, 0, sizeof *ret);
    ret->text = text;
    ret->spans = spans;
    return true;
}

static const struct xml_span *span_of(const xmlNode *node)
{
    return node->_private;
}

/* -- Edits. ------------------------------------------------------------------ */

static void add(struct xml_editor *e, size_t at, size_t remove, char *insert)
{
    size_t i = e->n + e->n_new;

    if (insert == NULL || i == XML_EDITS_MAX || e->n_new == XML_EDIT_GROUP) {
        e->short_of_memory = e->short_of_memory || insert == NULL;
        free(insert);
        return;
    }
    if (strlen(insert) == remove &&
        strncmp((const char *)e->text.p + at, insert, remove) == 0) {
        free(insert); /* it stands there already */
        return;
    }
    e->edits[i] = (struct xml_edit){ at, remove, insert };
    e->n_new++;
}

static char *format(const char *fmt, ...) SEVK_PRINTF(1, 2);

static char *format(const char *fmt, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) < 0) {
        text = NULL;
    }
    va_end(args);
    return text;
}

void xml_edit_set_attr(struct xml_editor *e, const xmlNode *node,
                       const char *name, const char *value)
{
    const struct xml_span *span = span_of(node);
    struct xml_attr_span attr;
    size_t last = span->start + 1 + span->name_len;
    size_t at = 0;
    char quote = '\'';

    if (xml_span_attr(e->text, span, name, &attr)) {
        add(e, attr.value, attr.value_len, strdup(value));
        return;
    }
    while (xml_span_next_attr(e->text, span, &at, &attr)) {
        quote = (char)e->text.p[attr.end - 1];
        last = attr.end;
    }
    add(e, last, 0, format(" %s=%c%s%c", name, quote, value, quote));
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void xml_edit_remove_attr(struct xml_editor *e, const xmlNode *node,
                          const char *name)
{
    const struct xml_span *span = span_of(node);
    struct xml_attr_span attr;

    if (xml_span_attr(e->text, span, name, &attr)) {
        size_t from = attr.start;

        while (is_space(e->text.p[from - 1])) {
            from--;
        }
        add(e, from, attr.end - from, strdup(""));
    }
}

void xml_edit_set_text(struct xml_editor *e, const xmlNode *node,
                       const char *text)
{
    const struct xml_span *span = span_of(node);

    if (span->empty) {
        add(e, span->inside - 2, 2,
            format(">%s</%s>", text, (const char *)node->name));
    } else {
        add(e, span->inside, span->close - span->inside, strdup(text));
    }
}

void xml_edit_replace(struct xml_editor *e, const xmlNode *node,
                      const char *element)
{
    const struct xml_span *span = span_of(node);

    add(e, span->start, span->end - span->start, strdup(element));
}

/* How far the white space in front of AT goes back, and whether to a newline. */
static size_t blank_before(struct bytes text, size_t at, bool *ret_line)
{
    while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\t')) {
        at--;
    }
    *ret_line = at > 0 && text.p[at - 1] == '\n';
    return at;
}

void xml_edit_remove(struct xml_editor *e, const xmlNode *node)
{
    const struct xml_span *span = span_of(node);
    bool line = false;
    size_t from = blank_before(e->text, span->start, &line);

    if (line) {
        from -= from > 1 && e->text.p[from - 2] == '\r' ? 2 : 1;
    } else {
        from = span->start;
    }
    add(e, from, span->end - from, strdup(""));
}

/* -- New elements. ----------------------------------------------------------- */

/* What begins a line at AT: "\n" or "\r\n" and the blanks; "" if none does. */
static bool line_start(struct bytes text, size_t at, struct buf *ret)
{
    bool line = false;
    size_t from = blank_before(text, at, &line);
    size_t newline = line && from > 1 && text.p[from - 2] == '\r' ? 2 : 1;

    return !line ||
           buf_append(ret,
                      bytes_make(text.p + from - newline, at - from + newline),
                      NULL);
}

static const xmlNode *first_child(const xmlNode *parent)
{
    const xmlNode *at = parent->children;

    while (at != NULL && at->type != XML_ELEMENT_NODE) {
        at = at->next;
    }
    return at;
}

static const xmlNode *last_child(const xmlNode *parent)
{
    const xmlNode *at = parent->last;

    while (at != NULL && at->type != XML_ELEMENT_NODE) {
        at = at->prev;
    }
    return at;
}

/* Where a new child goes: what begins its line, and a deeper one. */
struct place {
    struct buf own;  /* PARENT's line */
    struct buf line; /* the child's */
    char step[9];    /* what a deeper line has more */
};

static void free_place(struct place *place)
{
    buf_free(&place->own);
    buf_free(&place->line);
}

static bool has_tab(const struct buf *line)
{
    return strchr(buf_string(line), '\t') != NULL;
}

static size_t blanks_of(const struct buf *line)
{
    return line->n - strspn(buf_string(line), "\r\n");
}

/* A child's indentation beyond PARENT's, else PARENT's by depth, within reason. */
static void find_step(const xmlNode *parent, struct place *place)
{
    size_t own = blanks_of(&place->own);
    size_t line = blanks_of(&place->line);
    size_t depth = 0;
    size_t step = 0;

    while (parent->parent != NULL && parent->parent->type == XML_ELEMENT_NODE) {
        parent = parent->parent;
        depth++;
    }
    if (line > own) {
        step = line - own;
    } else if (depth > 0) {
        step = own / depth;
    }
    if (has_tab(&place->own) || has_tab(&place->line)) {
        snprintf(place->step, sizeof place->step, "\t");
    } else {
        snprintf(place->step, sizeof place->step, "%*s",
                 (int)(step == 0 || step > 8 ? 2 : step), "");
    }
}

/* A child's line begins as the first child's does, else as one step deeper. */
static bool find_place(struct xml_editor *e, const xmlNode *parent,
                       struct place *ret)
{
    const xmlNode *child = first_child(parent);

    if (!line_start(e->text, span_of(parent)->start, &ret->own)) {
        return false;
    }
    if (child != NULL &&
        !line_start(e->text, span_of(child)->start, &ret->line)) {
        return false;
    }
    find_step(parent, ret);
    return child != NULL || ret->own.n == 0 ||
           (buf_append(&ret->line, buf_bytes(&ret->own), NULL) &&
            buf_append_string(&ret->line, ret->step, NULL));
}

/* CHILD with "\n" as a line and a tab as a step. */
static bool put_child(const char *child, const struct place *place,
                      struct buf *to)
{
    for (; *child != '\0'; child++) {
        bool ok = true;

        if (*child == '\n') {
            ok = buf_append(to, buf_bytes(&place->line), NULL);
        } else if (*child == '\t') {
            ok = place->line.n == 0 || buf_append_string(to, place->step, NULL);
        } else {
            ok = buf_append(to, bytes_make(child, 1), NULL);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static char *text_of(const struct buf *b, bool ok)
{
    return ok ? strdup(buf_string(b)) : NULL;
}

/* Does the text between PARENT's tags hold a newline already? */
static bool has_lines(struct xml_editor *e, const struct xml_span *span)
{
    return span->close > span->inside &&
           memchr(e->text.p + span->inside, '\n', span->close - span->inside) !=
               NULL;
}

void xml_edit_add_child(struct xml_editor *e, const xmlNode *parent,
                        const char *child)
{
    const struct xml_span *span = span_of(parent);
    const xmlNode *last = last_child(parent);
    OWN(free_place) struct place place = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    bool ok = find_place(e, parent, &place) &&
              (!span->empty || buf_append_string(&text, ">", NULL)) &&
              buf_append(&text, buf_bytes(&place.line), NULL) &&
              put_child(child, &place, &text);

    if (last != NULL) {
        add(e, span_of(last)->end, 0, text_of(&text, ok));
    } else if (span->empty) {
        ok = ok && buf_append(&text, buf_bytes(&place.own), NULL) &&
             buf_printf(&text, NULL, "</%s>", (const char *)parent->name);
        add(e, span->inside - 2, 2, text_of(&text, ok));
    } else {
        ok = ok && (has_lines(e, span) ||
                    buf_append(&text, buf_bytes(&place.own), NULL));
        add(e, span->inside, 0, text_of(&text, ok));
    }
}

/* -- Groups. ----------------------------------------------------------------- */

static bool meets(const struct xml_edit *a, const struct xml_edit *b)
{
    return a->at <= b->at + b->remove && b->at <= a->at + a->remove;
}

bool xml_edit_take(struct xml_editor *e)
{
    size_t end = e->n + e->n_new;
    bool free_of_others = e->n_new > 0;

    for (size_t i = e->n; i < end; i++) {
        for (size_t j = 0; j < e->n; j++) {
            free_of_others =
                free_of_others && !meets(&e->edits[i], &e->edits[j]);
        }
    }
    if (!free_of_others) {
        drop_edits(e, e->n, end);
    } else {
        e->n = end;
    }
    e->n_new = 0;
    return free_of_others;
}

static int order(const void *a, const void *b)
{
    const struct xml_edit *x = a;
    const struct xml_edit *y = b;

    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    /* What is put in front of something that is replaced comes first. */
    return x->remove < y->remove ? -1 : x->remove > y->remove;
}

bool xml_edit_apply(struct xml_editor *e, struct buf *to,
                    struct sevk_error *err)
{
    size_t at = 0;

    if (e->short_of_memory) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    qsort(e->edits, e->n, sizeof e->edits[0], order);
    for (size_t i = 0; i < e->n; i++) {
        const struct xml_edit *edit = &e->edits[i];

        if (!buf_append(to, bytes_make(e->text.p + at, edit->at - at), err) ||
            !buf_append_string(to, edit->insert, err)) {
            return false;
        }
        at = edit->at + edit->remove;
    }
    return buf_append(to, bytes_make(e->text.p + at, e->text.n - at), err);
}
