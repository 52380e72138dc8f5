/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel modules: which files a set of them needs, and in which order. */
#include "image/modules.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "image/elf.h"
#include "image/tool.h"

#define MODULE_LEN_MAX ((size_t)64 << 20)
#define LIST_LEN_MAX   ((size_t)4 << 20)
#define FILES_MAX      65536
#define DEPTH_MAX      32 /* of modules that need modules */
#define NAME_LEN       64

struct module_tree {
    struct module *files; /* without contents */
    size_t n;
    size_t cap;
    struct buf builtin; /* "modules.builtin" */
};

static void free_modules(struct module *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(items[i].name);
        free(items[i].path);
        buf_free(&items[i].content);
    }
    free(items);
}

void module_list_free(struct module_list *list)
{
    free_modules(list->items, list->n);
    *list = (struct module_list){ 0 };
}

void module_tree_free(struct module_tree **tree)
{
    if (*tree != NULL) {
        free_modules((*tree)->files, (*tree)->n);
        buf_free(&(*tree)->builtin);
        free(*tree);
    }
    *tree = NULL;
}

/* -- Names and files. ------------------------------------------------------ */

static const struct {
    const char *suffix;
    const char *program; /* that unpacks it; NULL: none is needed */
    const char *package;
} kinds[] = {
    { ".ko", NULL, NULL },
    { ".ko.xz", "xz", "xz-utils" },
    { ".ko.zst", "zstd", "zstd" },
    { ".ko.gz", "gzip", "gzip" },
};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

/* N_KINDS for a file that is no module. */
static size_t kind_of(const char *file)
{
    const size_t n = strlen(file);

    for (size_t i = 0; i < N_KINDS; i++) {
        const size_t suffix = strlen(kinds[i].suffix);

        if (n > suffix && strcmp(file + n - suffix, kinds[i].suffix) == 0) {
            return i;
        }
    }
    return N_KINDS;
}

/* The first N characters of FILE, as the kernel names a module. */
static bool name_of(const char *file, size_t n, char ret[static NAME_LEN])
{
    if (n == 0 || n >= NAME_LEN) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        ret[i] = file[i] == '-' ? '_' : file[i];
    }
    ret[n] = '\0';
    return true;
}

static bool add_module(struct module **items, size_t *n, size_t *cap,
                       const char *name, const char *path,
                       struct sevk_error *err)
{
    struct module m = { .name = strdup(name), .path = strdup(path) };

    if (*n == *cap) {
        size_t more = *cap == 0 ? 64 : *cap * 2;
        struct module *grown = realloc(*items, more * sizeof *grown);

        if (grown != NULL) {
            *items = grown;
            *cap = more;
        }
    }
    if (m.name == NULL || m.path == NULL || *n == *cap || *n == FILES_MAX) {
        free(m.name);
        free(m.path);
        return sevk_fail(err, SEVK_HOST, "too many modules, or no memory");
    }
    (*items)[(*n)++] = m;
    return true;
}

static bool note_file(struct module_tree *tree, const FTSENT *e,
                      struct sevk_error *err)
{
    const size_t kind = kind_of(e->fts_name);
    char name[NAME_LEN];

    if (e->fts_info != FTS_F || kind == N_KINDS ||
        !name_of(e->fts_name, e->fts_namelen - strlen(kinds[kind].suffix),
                 name)) {
        return true;
    }
    return add_module(&tree->files, &tree->n, &tree->cap, name, e->fts_path,
                      err);
}

static void own_fts(FTS **fts)
{
    if (*fts != NULL) {
        fts_close(*fts);
    }
    *fts = NULL;
}

static int in_order(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool walk(const char *dir, struct module_tree *tree,
                 struct sevk_error *err)
{
    OWN(own_free) char *top = strdup(dir);
    char *const tops[] = { top, NULL };
    OWN(own_fts)
    FTS *fts = top == NULL
                   ? NULL
                   : fts_open(tops, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR,
                              in_order);
    const FTSENT *e;

    if (fts == NULL) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "'%s'", dir);
    }
    while ((e = fts_read(fts)) != NULL) {
        if (!note_file(tree, e, err)) {
            return false;
        }
    }
    return true;
}

bool module_tree_open(const char *dir, struct module_tree **ret,
                      struct sevk_error *err)
{
    OWN(module_tree_free) struct module_tree *tree = calloc(1, sizeof *tree);
    OWN(own_free) char *builtin = NULL;

    if (tree == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for modules");
    }
    if (!path_join(dir, "modules.builtin", &builtin, err) ||
        !walk(dir, tree, err)) {
        return false;
    }
    /* A kernel without that file has nothing built in, as far as is known. */
    if (!file_read(builtin, LIST_LEN_MAX, "list of modules", &tree->builtin,
                   NULL)) {
        tree->builtin.n = 0;
    }
    if (tree->n == 0 && tree->builtin.n == 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "'%s' holds no kernel modules; it is to be a folder "
                         "as /lib/modules/VERSION",
                         dir);
    }
    *ret = TAKE(tree);
    return true;
}

static const struct module *find(const struct module *items, size_t n,
                                 const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(items[i].name, name) == 0) {
            return &items[i];
        }
    }
    return NULL;
}

bool module_tree_is_builtin(const struct module_tree *tree, const char *name)
{
    char wanted[NAME_LEN];
    const char *at = buf_string(&tree->builtin);

    if (!name_of(name, strlen(name), wanted)) {
        return false;
    }
    while (*at != '\0') {
        const size_t line = strcspn(at, "\n");
        size_t start = line;
        char seen[NAME_LEN];

        while (start > 0 && at[start - 1] != '/') {
            start--;
        }
        if (line - start > 3 && name_of(at + start, line - start - 3, seen) &&
            strcmp(seen, wanted) == 0) {
            return true;
        }
        at += line + (at[line] == '\n');
    }
    return false;
}

/* -- What a module needs. -------------------------------------------------- */

static bool read_module(const struct module *file, struct buf *ret,
                        struct sevk_error *err)
{
    const size_t kind = kind_of(file->path);
    OWN(own_free) char *program = NULL;

    if (kinds[kind].program == NULL) {
        return file_read(file->path, MODULE_LEN_MAX, "module", ret, err);
    }
    if (!tool_find(kinds[kind].program, kinds[kind].package, &program, err)) {
        return false;
    }
    return tool_run(
        &(struct tool){ .path = program,
                        .argv =
                            (const char *const[]){ kinds[kind].program, "-dc",
                                                   file->path, NULL } },
        ret, err);
}

static bool add_with_needs(const struct module_tree *tree, const char *name,
                           unsigned depth, struct module_list *list,
                           struct sevk_error *err);

/* Each name in TEXT, up to a word that ends with a colon, or the end. */
static bool add_names(const struct module_tree *tree, const char *text,
                      unsigned depth, struct module_list *list,
                      struct sevk_error *err)
{
    while (*text != '\0') {
        const size_t n = strcspn(text, ", ");
        char name[NAME_LEN];

        if (n > 0 && text[n - 1] == ':') {
            break;
        }
        if (n > 0 && name_of(text, n, name) &&
            !add_with_needs(tree, name, depth + 1, list, err)) {
            return false;
        }
        text += n + (text[n] != '\0');
    }
    return true;
}

static bool add_needs(const struct module_tree *tree, struct bytes modinfo,
                      unsigned depth, struct module_list *list,
                      struct sevk_error *err)
{
    static const char pre[] = "pre:";
    const char *value;

    for (size_t at = 0; (value = elf_modinfo(modinfo, "depends", &at));) {
        if (!add_names(tree, value, depth, list, err)) {
            return false;
        }
    }
    for (size_t at = 0; (value = elf_modinfo(modinfo, "softdep", &at));) {
        const char *list_at = strstr(value, pre);

        if (list_at != NULL &&
            !add_names(tree, list_at + sizeof pre - 1, depth, list, err)) {
            return false;
        }
    }
    return true;
}

/* A name that the tree does not have is built in, or not needed. */
static bool add_with_needs(const struct module_tree *tree, const char *name,
                           unsigned depth, struct module_list *list,
                           struct sevk_error *err)
{
    const struct module *file = find(tree->files, tree->n, name);
    OWN(buf_free) struct buf content = { 0 };
    struct bytes modinfo = { 0 };

    if (file == NULL || find(list->items, list->n, name) != NULL) {
        return true;
    }
    if (depth > DEPTH_MAX) {
        return sevk_fail(err, SEVK_INPUT, "module '%s' needs itself", name);
    }
    if (!read_module(file, &content, err) ||
        !elf_section(buf_bytes(&content), ".modinfo", file->path, &modinfo,
                     err) ||
        !add_needs(tree, modinfo, depth, list, err) ||
        !add_module(&list->items, &list->n, &list->cap, name, file->path,
                    err)) {
        return false;
    }
    list->items[list->n - 1].content = content;
    content = (struct buf){ 0 };
    return true;
}

bool module_tree_add(const struct module_tree *tree, const char *name,
                     struct module_list *list, bool *ret_found,
                     struct sevk_error *err)
{
    char wanted[NAME_LEN];

    if (!name_of(name, strlen(name), wanted)) {
        return sevk_fail(err, SEVK_USAGE, "'%s' is no name of a module", name);
    }
    *ret_found = find(tree->files, tree->n, wanted) != NULL;
    return add_with_needs(tree, wanted, 0, list, err);
}
