/* SPDX-License-Identifier: Apache-2.0 */
/* A verified chain drawn as a tree, for people. */
#include "cli/chain_text.h"

#include <string.h>

#include <json-c/json.h>

#include "cli/out_text.h"
#include "cli/printable.h"

#define LINKS_MAX   3
#define NAME_COLUMN 20

/* Who signed whom: a node's links are what its key vouches for. */
static const struct node {
    const char *branch;
    const char *role;
    const char *links[LINKS_MAX];
} nodes[] = {
    { "", "PDH", { NULL } },
    { "`-- ", "PEK", { "pdh-pek" } },
    { "    |-- ", "OCA", { "pek-oca", "oca-self" } },
    { "    `-- ", "CEK", { "pek-cek" } },
    { "        `-- ", "ASK", { "cek-ask" } },
    { "            `-- ", "ARK", { "ask-ark", "ark-self", "ark-trusted" } },
};

static const char *text_of(struct json_object *in, const char *key)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(in, key, &value)
               ? json_object_get_string(value)
               : "";
}

/* The object in the list LIST of TREE whose member KEY is VALUE, or NULL. */
static struct json_object *find(struct json_object *tree, const char *list,
                                const char *key, const char *value)
{
    struct json_object *items = NULL;

    json_object_object_get_ex(tree, list, &items);
    for (size_t i = 0; items != NULL && i < json_object_array_length(items);
         i++) {
        struct json_object *item = json_object_array_get_idx(items, i);

        if (strcmp(text_of(item, key), value) == 0) {
            return item;
        }
    }
    return NULL;
}

static void put_link(struct json_object *tree, const char *id, bool colour,
                     FILE *to)
{
    struct json_object *link = find(tree, "links", "id", id);
    const char *state = text_of(link, "state");
    bool ok = strcmp(state, "ok") == 0;

    fprintf(to, "  %s: ", text_of(link, "name"));
    if (colour) {
        fputs(ok ? "\x1b[32m" : "\x1b[1;31m", to);
    }
    fputs(state, to);
    if (colour) {
        fputs("\x1b[0m", to);
    }
}

static void put_node(struct json_object *tree, const struct node *node,
                     bool colour, FILE *to)
{
    struct json_object *cert = find(tree, "certificates", "role", node->role);
    int used = fprintf(to, "%s%s", node->branch, node->role);

    fprintf(to, "%*s", used < NAME_COLUMN ? NAME_COLUMN - used : 1, "");
    for (size_t i = 0; i < LINKS_MAX && node->links[i] != NULL; i++) {
        put_link(tree, node->links[i], colour, to);
    }
    if (cert != NULL) {
        fputs("  (", to);
        printable_put(text_of(cert, "from"), false, to);
        fputc(')', to);
    }
    fputc('\n', to);
}

void chain_text_print(struct json_object *tree, bool colour, FILE *to)
{
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        put_node(tree, &nodes[i], colour, to);
    }
    fputc('\n', to);
    json_object_object_del(tree, "certificates");
    json_object_object_del(tree, "links");
    json_object_object_del(tree, "files");
    out_text_print(tree, NULL, colour, to);
}
