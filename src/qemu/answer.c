/* SPDX-License-Identifier: Apache-2.0 */
/* What the proxy does with a command of QMP: a row for each that it knows. */
#include "qemu/answer.h"

#include <stdlib.h>

const struct answer_row *answer_find(const struct answer_table *table,
                                     const char *name)
{
    for (size_t i = 0; i < table->n; i++) {
        if (strcmp(table->rows[i].name, name) == 0) {
            return &table->rows[i];
        }
    }
    return NULL;
}

bool answer_string(const struct qmp_command *command, const char *key,
                   const char **ret, struct sevk_error *err)
{
    struct json_object *value = NULL;

    if (!json_object_is_type(command->arguments, json_type_object) ||
        !json_object_object_get_ex(command->arguments, key, &value)) {
        return sevk_fail(err, SEVK_INPUT, "Parameter '%s' is missing", key);
    }
    if (!json_object_is_type(value, json_type_string)) {
        return sevk_fail(err, SEVK_INPUT,
                         "Invalid parameter type for '%s', expected: string",
                         key);
    }
    *ret = json_object_get_string(value);
    return true;
}

void answer_later_free(struct answer_later **later)
{
    struct answer_later *l = *later;

    if (l != NULL) {
        json_object_put(l->before);
        json_object_put(l->ask);
        if (l->free_state != NULL) {
            l->free_state(l->state);
        }
        free(l);
    }
    *later = NULL;
}

struct json_object *answer_command(const char *name,
                                   struct json_object *arguments)
{
    struct json_object *command = json_object_new_object();

    if (command == NULL) {
        json_object_put(arguments);
        return NULL;
    }
    json_object_object_add(command, "execute", json_object_new_string(name));
    json_object_object_add(command, "arguments", arguments);
    return command;
}
