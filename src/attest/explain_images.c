/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware images of this machine, as QEMU's descriptors name them. */
#include "attest/explain_images.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/file.h"
#include "base/own.h"
#include "owner/owner_json.h"

#define DESCRIPTOR_MAX ((size_t)64 << 10)

const char *const explain_image_folders[] = { "/etc/qemu/firmware",
                                              "/usr/share/qemu/firmware",
                                              NULL };

void explain_images_clear(struct explain_images *images)
{
    for (size_t i = 0; i < images->n; i++) {
        free(images->items[i].path);
    }
    free(images->items);
    *images = (struct explain_images){ 0 };
}

static bool is_known(const struct explain_images *images, const char *path)
{
    for (size_t i = 0; i < images->n; i++) {
        if (strcmp(images->items[i].path, path) == 0) {
            return true;
        }
    }
    return false;
}

static bool add_image(struct explain_images *images, const char *path,
                      struct sevk_error *err)
{
    struct explain_image *grown;
    OWN(own_free) char *copy = NULL;

    if (images->n == EXPLAIN_IMAGES_MAX || is_known(images, path)) {
        return true;
    }
    grown = realloc(images->items, (images->n + 1) * sizeof *grown);
    copy = strdup(path);
    if (grown != NULL) {
        images->items = grown;
    }
    if (grown == NULL || copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (firmware_read(path, &grown[images->n].firmware, NULL)) {
        grown[images->n].path = TAKE(copy);
        images->n++;
    }
    return true;
}

/* The member KEY of an object that may not be one, or not have it. */
static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    if (json_object_is_type(object, json_type_object)) {
        (void)json_object_object_get_ex(object, key, &value);
    }
    return value;
}

/* Images for other processors are large, and never the ones we look for. */
static bool is_for_x86(struct json_object *descriptor)
{
    struct json_object *targets = member(descriptor, "targets");

    if (!json_object_is_type(targets, json_type_array)) {
        return false;
    }
    for (size_t i = 0; i < json_object_array_length(targets); i++) {
        const char *name = json_object_get_string(
            member(json_object_array_get_idx(targets, i), "architecture"));

        if (name != NULL && strcmp(name, "x86_64") == 0) {
            return true;
        }
    }
    return false;
}

/* With flash the code is one file of two; otherwise there is one. */
static const char *image_of(struct json_object *descriptor)
{
    struct json_object *mapping = member(descriptor, "mapping");
    struct json_object *name =
        member(member(mapping, "executable"), "filename");

    if (name == NULL) {
        name = member(mapping, "filename");
    }
    return json_object_is_type(name, json_type_string)
               ? json_object_get_string(name)
               : NULL;
}

static bool add_described(struct explain_images *images, const char *path,
                          struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    OWN(owner_json_free) struct json_object *descriptor = NULL;
    const char *image;

    if (!file_read(path, DESCRIPTOR_MAX, "descriptor", &text, NULL) ||
        !owner_json_parse(buf_bytes(&text), &descriptor, NULL) ||
        !is_for_x86(descriptor)) {
        return true;
    }
    image = image_of(descriptor);
    return image == NULL || add_image(images, image, err);
}

static int is_descriptor(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

bool explain_images_add(struct explain_images *images, const char *dir,
                        struct sevk_error *err)
{
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, is_descriptor, alphasort);
    bool ok = true;

    for (int i = 0; i < n; i++) {
        OWN(own_free) char *path = NULL;

        ok = ok && path_join(dir, entries[i]->d_name, &path, err) &&
             add_described(images, path, err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}
