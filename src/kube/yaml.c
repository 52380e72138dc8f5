/* SPDX-License-Identifier: Apache-2.0 */
/* Reads YAML and JSON into a tree, by libfyaml's events. */
#include <stdlib.h>
#include <string.h>

#include <libfyaml.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "base/secret.h"
#include "kube/node.h"

struct anchor {
    char *name;
    struct node *node;
};

/* A collection that has not ended yet. */
struct frame {
    struct node *node;
    struct node *key;
    char *anchor;
};

struct builder {
    struct yaml_file *file;
    struct fy_diag *diag; /* collects complaints, else they are printed */
    struct fy_parser *parser;
    struct frame stack[NODE_DEPTH_MAX];
    size_t depth;
    struct anchor *anchors; /* of this document */
    size_t n_anchors;
    size_t total; /* nodes, aliases unfolded */
};

static void drop_anchors(struct builder *b)
{
    for (size_t i = 0; i < b->n_anchors; i++) {
        free(b->anchors[i].name);
    }
    free(b->anchors);
    b->anchors = NULL;
    b->n_anchors = 0;
}

static void own_builder(struct builder *b)
{
    drop_anchors(b);
    for (size_t i = 0; i < b->depth; i++) {
        free(b->stack[i].anchor);
    }
    if (b->parser != NULL) {
        fy_parser_destroy(b->parser);
    }
    if (b->diag != NULL) {
        fy_diag_destroy(b->diag);
    }
}

/* A kubeconfig has tokens and keys in it. */
static void wipe_text(char *text)
{
    if (text != NULL) {
        wipe(text, strlen(text));
    }
}

void yaml_file_free(struct yaml_file *file)
{
    for (size_t i = 0; i < file->n_nodes; i++) {
        wipe_text(file->nodes[i]->text);
        free(file->nodes[i]->text);
        free(file->nodes[i]->entries);
        free(file->nodes[i]);
    }
    free(file->nodes);
    free(file->documents);
    buf_free(&file->text);
    *file = (struct yaml_file){ 0 };
}

static bool out_of_memory(struct sevk_error *err)
{
    return sevk_fail(err, SEVK_HOST, "out of memory");
}

static bool fail_at(const struct node *node, struct sevk_error *err,
                    const char *what)
{
    return sevk_fail(err, SEVK_INPUT, "line %u, column %u: %s", node->line,
                     node->column, what);
}

/* -- Nodes. --------------------------------------------------------------- */

static bool grow(void **p, size_t n, size_t *cap, size_t size,
                 struct sevk_error *err)
{
    size_t more = *cap == 0 ? 16 : *cap * 2;
    void *bigger;

    if (n < *cap) {
        return true;
    }
    bigger = realloc(*p, more * size);
    if (bigger == NULL) {
        return out_of_memory(err);
    }
    *p = bigger;
    *cap = more;
    return true;
}

/* Where the event stands; an implicit one stands where the last one ended. */
static void place(struct node *node, struct fy_event *event)
{
    const struct fy_mark *start = fy_event_start_mark(event);
    const struct fy_mark *end = fy_event_end_mark(event);

    if (start != NULL) {
        node->start = start->input_pos;
        node->line = (unsigned int)start->line + 1;
        node->column = (unsigned int)start->column + 1;
        node->end = node->start;
    }
    if (end != NULL && end->input_pos >= node->start) {
        node->end = end->input_pos;
    }
}

static bool new_node(struct builder *b, enum node_kind kind,
                     struct fy_event *event, struct node **ret,
                     struct sevk_error *err)
{
    struct yaml_file *f = b->file;
    void *nodes = f->nodes;
    struct node *node;

    if (b->total >= NODE_MAX) {
        return sevk_fail(err, SEVK_INPUT, "it has more than %d parts",
                         NODE_MAX);
    }
    if (!grow(&nodes, f->n_nodes, &f->cap_nodes, sizeof *f->nodes, err)) {
        return false;
    }
    f->nodes = nodes;
    node = calloc(1, sizeof *node);
    if (node == NULL) {
        return out_of_memory(err);
    }
    node->kind = kind;
    node->weight = 1;
    node->depth = 1;
    place(node, event);
    if (node->end > f->text.n) {
        node->end = f->text.n;
    }
    f->nodes[f->n_nodes++] = node;
    b->total++;
    *ret = node;
    return true;
}

/* Only !!str says something that a manifest can mean. */
static bool check_tag(struct fy_event *event, const struct node *node,
                      bool *ret_string, struct sevk_error *err)
{
    struct fy_token *token = fy_event_get_tag_token(event);
    size_t n = 0;
    const char *text = token == NULL ? NULL : fy_token_get_text(token, &n);

    *ret_string = false;
    if (token == NULL) {
        return true;
    }
    if (text != NULL && node->kind == NODE_SCALAR &&
        (bytes_equal(bytes_make(text, n),
                     bytes_of_string("tag:yaml.org,2002:str")) ||
         bytes_equal(bytes_make(text, n), bytes_of_string("!")))) {
        *ret_string = true;
        return true;
    }
    return fail_at(node, err, "a tag that makes no sense in a manifest");
}

static char *token_copy(struct fy_token *token)
{
    size_t n = 0;
    const char *text = fy_token_get_text(token, &n);

    return text == NULL || memchr(text, '\0', n) != NULL ? NULL
                                                         : strndup(text, n);
}

/* The parser's marks leave quotes out; what is replaced includes them. */
static void place_quotes(const struct builder *b, struct node *node)
{
    const uint8_t *text = b->file->text.p;

    if (node->quoted && node->start > 0 && node->end < b->file->text.n &&
        (text[node->start - 1] == '"' || text[node->start - 1] == '\'') &&
        text[node->end] == text[node->start - 1]) {
        node->start--;
        node->end++;
        node->column--;
    }
}

static bool scalar_node(struct builder *b, struct fy_event *event,
                        struct node **ret, struct sevk_error *err)
{
    struct fy_token *token = fy_event_get_token(event);
    struct node *node;
    bool string;

    if (!new_node(b, NODE_SCALAR, event, &node, err) ||
        !check_tag(event, node, &string, err)) {
        return false;
    }
    node->text = token == NULL ? strdup("") : token_copy(token);
    if (node->text == NULL) {
        return fail_at(node, err, "a text that can't be read");
    }
    node->quoted = token != NULL && fy_token_scalar_style(token) != FYSS_PLAIN;
    place_quotes(b, node);
    node->scalar =
        node->quoted || string ? SCALAR_STRING : scalar_classify(node->text);
    *ret = node;
    return true;
}

/* -- Anchors and aliases. ----------------------------------------------------- */

static bool keep_anchor(struct builder *b, char *name, struct node *node,
                        struct sevk_error *err)
{
    struct anchor *more;

    for (size_t i = 0; i < b->n_anchors; i++) {
        if (strcmp(b->anchors[i].name, name) == 0) {
            b->anchors[i].node = node;
            free(name);
            return true;
        }
    }
    more = b->n_anchors >= 64
               ? NULL
               : realloc(b->anchors, (b->n_anchors + 1) * sizeof *more);
    if (more == NULL) {
        free(name);
        return sevk_fail(err, SEVK_INPUT, "it has too many anchors");
    }
    b->anchors = more;
    b->anchors[b->n_anchors++] = (struct anchor){ name, node };
    return true;
}

static bool note_anchor(struct fy_event *event, char **ret,
                        struct sevk_error *err)
{
    struct fy_token *token = fy_event_get_anchor_token(event);

    *ret = NULL;
    if (token != NULL) {
        *ret = token_copy(token);
        if (*ret == NULL) {
            return out_of_memory(err);
        }
    }
    return true;
}

/* Weight bounds the walk: see NODE_MAX. */
static void mark_shared(struct node *node)
{
    if (node->shared) {
        return;
    }
    node->shared = true;
    for (size_t i = 0; i < node->n; i++) {
        mark_shared(node->entries[i].value);
    }
}

static bool alias_node(struct builder *b, struct fy_event *event,
                       struct node **ret, struct sevk_error *err)
{
    struct fy_token *token = fy_event_get_token(event);
    OWN(own_free) char *name = token == NULL ? NULL : token_copy(token);

    for (size_t i = 0; name != NULL && i < b->n_anchors; i++) {
        struct node *node = b->anchors[i].node;

        if (strcmp(b->anchors[i].name, name) != 0) {
            continue;
        }
        if (b->total + node->weight > NODE_MAX ||
            b->depth + node->depth > NODE_DEPTH_MAX) {
            return sevk_fail(err, SEVK_INPUT, "its aliases unfold to too much");
        }
        b->total += node->weight;
        mark_shared(node);
        *ret = node;
        return true;
    }
    return sevk_fail(err, SEVK_INPUT, "an alias has no anchor before it");
}

/* -- Maps and lists. ------------------------------------------------------------ */

/* A value that is not written stands behind the colon of its key. */
static void place_missing(const struct yaml_file *file, const struct node *key,
                          struct node *value)
{
    size_t at = key->end;

    while (at < file->text.n && file->text.p[at] != ':') {
        at++;
    }
    value->start = at < file->text.n ? at + 1 : at;
    value->end = value->start;
    value->line = key->line;
    value->column = key->column;
}

static bool add_entry(struct node *to, struct node *key, struct node *value,
                      struct sevk_error *err)
{
    /* Powers of two: the capacity need not be kept. */
    if ((to->n & (to->n - 1)) == 0) {
        size_t cap = to->n == 0 ? 1 : to->n * 2;
        struct node_entry *more = realloc(to->entries, cap * sizeof *more);

        if (more == NULL) {
            return out_of_memory(err);
        }
        to->entries = more;
    }
    to->entries[to->n++] = (struct node_entry){ key, value };
    to->weight += value->weight + (key != NULL ? 1 : 0);
    if (value->depth >= to->depth) {
        to->depth = value->depth + 1;
    }
    return true;
}

static int by_key(const void *a, const void *b)
{
    const struct node *const *x = a;
    const struct node *const *y = b;

    return strcmp((*x)->text, (*y)->text);
}

static bool check_twice(const struct node *map, struct sevk_error *err)
{
    OWN(own_free) struct node **keys = calloc(map->n + 1, sizeof *keys);

    if (keys == NULL) {
        return out_of_memory(err);
    }
    for (size_t i = 0; i < map->n; i++) {
        keys[i] = map->entries[i].key;
    }
    qsort(keys, map->n, sizeof *keys, by_key);
    for (size_t i = 1; i < map->n; i++) {
        if (strcmp(keys[i - 1]->text, keys[i]->text) == 0) {
            return sevk_fail(err, SEVK_INPUT,
                             "line %u, column %u: '%.80s' is given twice",
                             keys[i]->line, keys[i]->column, keys[i]->text);
        }
    }
    return true;
}

static bool check_key(const struct node *key, struct sevk_error *err)
{
    if (key->kind != NODE_SCALAR) {
        return fail_at(key, err, "a key that is not a text");
    }
    if (!key->quoted && strcmp(key->text, "<<") == 0) {
        return fail_at(key, err,
                       "merge keys ('<<') are not understood; write out what "
                       "they stand for");
    }
    return true;
}

static bool take_document(struct yaml_file *f, struct node *node,
                          struct sevk_error *err)
{
    void *documents = f->documents;

    if (node_is_null(node)) {
        return true;
    }
    if (!grow(&documents, f->n_documents, &f->cap_documents,
              sizeof *f->documents, err)) {
        return false;
    }
    f->documents = documents;
    f->documents[f->n_documents++] = node;
    return true;
}

/* A node is complete: it becomes a part of what it stands in. */
static bool take_node(struct builder *b, struct node *node,
                      struct sevk_error *err)
{
    struct frame *top = b->depth == 0 ? NULL : &b->stack[b->depth - 1];

    if (top == NULL) {
        return take_document(b->file, node, err);
    }
    if (top->node->kind == NODE_MAP && top->key == NULL) {
        top->key = node;
        return check_key(node, err);
    }
    if (node->line == 0 && top->key != NULL) {
        place_missing(b->file, top->key, node);
    }
    if (!add_entry(top->node, top->key, node, err)) {
        return false;
    }
    top->key = NULL;
    return true;
}

static bool begin(struct builder *b, struct fy_event *event,
                  enum node_kind kind, struct sevk_error *err)
{
    struct frame *frame;
    bool string;

    if (b->depth == NODE_DEPTH_MAX) {
        return sevk_fail(err, SEVK_INPUT, "it is nested more than %d deep",
                         NODE_DEPTH_MAX);
    }
    frame = &b->stack[b->depth];
    *frame = (struct frame){ 0 };
    if (!new_node(b, kind, event, &frame->node, err) ||
        !check_tag(event, frame->node, &string, err) ||
        !note_anchor(event, &frame->anchor, err)) {
        return false;
    }
    frame->node->flow = fy_event_get_node_style(event) == FYNS_FLOW;
    b->depth++;
    return true;
}

/* A collection in braces ends with them, one without with its last part. */
static void place_end(struct node *node, struct fy_event *event)
{
    const struct fy_mark *end = fy_event_end_mark(event);

    if (node->flow && end != NULL && end->input_pos > node->end) {
        node->end = end->input_pos;
    } else if (!node->flow && node->n > 0) {
        const struct node_entry *last = &node->entries[node->n - 1];

        if (last->value->end > node->end) {
            node->end = last->value->end;
        }
        if (last->key != NULL && last->key->end > node->end) {
            node->end = last->key->end;
        }
    }
}

static bool end(struct builder *b, struct fy_event *event,
                struct sevk_error *err)
{
    struct frame frame = b->stack[--b->depth];

    place_end(frame.node, event);
    if (frame.anchor != NULL &&
        !keep_anchor(b, frame.anchor, frame.node, err)) {
        return false;
    }
    return (frame.node->kind != NODE_MAP || check_twice(frame.node, err)) &&
           take_node(b, frame.node, err);
}

/* -- The whole. --------------------------------------------------------------- */

static bool take_scalar(struct builder *b, struct fy_event *event,
                        struct sevk_error *err)
{
    struct node *node = NULL;
    char *anchor;

    return scalar_node(b, event, &node, err) &&
           note_anchor(event, &anchor, err) &&
           (anchor == NULL || keep_anchor(b, anchor, node, err)) &&
           take_node(b, node, err);
}

static bool take_event(struct builder *b, struct fy_event *event,
                       struct sevk_error *err)
{
    struct node *node = NULL;

    switch (event->type) {
    case FYET_MAPPING_START:
        return begin(b, event, NODE_MAP, err);
    case FYET_SEQUENCE_START:
        return begin(b, event, NODE_LIST, err);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return b->depth > 0 && end(b, event, err);
    case FYET_SCALAR:
        return take_scalar(b, event, err);
    case FYET_ALIAS:
        return alias_node(b, event, &node, err) && take_node(b, node, err);
    case FYET_DOCUMENT_END:
        drop_anchors(b);
        return true;
    default:
        return true;
    }
}

/* The first of the parser's complaints. */
static bool fail_parser(struct builder *b, struct sevk_error *err)
{
    void *at = NULL;
    struct fy_diag_error *e = fy_diag_errors_iterate(b->diag, &at);

    if (e == NULL || e->msg == NULL) {
        return sevk_fail(err, SEVK_INPUT, "it is not YAML");
    }
    return sevk_fail(err, SEVK_INPUT, "line %d, column %d: %.200s", e->line,
                     e->column, e->msg);
}

static bool run(struct builder *b, struct sevk_error *err)
{
    struct fy_event *event;

    while ((event = fy_parser_parse(b->parser)) != NULL) {
        enum fy_event_type type = event->type;
        bool done = take_event(b, event, err);

        fy_parser_event_free(b->parser, event);
        if (!done) {
            return false;
        }
        if (type == FYET_STREAM_END) {
            break;
        }
    }
    return !fy_parser_get_stream_error(b->parser) || fail_parser(b, err);
}

/* Some complaints are printed besides; what counts is what is collected. */
static void say_nothing(struct fy_diag *diag, void *user, const char *text,
                        size_t n)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)n;
}

static bool open_parser(struct builder *b, struct sevk_error *err)
{
    struct fy_diag_cfg quiet;
    struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG |
                                         FYPCF_JSON_NONE |
                                         FYPCF_DEFAULT_VERSION_1_2 };
    struct buf *text = &b->file->text;

    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.output_fn = say_nothing;
    b->diag = fy_diag_create(&quiet);
    if (b->diag == NULL) {
        return out_of_memory(err);
    }
    fy_diag_set_collect_errors(b->diag, true);
    cfg.diag = b->diag;
    b->parser = fy_parser_create(&cfg);
    return (b->parser != NULL &&
            fy_parser_set_string(b->parser, buf_string(text), text->n) == 0) ||
           out_of_memory(err);
}

/* How long the UTF-8 sequence at P is; 0 when it is none. */
static size_t utf8_length(const uint8_t *p, size_t n)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t len = p[0] < 0x80   ? 1
                 : p[0] < 0xc2 ? 0
                 : p[0] < 0xe0 ? 2
                 : p[0] < 0xf0 ? 3
                 : p[0] < 0xf5 ? 4
                               : 0;
    uint32_t value = len == 0 ? 0 : p[0] & (0xffu >> (len + 1));

    if (len > n) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (p[i] & 0x3fu);
    }
    if (len > 1 && (value < least[len] || value > 0x10ffff ||
                    (value >= 0xd800 && value < 0xe000))) {
        return 0;
    }
    return len;
}

/* The parser's marks are wrong behind bytes that are no text. */
static bool is_utf8(const struct buf *text)
{
    for (size_t at = 0; at < text->n;) {
        size_t len = utf8_length(text->p + at, text->n - at);

        if (len == 0 || text->p[at] == 0) {
            return false;
        }
        at += len;
    }
    return true;
}

static bool check_text(const struct buf *text, struct sevk_error *err)
{
    if (text->n > YAML_MAX) {
        return sevk_fail(err, SEVK_INPUT, "it has more than %d bytes",
                         YAML_MAX);
    }
    return is_utf8(text) ||
           sevk_fail(err, SEVK_INPUT, "it is not text in UTF-8");
}

bool yaml_parse(struct buf *text, struct yaml_file *ret, struct sevk_error *err)
{
    OWN(yaml_file_free) struct yaml_file file = { .text = *text };
    OWN(own_builder) struct builder b = { .file = &file };

    *text = (struct buf){ 0 };
    if (!check_text(&file.text, err) || !open_parser(&b, err) ||
        !run(&b, err)) {
        return false;
    }
    *ret = file;
    file = (struct yaml_file){ 0 };
    return true;
}

bool yaml_read(const char *path, struct yaml_file *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    bool from_stdin = strcmp(path, "-") == 0;

    return (from_stdin ? file_read_fd(0, YAML_MAX, "-", "manifest", &text, err)
                       : file_read(path, YAML_MAX, "manifest", &text, err)) &&
           yaml_parse(&text, ret, err);
}
