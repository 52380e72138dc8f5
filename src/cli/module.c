/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the parts that are not loaded unless a verb needs them. */
#include "cli/module.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/own.h"

/* "PREFIX/bin/sevkit" gives "PREFIX/lib/sevkit/FILE". */
static char *beside_program(const char *file)
{
    char self[4096];
    char *path = NULL;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n <= 0) {
        return NULL;
    }
    self[n] = '\0';
    for (unsigned int up = 0; up < 2; up++) {
        char *slash = strrchr(self, '/');

        if (slash == NULL) {
            return NULL;
        }
        *slash = '\0';
    }
    return asprintf(&path, "%s/lib/sevkit/%s", self, file) < 0 ? NULL : path;
}

static char *find(const char *file)
{
    OWN(own_free) char *beside = beside_program(file);
    char *path = NULL;

    if (beside != NULL && access(beside, R_OK) == 0) {
        return TAKE(beside);
    }
    return asprintf(&path, "%s/%s", SEVKIT_MODULE_DIR, file) < 0 ? NULL : path;
}

static bool same_build(const struct module_kind *kind, const void *table)
{
    const struct module_head *head = table;

    return head->abi == kind->head.abi && head->size == kind->head.size;
}

bool module_open(const struct module_kind *kind, const void **ret,
                 struct sevk_error *err)
{
    OWN(own_free) char *path = find(kind->file);
    const void *table;
    void *handle;

    if (path == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        return sevk_fail(err, SEVK_HOST,
                         "the %s part can't be loaded (%s); install %s and "
                         "sevkit's lib folder",
                         kind->part, dlerror(), kind->install);
    }
    table = dlsym(handle, kind->symbol);
    if (table == NULL) {
        return sevk_fail(err, SEVK_HOST, "'%s' is not a module of sevkit",
                         path);
    }
    if (!same_build(kind, table)) {
        return sevk_fail(err, SEVK_HOST,
                         "'%s' is of another build than this program; install "
                         "both from one build",
                         path);
    }
    *ret = table;
    return true;
}
