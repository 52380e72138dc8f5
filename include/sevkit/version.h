/* SPDX-License-Identifier: Apache-2.0 */
/* Which libsevkit a program was compiled for, and which it runs with. */
#ifndef SEVKIT_VERSION_H
#define SEVKIT_VERSION_H

#include <sevkit/api.h>

SEVK_BEGIN_DECLS

/*
 * The macros are of the headers, the function is of the library. Both may
 * differ: a program that was compiled for an older libsevkit.so.0 works with a
 * newer one, not the other way round, and the dynamic linker sees to that by
 * the symbols' versions (SEVKIT_0.1).
 */
#define SEVK_VERSION_MAJOR 0
#define SEVK_VERSION_MINOR 1
#define SEVK_VERSION_PATCH 0

/* The library's version, "0.1.0"; valid for the program's life. */
SEVK_API const char *sevk_version_text(void);

SEVK_END_DECLS

#endif
