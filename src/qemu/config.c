/* SPDX-License-Identifier: Apache-2.0 */
/* Where sevkit-qemu finds its platform and the real QEMU. */
#include "qemu/config.h"

#include <json-c/json.h>

#include "base/file.h"
#include "base/own.h"

#define CONFIG_MAX   ((size_t)64 * 1024)
#define QEMU_DEFAULT "/usr/bin/qemu-system-x86_64"

void config_free(struct config *config)
{
    free(config->platform);
    free(config->run);
    free(config->qemu);
    free(config->log);
    *config = (struct config){ 0 };
}

/* "DIR/sevkit-qemu.conf" for "DIR/program". */
static bool find_file(const char *started_as, char **ret,
                      struct sevk_error *err)
{
    const char *slash = strrchr(started_as, '/');
    OWN(own_free)
    char *dir = slash == NULL
                    ? strdup(".")
                    : strndup(started_as, (size_t)(slash - started_as) + 1);

    if (dir == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a path");
    }
    return path_join(dir, CONFIG_NAME, ret, err);
}

/* DEFAULT_VALUE is NULL for a key that must be there. */
static bool take_string(struct json_object *root, const char *key,
                        const char *default_value, char **ret,
                        struct sevk_error *err)
{
    struct json_object *value = json_object_object_get(root, key);
    const char *text = default_value;

    if (json_object_is_type(value, json_type_string)) {
        text = json_object_get_string(value);
    }
    if (text == NULL || text[0] == '\0') {
        return sevk_fail(err, SEVK_INPUT, "'%s' is missing or no text", key);
    }
    *ret = strdup(text);
    return *ret != NULL ||
           sevk_fail(err, SEVK_HOST, "out of memory for a path");
}

static bool take_format(struct json_object *root, bool *ret,
                        struct sevk_error *err)
{
    OWN(own_free) char *format = NULL;

    if (!take_string(root, "log-format", "text", &format, err)) {
        return false;
    }
    *ret = strcmp(format, "json") == 0;
    return *ret || strcmp(format, "text") == 0 ||
           sevk_fail(err, SEVK_INPUT, "'log-format' is neither text nor json");
}

static bool take_all(struct json_object *root, struct config *ret,
                     struct sevk_error *err)
{
    if (!json_object_is_type(root, json_type_object)) {
        return sevk_fail(err, SEVK_INPUT, "it is no JSON object");
    }
    return take_string(root, "platform", NULL, &ret->platform, err) &&
           take_string(root, "run", NULL, &ret->run, err) &&
           take_string(root, "qemu", QEMU_DEFAULT, &ret->qemu, err) &&
           (json_object_object_get(root, "log") == NULL ||
            take_string(root, "log", NULL, &ret->log, err)) &&
           take_format(root, &ret->log_json, err);
}

bool config_read(const char *started_as, struct config *ret,
                 struct sevk_error *err)
{
    OWN(config_free) struct config config = { 0 };
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    struct json_object *root;
    bool ok;

    if (!find_file(started_as, &path, err)) {
        return false;
    }
    if (!file_read(path, CONFIG_MAX, "configuration", &text, err)) {
        return sevk_fail_in(err, "sevkit-qemu is started by a lab (sevkit lab "
                                 "start), which makes its configuration");
    }
    root = json_tokener_parse(buf_string(&text));
    ok = take_all(root, &config, err);
    json_object_put(root);
    if (!ok) {
        return sevk_fail_in(err, "configuration '%s'", path);
    }
    *ret = config;
    config = (struct config){ 0 };
    return true;
}
