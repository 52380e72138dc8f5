/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's registers, as QEMU's "info registers" tells them. */
#include "qemu/registers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* One vCPU's part of the text begins so. */
#define HEAD "CPU#"

/* Where a register's number stands: behind "NAME=", of which there may be a
 * blank before the sign; that of a segment's base is the second one. */
static const struct {
    const char *name;
    const char *name32;
    bool base;
} rows[REGISTERS_CORE] = {
    { "R15", NULL, false },  { "R14", NULL, false },  { "R13", NULL, false },
    { "R12", NULL, false },  { "RBP", "EBP", false }, { "RBX", "EBX", false },
    { "R11", NULL, false },  { "R10", NULL, false },  { "R9", NULL, false },
    { "R8", NULL, false },   { "RAX", "EAX", false }, { "RCX", "ECX", false },
    { "RDX", "EDX", false }, { "RSI", "ESI", false }, { "RDI", "EDI", false },
    { NULL, NULL, false }, /* orig_rax: a matter of system calls */
    { "RIP", "EIP", false }, { "CS", NULL, false },   { "RFL", "EFL", false },
    { "RSP", "ESP", false }, { "SS", NULL, false },   { "FS", NULL, true },
    { "GS", NULL, true },    { "DS", NULL, false },   { "ES", NULL, false },
    { "FS", NULL, false },   { "GS", NULL, false },
};

/* The text between two places. */
struct part {
    const char *begin;
    const char *end;
};

static const char *next_head(const char *text)
{
    return strstr(text, HEAD);
}

size_t registers_count(const char *text)
{
    size_t n = 0;

    for (text = next_head(text); text != NULL; text = next_head(text + 1)) {
        n++;
    }
    return n;
}

static bool find_part(const char *text, size_t index, struct part *ret)
{
    for (text = next_head(text); text != NULL; text = next_head(text + 1)) {
        if (index-- == 0) {
            const char *end = next_head(text + 1);

            *ret =
                (struct part){ text, end == NULL ? text + strlen(text) : end };
            return true;
        }
    }
    return false;
}

/* Behind "NAME=" or "NAME =" as a word of its own. */
static const char *find_value(struct part part, const char *name)
{
    size_t n = strlen(name);
    const char *at = strstr(part.begin, name);

    for (; at != NULL && at < part.end; at = strstr(at + 1, name)) {
        const char *sign = at + n + (at[n] == ' ');

        if (*sign == '=' && !isalnum((unsigned char)at[-1])) {
            return sign + 1;
        }
    }
    return NULL;
}

static bool read_number(struct part part, const char *name, bool second,
                        uint64_t *ret)
{
    const char *at = name == NULL ? NULL : find_value(part, name);
    char *end;

    if (at == NULL) {
        return false;
    }
    *ret = strtoull(at, &end, 16);
    if (second) {
        *ret = strtoull(end, NULL, 16);
    }
    return true;
}

bool registers_read(const char *text, size_t index, struct registers *ret)
{
    struct registers r = { 0 };
    struct part part;

    if (!find_part(text, index, &part) ||
        !read_number(part, "CR0", false, &r.cr0)) {
        return false;
    }
    for (size_t i = 0; i < REGISTERS_CORE; i++) {
        (void)(read_number(part, rows[i].name, rows[i].base, &r.core[i]) ||
               read_number(part, rows[i].name32, rows[i].base, &r.core[i]));
    }
    *ret = r;
    return true;
}
