/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the memory map: the ranges are whole pages below the limit. */
#include "guest/iomem.h"

#include "fuzz.h"

#define RANGES 4

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    struct iomem_range ranges[RANGES];
    size_t found = iomem_reserved(text, ranges, RANGES);

    must(found <= RANGES);
    for (size_t i = 0; i < found; i++) {
        must(ranges[i].start < ranges[i].end && ranges[i].end <= IOMEM_LIMIT);
        must(ranges[i].start % IOMEM_PAGE == 0);
        must(ranges[i].end % IOMEM_PAGE == 0);
    }
    must(found == 0 || !iomem_is_hidden(text) || ranges[0].start == 0);
    free(text);
    return 0;
}
