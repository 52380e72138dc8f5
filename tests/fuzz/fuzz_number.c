/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes numbers: an accepted one is what the C library reads, too. */
#include "base/number.h"

#include <errno.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    uint64_t v = 0;
    uint32_t small = 0;

    if (number_parse(text, 0, UINT64_MAX, "input", &v, NULL)) {
        bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
        char *end = NULL;

        errno = 0;
        must(strtoull(text, &end, hex ? 16 : 10) == v);
        must(errno == 0 && *end == '\0');
        must(number_parse_u32(text, 0, UINT32_MAX, "input", &small, NULL) ==
             (v <= UINT32_MAX));
    } else {
        must(!number_parse_u32(text, 0, UINT32_MAX, "input", &small, NULL));
    }
    free(text);
    return 0;
}
