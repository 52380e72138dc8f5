/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest as a tree that knows where in the text each part stands. */
#ifndef SEVKIT_KUBE_NODE_H
#define SEVKIT_KUBE_NODE_H

#include <stddef.h>

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * YAML 1.2 (and so JSON) with libfyaml's parser, as a tree of our own: what is
 * checked needs places in the text, and limits. Of YAML that is refused which
 * makes no sense in a manifest: keys that are no scalars, a key given twice,
 * merge keys ("<<"), tags other than !!str. Aliases are understood: the node
 * is then shared, and a document that would grow beyond NODE_MAX by them is
 * refused, so a walk over any tree is bounded.
 */
#define YAML_MAX       (1024 * 1024) /* bytes of text */
#define NODE_MAX       50000 /* nodes of all documents, aliases unfolded */
#define NODE_DEPTH_MAX 64

enum node_kind {
    NODE_SCALAR,
    NODE_MAP,
    NODE_LIST,
};

/* What a scalar is: go by kubectl's reading (YAML 1.1: "yes" is a boolean). */
enum scalar_kind {
    SCALAR_NULL,
    SCALAR_BOOL,
    SCALAR_INTEGER,
    SCALAR_FLOAT,
    SCALAR_STRING,
};

struct node;

struct node_entry {
    struct node *key; /* NULL in a list */
    struct node *value;
};

/* Plain values; all memory is the file's. */
struct node {
    enum node_kind kind;
    enum scalar_kind scalar;
    bool flow;         /* written in braces or brackets */
    bool quoted;       /* a scalar in quotes, or a block of text */
    bool shared;       /* an alias stands for it, or for what holds it */
    char *text;        /* a scalar's, ends with NUL */
    size_t start;      /* its first byte in the file, and … */
    size_t end;        /* … the one after its last */
    unsigned int line; /* from 1 */
    unsigned int column;
    unsigned int weight; /* how many nodes, aliases unfolded */
    unsigned int depth;
    size_t n;
    struct node_entry *entries;
};

struct yaml_file {
    struct buf text;     /* what was parsed */
    struct node **nodes; /* all, for freeing */
    size_t n_nodes;
    size_t cap_nodes;
    struct node **documents; /* roots; empty documents are left out */
    size_t n_documents;
    size_t cap_documents;
};

void yaml_file_free(struct yaml_file *file); /* also for OWN() */

/*
 * Takes the content of TEXT over (which is empty afterwards) and parses all
 * documents. SEVK_INPUT with line and column when it is malformed.
 */
SEVK_MUST_CHECK bool yaml_parse(struct buf *text, struct yaml_file *ret,
                                struct sevk_error *err);

/* The file PATH, or standard input for "-". */
SEVK_MUST_CHECK bool yaml_read(const char *path, struct yaml_file *ret,
                               struct sevk_error *err);

/* What TEXT is, unquoted. */
enum scalar_kind scalar_classify(const char *text);

/* The entry KEY of a map; NULL when MAP is NULL, no map, or has none. */
const struct node_entry *node_entry(const struct node *map, const char *key);

/* Its value; NULL also when that is null. */
const struct node *node_get(const struct node *map, const char *key);

/* The same along "spec.template.spec": keys without dots in them. */
const struct node *node_at(const struct node *root, const char *path);

/* A scalar's text; NULL when NODE is NULL or no scalar. */
const char *node_text(const struct node *node);

bool node_is_null(const struct node *node);

/* True when NODE is the boolean true. */
bool node_is_true(const struct node *node);
bool node_is_false(const struct node *node);

/* The value of an integer that fits; false when it is none. */
bool node_integer(const struct node *node, int64_t *ret);

#endif
