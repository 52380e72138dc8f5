/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes libvirt's capabilities, of which the CPU's signature is read. */
#include "virt/as_validator.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char cpu[AS_VALIDATOR_CPU_LEN] = "unset";
    unsigned int numbers[3];
    char end;

    if (as_validator_host_cpu(bytes_make(p, n), cpu, NULL)) {
        must(cpu[0] == '\0' || sscanf(cpu, "%u/%u/%u%c", &numbers[0],
                                      &numbers[1], &numbers[2], &end) == 3);
    } else {
        must(strcmp(cpu, "unset") == 0);
    }
    return 0;
}
