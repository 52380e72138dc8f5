/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reading of "info registers": any text has so many vCPUs or none. */
#include "qemu/registers.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    size_t cpus = registers_count(text);
    struct registers r;

    must(cpus <= n);
    for (size_t i = 0; i < cpus && i < 8; i++) {
        (void)registers_read(text, i, &r);
    }
    must(!registers_read(text, cpus, &r));
    free(text);
    return 0;
}
