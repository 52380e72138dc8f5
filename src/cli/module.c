/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the parts that are not loaded unless a verb needs them. */
#include "cli/module.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"

/* "PREFIX/bin/sevkit" gives "PREFIX/lib/sevkit/virt.so". */
static char *beside_program(void)
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
    return asprintf(&path, "%s/lib/sevkit/virt.so", self) < 0 ? NULL : path;
}

static bool check(const struct virt_module *module, const char *path,
                  struct sevk_error *err)
{
    if (module->abi != VIRT_MODULE_ABI || module->size != sizeof *module) {
        return sevk_fail(err, SEVK_HOST,
                         "'%s' is of another build than this program; install "
                         "both from one build",
                         path);
    }
    return true;
}

bool module_open_virt(const struct virt_module **ret, struct sevk_error *err)
{
    OWN(own_free) char *beside = beside_program();
    const char *path = SEVKIT_MODULE_DIR "/virt.so";
    const struct virt_module *module;
    void *handle;

    if (beside != NULL && access(beside, R_OK) == 0) {
        path = beside;
    }
    handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        return sevk_fail(err, SEVK_HOST,
                         "the libvirt part can't be loaded (%s); install "
                         "libvirt's client library and sevkit's lib folder",
                         dlerror());
    }
    module = dlsym(handle, VIRT_MODULE_SYMBOL);
    if (module == NULL) {
        return sevk_fail(err, SEVK_HOST, "'%s' is not a module of sevkit",
                         path);
    }
    if (!check(module, path, err)) {
        return false;
    }
    *ret = module;
    return true;
}
