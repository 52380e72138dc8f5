/* SPDX-License-Identifier: Apache-2.0 */
/* A small ELF file with one section or one interpreter, for tests. */
#include "elf_file.h"

#include "base/cursor.h"

#define PROGRAMS_AT 64
#define SECTIONS_AT 128
#define NAMES_AT    320

static void section(uint8_t *at, uint32_t name, uint64_t place, uint64_t n)
{
    store_le32(at, name);
    store_le64(at + 0x18, place);
    store_le64(at + 0x20, n);
}

void elf_file(uint8_t out[static ELF_FILE_LEN], struct bytes modinfo,
              const char *interpreter)
{
    static const char names[] = "\0.names\0.modinfo";

    memset(out, 0, ELF_FILE_LEN);
    memcpy(out, "\177ELF\2\1\1", 7);
    store_le64(out + 0x20, PROGRAMS_AT);
    store_le64(out + 0x28, SECTIONS_AT);
    store_le16(out + 0x36, 56);
    store_le16(out + 0x38, interpreter == NULL ? 0 : 1);
    store_le16(out + 0x3a, 64);
    store_le16(out + 0x3c, 2);
    store_le16(out + 0x3e, 0);
    memcpy(out + NAMES_AT, names, sizeof names);
    section(out + SECTIONS_AT, 1, NAMES_AT, sizeof names);
    section(out + SECTIONS_AT + 64, 8, ELF_MODINFO_AT, modinfo.n);
    memcpy(out + ELF_MODINFO_AT, modinfo.p, modinfo.n);
    if (interpreter != NULL) {
        store_le32(out + PROGRAMS_AT, 3);
        store_le64(out + PROGRAMS_AT + 0x08, ELF_INTERP_AT);
        store_le64(out + PROGRAMS_AT + 0x20, strlen(interpreter) + 1);
        memcpy(out + ELF_INTERP_AT, interpreter, strlen(interpreter) + 1);
    }
}
