/* SPDX-License-Identifier: Apache-2.0 */
/* The little of an ELF file that an initrd's making looks into. */
#include "image/elf.h"

#include "base/cursor.h"
#include "base/error.h"

#define HEADER_LEN  64
#define SECTION_LEN 64
#define PROGRAM_LEN 56
#define PT_INTERP   3

struct elf {
    struct bytes file;
    uint64_t programs_at;
    uint64_t sections_at;
    uint16_t program_len;
    uint16_t n_programs;
    uint16_t section_len;
    uint16_t n_sections;
    uint16_t names; /* the section that holds the sections' names */
};

static bool fail(const char *what, const char *why, struct sevk_error *err)
{
    return sevk_fail(err, SEVK_INPUT, "'%s': %s", what, why);
}

static bool open_elf(struct bytes file, const char *what, struct elf *ret,
                     struct sevk_error *err)
{
    static const uint8_t magic[] = { 0x7f, 'E', 'L', 'F', 2, 1 };
    struct elf e = { .file = file };

    if (file.n < HEADER_LEN ||
        !bytes_equal(bytes_make(file.p, sizeof magic), BYTES_OF(magic))) {
        return fail(what, "no 64-bit ELF file", err);
    }
    e.programs_at = load_le64(file.p + 0x20);
    e.sections_at = load_le64(file.p + 0x28);
    e.program_len = load_le16(file.p + 0x36);
    e.n_programs = load_le16(file.p + 0x38);
    e.section_len = load_le16(file.p + 0x3a);
    e.n_sections = load_le16(file.p + 0x3c);
    e.names = load_le16(file.p + 0x3e);
    *ret = e;
    return true;
}

/* N bytes at AT, if they lie in the file. */
static bool piece(const struct elf *e, uint64_t at, uint64_t n,
                  struct bytes *ret)
{
    if (at > e->file.n || n > e->file.n - at) {
        return false;
    }
    *ret = bytes_make(e->file.p + at, (size_t)n);
    return true;
}

static bool row(const struct elf *e, uint64_t table, uint16_t len,
                uint16_t min_len, uint16_t index, struct bytes *ret)
{
    const uint64_t at = (uint64_t)len * index;

    return len >= min_len && table <= UINT64_MAX - at &&
           piece(e, table + at, len, ret);
}

static bool section_content(const struct elf *e, struct bytes header,
                            struct bytes *ret)
{
    return piece(e, load_le64(header.p + 0x18), load_le64(header.p + 0x20),
                 ret);
}

static bool named(struct bytes names, uint32_t at, const char *name)
{
    const size_t n = strlen(name) + 1;

    return at < names.n && names.n - at >= n &&
           bytes_equal(bytes_make(names.p + at, n), bytes_make(name, n));
}

bool elf_section(struct bytes file, const char *name, const char *what,
                 struct bytes *ret, struct sevk_error *err)
{
    struct elf e = { 0 };
    struct bytes header = { 0 };
    struct bytes names = { 0 };

    if (!open_elf(file, what, &e, err)) {
        return false;
    }
    if (!row(&e, e.sections_at, e.section_len, SECTION_LEN, e.names, &header) ||
        !section_content(&e, header, &names)) {
        return fail(what, "its table of sections leaves the file", err);
    }
    for (uint16_t i = 0; i < e.n_sections; i++) {
        if (!row(&e, e.sections_at, e.section_len, SECTION_LEN, i, &header)) {
            return fail(what, "its table of sections leaves the file", err);
        }
        if (named(names, load_le32(header.p), name)) {
            return section_content(&e, header, ret) ||
                   fail(what, "a section leaves the file", err);
        }
    }
    *ret = (struct bytes){ 0 };
    return true;
}

bool elf_interpreter(struct bytes file, const char *what, const char **ret,
                     struct sevk_error *err)
{
    struct elf e = { 0 };
    struct bytes header = { 0 };
    struct bytes text = { 0 };

    if (!open_elf(file, what, &e, err)) {
        return false;
    }
    for (uint16_t i = 0; i < e.n_programs; i++) {
        if (!row(&e, e.programs_at, e.program_len, PROGRAM_LEN, i, &header)) {
            return fail(what, "its table of segments leaves the file", err);
        }
        if (load_le32(header.p) != PT_INTERP) {
            continue;
        }
        if (!piece(&e, load_le64(header.p + 0x08), load_le64(header.p + 0x20),
                   &text) ||
            text.n == 0 || text.p[text.n - 1] != '\0') {
            return fail(what, "its interpreter's name leaves the file", err);
        }
        *ret = (const char *)text.p;
        return true;
    }
    *ret = NULL;
    return true;
}

const char *elf_modinfo(struct bytes modinfo, const char *key, size_t *at)
{
    const size_t n = strlen(key);

    while (*at < modinfo.n) {
        const char *text = (const char *)modinfo.p + *at;
        const size_t left = modinfo.n - *at;
        const size_t len = strnlen(text, left);

        if (len == left) {
            break; /* the last one has no end */
        }
        *at += len + 1;
        if (len > n && strncmp(text, key, n) == 0 && text[n] == '=') {
            return text + n + 1;
        }
    }
    *at = modinfo.n;
    return NULL;
}
