/* SPDX-License-Identifier: Apache-2.0 */
/* What the key server's module offers to the command line. */
#ifndef SEVKIT_FETCH_MODULE_H
#define SEVKIT_FETCH_MODULE_H

#include "base/module.h"
#include "fetch/fetch.h"

/*
 * What needs libcurl lives in a shared object of its own, lib/sevkit/fetch.so
 * (base/module.h says why). It neither prints nor exits nor touches signals.
 * What it allocates is of malloc, and released by either side.
 */
#define FETCH_MODULE_ABI    1
#define FETCH_MODULE_SYMBOL "sevk_fetch_module"

struct fetch_module {
    struct module_head head; /* FETCH_MODULE_ABI, sizeof(struct fetch_module) */

    /* fetch_run(), with the pauses of a clock when OPTIONS has none. */
    bool (*run)(const struct fetch_options *options, const struct watch *watch,
                struct fetch_found *ret, struct sevk_error *err);
};

#endif
