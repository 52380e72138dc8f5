/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the parts that are not loaded unless a verb needs them. */
#ifndef SEVKIT_CLI_MODULE_H
#define SEVKIT_CLI_MODULE_H

#include <sevkit/error.h>

#include "virt/module.h"

/*
 * The libvirt module (virt/module.h): lib/sevkit/virt.so beside the folder that
 * holds this program (found through /proc/self/exe, so a build tree and a
 * relocated installation work alike), else the one of the configured libdir.
 * No environment variable has a say in it. It stays open until the process
 * ends. SEVK_HOST when it is not there, can't be loaded, or is of another
 * build.
 */
SEVK_MUST_CHECK bool module_open_virt(const struct virt_module **ret,
                                      struct sevk_error *err);

#endif
