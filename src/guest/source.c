/* SPDX-License-Identifier: Apache-2.0 */
/* Where a guest finds its secrets: the kernel's files, or the firmware's page. */
#include "guest/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "base/file.h"
#include "guest/memory.h"

#define COCO           "/sys/kernel/security/secrets/coco"
#define COCO_LEN_MAX   ((size_t)64 * 1024)
#define COCO_FILES_MAX 1024 /* entries of the directory that are looked at */

void source_close(struct source *source)
{
    secret_clear(&source->bytes);
    free(source->path);
    *source = (struct source){ 0 };
}

/* -- The kernel's files. --------------------------------------------------- */

/* A name that is no GUID is not one of the secrets. */
static bool note_file(struct source *s, const char *name,
                      struct sevk_error *err)
{
    struct source_item item = { 0 };
    OWN(own_free) char *path = NULL;
    SECRET(data);

    if (!guid_parse(name, &item.guid, NULL)) {
        return true;
    }
    if (s->n == PAGE_ENTRIES_MAX) {
        return sevk_fail(err, SEVK_INPUT, "'%s' has more than %d secrets",
                         s->path, PAGE_ENTRIES_MAX);
    }
    /* The kernel's files have no size until they are read. */
    if (!path_join(s->path, name, &path, err) ||
        !secret_read_file(&data, path, 0, COCO_LEN_MAX, "secret", err)) {
        return false;
    }
    item.len = data.n;
    s->items[s->n++] = item;
    return true;
}

static bool list_coco(struct source *s, DIR *dir, struct sevk_error *err)
{
    const struct dirent *e;
    size_t seen = 0;

    while ((e = readdir(dir)) != NULL && seen++ < COCO_FILES_MAX) {
        if (!note_file(s, e->d_name, err)) {
            return false;
        }
    }
    s->kind = SOURCE_COCO;
    return true;
}

static bool wipe_coco(const struct source *s, const struct source_item *item,
                      struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    char name[GUID_TEXT_LEN];

    guid_format(&item->guid, name);
    if (!path_join(s->path, name, &path, err)) {
        return false;
    }
    return unlink(path) == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "wiping '%s'", path);
}

/* -- The firmware's page. -------------------------------------------------- */

static bool take_page(struct source *s, const char *root,
                      struct sevk_error *err)
{
    bool found = false;

    if (!memory_find(root, &s->address, &s->bytes, &s->page, &found, err)) {
        return false;
    }
    if (!found) {
        return true;
    }
    s->kind = SOURCE_MEMORY;
    for (size_t i = 0; i < s->page.n_entries; i++) {
        s->items[s->n++] = (struct source_item){ s->page.entries[i].guid,
                                                 s->page.entries[i].data.n };
    }
    return memory_path(root, &s->path, err);
}

/* The entry in the page, with what stands around it. */
static const struct secret_entry *entry_of(const struct source *s,
                                           const struct source_item *item)
{
    return &s->page.entries[item - s->items];
}

static bool wipe_page(const struct source *s, const struct source_item *item,
                      struct sevk_error *err)
{
    const struct secret_entry *e = entry_of(s, item);
    size_t data_at = (size_t)(e->data.p - secret_expose(&s->bytes).p);
    size_t guid_at = data_at - SECRET_TABLE_ENTRY_LEN;

    /* The length between the two stays: the others are found by it. */
    return memory_zero(s->path, s->address + data_at, e->data.n, err) &&
           memory_zero(s->path, s->address + guid_at, sizeof e->guid.b, err);
}

/* -- Either. --------------------------------------------------------------- */

bool source_open(const char *root, struct source *ret, struct sevk_error *err)
{
    OWN(source_close) struct source s = { 0 };
    OWN(own_closedir) DIR *dir = NULL;

    if (asprintf(&s.path, "%s" COCO, root) < 0) {
        s.path = NULL;
        return sevk_fail(err, SEVK_HOST, "out of memory for a path");
    }
    dir = opendir(s.path);
    if (dir != NULL) {
        if (!list_coco(&s, dir, err)) {
            return false;
        }
    } else {
        own_free(&s.path);
        if (!take_page(&s, root, err)) {
            return false;
        }
    }
    *ret = s;
    s = (struct source){ 0 };
    return true;
}

const struct source_item *source_find(const struct source *source,
                                      const struct guid *guid)
{
    for (size_t i = 0; i < source->n; i++) {
        if (guid_equal(&source->items[i].guid, guid)) {
            return &source->items[i];
        }
    }
    return NULL;
}

bool source_read(const struct source *source, const struct source_item *item,
                 struct sevk_secret *ret, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    char name[GUID_TEXT_LEN];

    if (source->kind == SOURCE_MEMORY) {
        return secret_copy(ret, entry_of(source, item)->data, err);
    }
    guid_format(&item->guid, name);
    return path_join(source->path, name, &path, err) &&
           secret_read_file(ret, path, 1, COCO_LEN_MAX, "secret", err);
}

bool source_wipe(const struct source *source, const struct source_item *item,
                 struct sevk_error *err)
{
    return source->kind == SOURCE_MEMORY ? wipe_page(source, item, err)
                                         : wipe_coco(source, item, err);
}

bool source_wipe_all(const struct source *source, struct sevk_error *err)
{
    if (source->kind == SOURCE_MEMORY) {
        return memory_zero(source->path, source->address,
                           source->page.secrets_len, err);
    }
    for (size_t i = 0; i < source->n; i++) {
        if (!wipe_coco(source, &source->items[i], err)) {
            return false;
        }
    }
    return true;
}
