/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel modules: which files a set of them needs, and in which order. */
#ifndef SEVKIT_IMAGE_MODULES_H
#define SEVKIT_IMAGE_MODULES_H

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * DIR is a kernel's folder of modules (/lib/modules/VERSION), or one like it.
 * What a module needs is read from the module itself ("depends", and "softdep:
 * pre"), so depmod need not have run. Files may be compressed (.xz, .zst, .gz):
 * xz, zstd and gzip unpack them. Names are compared with "-" as "_".
 */
struct module {
    char *name; /* "virtio_blk" */
    char *path;
    struct buf content; /* unpacked */
};

struct module_list {
    struct module *items; /* each behind what it needs */
    size_t n;
    size_t cap;
};

void module_list_free(struct module_list *list); /* also for OWN() */

/*
 * Adds NAME and what it needs. *RET_FOUND false: DIR has no such module (the
 * kernel may have it built in); what a module that was found needs may be
 * built in, too. SEVK_INPUT for a module that can't be read.
 */
struct module_tree;
SEVK_MUST_CHECK bool module_tree_open(const char *dir, struct module_tree **ret,
                                      struct sevk_error *err);
void module_tree_free(struct module_tree **tree); /* also for OWN() */
SEVK_MUST_CHECK bool module_tree_add(const struct module_tree *tree,
                                     const char *name, struct module_list *list,
                                     bool *ret_found, struct sevk_error *err);

/* Whether "modules.builtin" lists it. */
bool module_tree_is_builtin(const struct module_tree *tree, const char *name);

#endif
