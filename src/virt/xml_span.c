/* SPDX-License-Identifier: Apache-2.0 */
/* Where the elements of an XML text stand: for who edits the text itself. */
#include "virt/xml_span.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/own.h"

#define DEPTH_MAX 512 /* the parser stops at 256 */

void xml_spans_free(struct xml_spans *spans)
{
    free(spans->items);
    *spans = (struct xml_spans){ 0 };
}

struct scan {
    struct bytes text;
    size_t at;
    struct xml_spans spans;
    size_t room;
    size_t open[DEPTH_MAX]; /* spans whose end was not met yet */
    size_t depth;
};

static bool fail_scan(struct sevk_error *err)
{
    return sevk_fail(err, SEVK_INPUT, "the XML's elements can't be told apart");
}

static bool begins(const struct scan *s, const char *word)
{
    size_t n = strlen(word);

    return s->text.n - s->at >= n &&
           strncmp((const char *)s->text.p + s->at, word, n) == 0;
}

/* Moves behind the next WORD; false: there is none. */
static bool skip_to(struct scan *s, const char *word)
{
    while (s->at < s->text.n) {
        if (begins(s, word)) {
            s->at += strlen(word);
            return true;
        }
        s->at++;
    }
    return false;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_name(uint8_t c)
{
    return is_space(c) || c == '>' || c == '/' || c == '=';
}

static size_t name_at(struct bytes text, size_t at)
{
    size_t n = 0;

    while (at + n < text.n && !ends_name(text.p[at + n])) {
        n++;
    }
    return n;
}

/* Behind the ">" of a tag; quotes may hold any ">". */
static bool skip_tag(struct scan *s)
{
    uint8_t quote = 0;

    for (; s->at < s->text.n; s->at++) {
        uint8_t c = s->text.p[s->at];

        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            s->at++;
            return true;
        }
    }
    return false;
}

static bool add(struct scan *s, struct xml_span span, struct sevk_error *err)
{
    if (s->spans.n == s->room) {
        size_t room = s->room == 0 ? 256 : s->room * 2;
        struct xml_span *items = realloc(s->spans.items, room * sizeof *items);

        if (items == NULL) {
            return sevk_fail(err, SEVK_HOST, "out of memory");
        }
        s->spans.items = items;
        s->room = room;
    }
    s->spans.items[s->spans.n++] = span;
    return true;
}

static bool read_start(struct scan *s, struct sevk_error *err)
{
    struct xml_span span = { .start = s->at };

    span.name_len = name_at(s->text, s->at + 1);
    if (span.name_len == 0 || !skip_tag(s) || s->depth == DEPTH_MAX) {
        return fail_scan(err);
    }
    span.inside = s->at;
    span.empty = s->text.p[s->at - 2] == '/';
    if (span.empty) {
        span.close = s->at;
        span.end = s->at;
    } else {
        s->open[s->depth++] = s->spans.n;
    }
    return add(s, span, err);
}

static bool read_end(struct scan *s, struct sevk_error *err)
{
    size_t close = s->at;
    struct xml_span *span;

    if (s->depth == 0 || !skip_tag(s)) {
        return fail_scan(err);
    }
    span = &s->spans.items[s->open[--s->depth]];
    span->close = close;
    span->end = s->at;
    return true;
}

static bool read_markup(struct scan *s, struct sevk_error *err)
{
    if (begins(s, "<!--")) {
        s->at += 4;
        return skip_to(s, "-->") || fail_scan(err);
    }
    if (begins(s, "<![CDATA[")) {
        return skip_to(s, "]]>") || fail_scan(err);
    }
    if (begins(s, "<?")) {
        return skip_to(s, "?>") || fail_scan(err);
    }
    if (begins(s, "<!")) {
        return fail_scan(err);
    }
    return begins(s, "</") ? read_end(s, err) : read_start(s, err);
}

bool xml_spans_read(struct bytes text, struct xml_spans *ret,
                    struct sevk_error *err)
{
    struct scan s = { .text = text };
    bool ok = true;

    while (ok && s.at < text.n) {
        if (text.p[s.at] != '<') {
            s.at++;
        } else {
            ok = read_markup(&s, err);
        }
    }
    if (ok && s.depth != 0) {
        ok = fail_scan(err);
    }
    if (!ok) {
        xml_spans_free(&s.spans);
        return false;
    }
    *ret = s.spans;
    return true;
}

/* -- Attributes. ------------------------------------------------------------- */

static size_t skip_space(struct bytes text, size_t at, size_t end)
{
    while (at < end && is_space(text.p[at])) {
        at++;
    }
    return at;
}

bool xml_span_next_attr(struct bytes text, const struct xml_span *span,
                        size_t *at, struct xml_attr_span *ret)
{
    size_t first = span->start + 1 + span->name_len;
    size_t end = span->inside - (span->empty ? 2 : 1);
    size_t i = skip_space(text, *at < first ? first : *at, end);
    const uint8_t *quote;

    if (i >= end) {
        return false;
    }
    ret->start = i;
    ret->name_len = name_at(text, i);
    i = skip_space(text, i + ret->name_len, end);
    if (i >= end || text.p[i] != '=') {
        return false;
    }
    i = skip_space(text, i + 1, end);
    if (i >= end || (text.p[i] != '"' && text.p[i] != '\'')) {
        return false;
    }
    quote = memchr(text.p + i + 1, text.p[i], end - i - 1);
    if (quote == NULL) {
        return false;
    }
    ret->value = i + 1;
    ret->value_len = (size_t)(quote - text.p) - ret->value;
    ret->end = ret->value + ret->value_len + 1;
    *at = ret->end;
    return true;
}

bool xml_span_attr(struct bytes text, const struct xml_span *span,
                   const char *name, struct xml_attr_span *ret)
{
    struct xml_attr_span found;
    size_t at = 0;

    while (xml_span_next_attr(text, span, &at, &found)) {
        if (found.name_len == strlen(name) &&
            strncmp((const char *)text.p + found.start, name, found.name_len) ==
                0) {
            *ret = found;
            return true;
        }
    }
    return false;
}
