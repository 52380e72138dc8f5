/* SPDX-License-Identifier: Apache-2.0 */
/* An initial RAM disk: files and folders as one archive that Linux unpacks. */
#include "image/cpio.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/own.h"

#define PATH_LEN_MAX    1024
#define CONTENT_LEN_MAX ((size_t)1 << 30) /* eight hexadecimal digits hold it */

void cpio_free(struct cpio *cpio)
{
    for (size_t i = 0; i < cpio->n; i++) {
        free(cpio->entries[i].path);
        buf_free(&cpio->entries[i].content);
    }
    free(cpio->entries);
    *cpio = (struct cpio){ 0 };
}

bool cpio_has(const struct cpio *cpio, const char *path)
{
    for (size_t i = 0; i < cpio->n; i++) {
        if (strcmp(cpio->entries[i].path, path) == 0) {
            return true;
        }
    }
    return false;
}

static bool make_room(struct cpio *cpio, struct sevk_error *err)
{
    size_t cap = cpio->cap == 0 ? 64 : cpio->cap * 2;
    struct cpio_entry *entries;

    if (cpio->n < cpio->cap) {
        return true;
    }
    entries = realloc(cpio->entries, cap * sizeof *entries);
    if (entries == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for an initrd");
    }
    cpio->entries = entries;
    cpio->cap = cap;
    return true;
}

static bool add(struct cpio *cpio, const char *path, uint32_t mode,
                struct bytes content, struct sevk_error *err)
{
    struct cpio_entry *e;

    if (content.n > CONTENT_LEN_MAX) {
        return sevk_fail(err, SEVK_INPUT, "'%s' is too large for an initrd",
                         path);
    }
    if (cpio_has(cpio, path)) {
        return sevk_fail(err, SEVK_INPUT, "two files '%s' for an initrd", path);
    }
    if (!make_room(cpio, err)) {
        return false;
    }
    e = &cpio->entries[cpio->n];
    *e = (struct cpio_entry){ .path = strdup(path), .mode = mode };
    cpio->n++;
    if (e->path == NULL) {
        cpio->n--;
        return sevk_fail(err, SEVK_HOST, "out of memory for an initrd");
    }
    return buf_append(&e->content, content, err);
}

/* Every folder above PATH. */
static bool add_parents(struct cpio *cpio, const char *path,
                        struct sevk_error *err)
{
    char parent[PATH_LEN_MAX];

    if (path[0] == '\0' || path[0] == '/' || strlen(path) >= sizeof parent) {
        return sevk_fail(err, SEVK_INPUT, "'%.64s' is no path for an initrd",
                         path);
    }
    for (size_t i = 1; path[i] != '\0'; i++) {
        if (path[i] == '/') {
            memcpy(parent, path, i);
            parent[i] = '\0';
            if (!cpio_add_dir(cpio, parent, err)) {
                return false;
            }
        }
    }
    return true;
}

bool cpio_add_dir(struct cpio *cpio, const char *path, struct sevk_error *err)
{
    return cpio_has(cpio, path) ||
           (add_parents(cpio, path, err) &&
            add(cpio, path, S_IFDIR | 0755, (struct bytes){ 0 }, err));
}

bool cpio_add_file(struct cpio *cpio, const char *path, uint32_t mode,
                   struct bytes content, struct sevk_error *err)
{
    return add_parents(cpio, path, err) &&
           add(cpio, path, S_IFREG | (mode & 0777), content, err);
}

bool cpio_add_link(struct cpio *cpio, const char *path, const char *target,
                   struct sevk_error *err)
{
    return add_parents(cpio, path, err) &&
           add(cpio, path, S_IFLNK | 0777, bytes_of_string(target), err);
}

static int by_path(const void *a, const void *b)
{
    const struct cpio_entry *x = a;
    const struct cpio_entry *y = b;

    return strcmp(x->path, y->path);
}

/* Headers with their names, and contents, end at multiples of four. */
static bool pad(struct buf *to, size_t start, struct sevk_error *err)
{
    static const uint8_t zeros[3];

    return buf_append(to, bytes_make(zeros, (4 - (to->n - start) % 4) % 4),
                      err);
}

static bool write_one(struct buf *to, size_t start, const char *path,
                      uint32_t number, uint32_t mode, struct bytes content,
                      struct sevk_error *err)
{
    const unsigned links = S_ISDIR(mode) ? 2 : 1;

    /* magic ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor
     * rdevminor namesize check: 8 hexadecimal digits each but the first */
    return buf_printf(to, err,
                      "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
                      "%08x",
                      number, mode, 0U, 0U, links, 0U, (unsigned)content.n, 0U,
                      0U, 0U, 0U, (unsigned)strlen(path) + 1, 0U) &&
           buf_append(to, bytes_make(path, strlen(path) + 1), err) &&
           pad(to, start, err) && buf_append(to, content, err) &&
           pad(to, start, err);
}

bool cpio_write(struct cpio *cpio, struct buf *to, struct sevk_error *err)
{
    const size_t start = to->n;

    qsort(cpio->entries, cpio->n, sizeof cpio->entries[0], by_path);
    for (size_t i = 0; i < cpio->n; i++) {
        const struct cpio_entry *e = &cpio->entries[i];

        if (!write_one(to, start, e->path, (uint32_t)i + 1, e->mode,
                       buf_bytes(&e->content), err)) {
            return false;
        }
    }
    return write_one(to, start, "TRAILER!!!", 0, 0, (struct bytes){ 0 }, err);
}
