/* SPDX-License-Identifier: Apache-2.0 */
/* Looks into a manifest's tree. */
#include "kube/node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
static const char *const trues[] = { "true", "True", "TRUE", "yes",
                                     "Yes",  "YES",  "on",   "On",
                                     "ON",   "y",    "Y",    NULL };
static const char *const falses[] = { "false", "False", "FALSE", "no",
                                      "No",    "NO",    "off",   "Off",
                                      "OFF",   "n",     "N",     NULL };

static bool parse_integer(const char *text, int64_t *ret)
{
    const char *digits = text + (text[0] == '-' || text[0] == '+' ? 1 : 0);
    bool octal = strncmp(digits, "0o", 2) == 0;
    int base = 10;
    char *end;
    long long value;

    if (digits[0] < '0' || digits[0] > '9') {
        return false;
    }
    if (digits[0] == '0' && digits[1] != '\0') {
        base = digits[1] == 'x' ? 16 : 8;
    }
    errno = 0;
    value = strtoll(octal ? digits + 2 : digits, &end, base);
    if (*end != '\0' || errno != 0 || (octal && digits[2] == '\0')) {
        return false;
    }
    *ret = text[0] == '-' ? -value : value;
    return true;
}

static bool is_float(const char *text)
{
    static const char *const words[] = { ".inf", "-.inf", ".nan",
                                         ".Inf", ".NaN",  NULL };
    char *end;

    if (is_one_of(text, words)) {
        return true;
    }
    if (text[strspn(text, "0123456789+-.eE")] != '\0' ||
        strpbrk(text, "0123456789") == NULL) {
        return false;
    }
    (void)strtod(text, &end);
    return *end == '\0';
}

enum scalar_kind scalar_classify(const char *text)
{
    int64_t value;

    if (is_one_of(text, nulls)) {
        return SCALAR_NULL;
    }
    if (is_one_of(text, trues) || is_one_of(text, falses)) {
        return SCALAR_BOOL;
    }
    if (parse_integer(text, &value)) {
        return SCALAR_INTEGER;
    }
    return is_float(text) ? SCALAR_FLOAT : SCALAR_STRING;
}

bool node_is_null(const struct node *node)
{
    return node == NULL ||
           (node->kind == NODE_SCALAR && node->scalar == SCALAR_NULL);
}

const struct node_entry *node_entry(const struct node *map, const char *key)
{
    if (map == NULL || map->kind != NODE_MAP) {
        return NULL;
    }
    for (size_t i = 0; i < map->n; i++) {
        if (strcmp(map->entries[i].key->text, key) == 0) {
            return &map->entries[i];
        }
    }
    return NULL;
}

const struct node *node_get(const struct node *map, const char *key)
{
    const struct node_entry *entry = node_entry(map, key);

    return entry == NULL || node_is_null(entry->value) ? NULL : entry->value;
}

const struct node *node_at(const struct node *root, const char *path)
{
    const struct node *at = root;

    while (at != NULL && *path != '\0') {
        size_t n = strcspn(path, ".");
        char key[64];

        if (n >= sizeof key) {
            return NULL;
        }
        memcpy(key, path, n);
        key[n] = '\0';
        at = node_get(at, key);
        path += n + (path[n] == '.' ? 1 : 0);
    }
    return at;
}

const char *node_text(const struct node *node)
{
    return node == NULL || node->kind != NODE_SCALAR ? NULL : node->text;
}

static bool is_bool(const struct node *node, const char *const *words)
{
    return node != NULL && node->kind == NODE_SCALAR &&
           node->scalar == SCALAR_BOOL && is_one_of(node->text, words);
}

bool node_is_true(const struct node *node)
{
    return is_bool(node, trues);
}

bool node_is_false(const struct node *node)
{
    return is_bool(node, falses);
}

bool node_integer(const struct node *node, int64_t *ret)
{
    return node != NULL && node->kind == NODE_SCALAR &&
           node->scalar == SCALAR_INTEGER && parse_integer(node->text, ret);
}
