/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes ELF files: what is found in them lies in them. */
#include "image/elf.h"

#include "fuzz.h"

static void must_be_inside(const uint8_t *p, size_t n, const void *at,
                           size_t len)
{
    const uint8_t *q = at;

    must(q >= p && q <= p + n && len <= (size_t)(p + n - q));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct bytes file = bytes_make(p, n);
    struct bytes section = { 0 };
    const char *interpreter = NULL;
    const char *value;
    size_t at = 0;

    if (elf_section(file, ".modinfo", "file", &section, NULL) &&
        section.n > 0) {
        must_be_inside(p, n, section.p, section.n);
        while ((value = elf_modinfo(section, "depends", &at)) != NULL) {
            must_be_inside(section.p, section.n, value, strlen(value) + 1);
        }
    }
    if (elf_interpreter(file, "file", &interpreter, NULL) &&
        interpreter != NULL) {
        must_be_inside(p, n, interpreter, strlen(interpreter) + 1);
    }
    return 0;
}
