/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest's tree as JSON, for the API server. */
#include "kube/to_json.h"

#include <stdlib.h>

#include <json-c/json.h>

#include "base/error.h"
#include "base/own.h"
#include "kube/client.h"

static struct json_object *scalar_to_json(const struct node *node)
{
    int64_t value;

    switch (node->scalar) {
    case SCALAR_BOOL:
        return json_object_new_boolean(node_is_true(node));
    case SCALAR_INTEGER:
        return node_integer(node, &value) ? json_object_new_int64(value) : NULL;
    case SCALAR_FLOAT:
        return json_object_new_double(strtod(node->text, NULL));
    default:
        return json_object_new_string(node->text);
    }
}

/* The depth of the tree has its limit: kube/node.h. */
static struct json_object *convert(const struct node *node)
{
    OWN(own_json)
    struct json_object *to = node->kind == NODE_MAP ? json_object_new_object()
                             : node->kind == NODE_LIST ? json_object_new_array()
                                                       : scalar_to_json(node);

    for (size_t i = 0; to != NULL && i < node->n; i++) {
        const struct node_entry *entry = &node->entries[i];
        bool null = node_is_null(entry->value);
        struct json_object *value = null ? NULL : convert(entry->value);

        if ((value == NULL && !null) ||
            (node->kind == NODE_MAP
                 ? json_object_object_add(to, entry->key->text, value)
                 : json_object_array_add(to, value)) != 0) {
            json_object_put(value);
            return NULL;
        }
    }
    return TAKE(to);
}

bool node_to_json(const struct node *node, struct json_object **ret,
                  struct sevk_error *err)
{
    struct json_object *to = convert(node);

    if (to == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    *ret = to;
    return true;
}
