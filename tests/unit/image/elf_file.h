/* SPDX-License-Identifier: Apache-2.0 */
/* A small ELF file with one section or one interpreter, for tests. */
#ifndef SEVKIT_TESTS_ELF_FILE_H
#define SEVKIT_TESTS_ELF_FILE_H

#include "base/bytes.h"

#define ELF_FILE_LEN 1024

/* .modinfo is at ELF_MODINFO_AT, the interpreter's name at ELF_INTERP_AT. */
#define ELF_MODINFO_AT 512
#define ELF_INTERP_AT  256

/* MODINFO is at most 512 bytes; INTERPRETER may be NULL. */
void elf_file(uint8_t out[static ELF_FILE_LEN], struct bytes modinfo,
              const char *interpreter);

#endif
