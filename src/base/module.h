/* SPDX-License-Identifier: Apache-2.0 */
/* What the table of functions of every loadable part begins with. */
#ifndef SEVKIT_BASE_MODULE_H
#define SEVKIT_BASE_MODULE_H

#include <stddef.h>

/*
 * Libraries that cost a process much to load (libvirt 20 ms, libcurl 10,
 * libxml2 4) are linked by shared objects of their own, lib/sevkit/FILE.so,
 * which the command line opens only when a verb asks for them. Each exports one
 * symbol: a constant struct of function pointers whose first member is this
 * one. Both sides compile the same header, and both numbers must be equal on
 * both sides before a function of the table is called.
 */
struct module_head {
    unsigned int abi; /* of the struct, raised when a meaning changes */
    size_t size;      /* sizeof the whole struct */
};

#endif
