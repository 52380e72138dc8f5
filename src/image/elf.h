/* SPDX-License-Identifier: Apache-2.0 */
/* The little of an ELF file that an initrd's making looks into. */
#ifndef SEVKIT_IMAGE_ELF_H
#define SEVKIT_IMAGE_ELF_H

#include <sevkit/error.h>

#include "base/bytes.h"

/*
 * 64-bit little-endian files (System V ABI, "ELF-64 object file format"). Every
 * offset is checked against the file. WHAT names the file in messages; a file
 * that is no such ELF, or whose tables leave it, is SEVK_INPUT.
 */

/* The section NAME as a view of FILE; empty when there is none. */
SEVK_MUST_CHECK bool elf_section(struct bytes file, const char *name,
                                 const char *what, struct bytes *ret,
                                 struct sevk_error *err);

/* The program interpreter, a view of FILE that ends with a NUL; NULL: static. */
SEVK_MUST_CHECK bool elf_interpreter(struct bytes file, const char *what,
                                     const char **ret, struct sevk_error *err);

/*
 * The values of KEY in a kernel module's ".modinfo" ("KEY=value", each with a
 * NUL): the one at or behind *AT, which is moved past it. NULL at the end.
 */
const char *elf_modinfo(struct bytes modinfo, const char *key, size_t *at);

#endif
