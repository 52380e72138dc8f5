/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the parts that are not loaded unless a verb needs them. */
#ifndef SEVKIT_CLI_MODULE_H
#define SEVKIT_CLI_MODULE_H

#include <sevkit/error.h>

#include "base/module.h"

/* One such part: a constant beside the function that opens it (cli/virt.c). */
struct module_kind {
    const char *file;        /* "virt.so" */
    const char *symbol;      /* of its table, which begins with ... */
    struct module_head head; /* ... exactly this */
    const char *part;        /* "libvirt", for "the libvirt part can't ..." */
    const char *install;     /* what to install: "libvirt's client library" */
};

/*
 * Opens lib/sevkit/FILE beside the folder that holds this program (found
 * through /proc/self/exe, so a build tree and a relocated installation work
 * alike), else the one of the configured libdir. No environment variable has a
 * say in it. It stays open until the process ends. *RET is the table, whose
 * type is the one that KIND's head speaks of. SEVK_HOST when the file is not
 * there, can't be loaded, or is of another build.
 */
SEVK_MUST_CHECK bool module_open(const struct module_kind *kind,
                                 const void **ret, struct sevk_error *err);

#endif
