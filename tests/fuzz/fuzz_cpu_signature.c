/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes CPUs in text: what is read can be taken apart and made again. */
#include "fuzz.h"
#include "owner/cpu_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    uint32_t signature, family, model, stepping, again;

    if (cpu_signature_parse(text, &signature, NULL)) {
        cpu_signature_split(signature, &family, &model, &stepping);
        must(cpu_signature_make(family, model, stepping, &again, NULL));
        must(strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0 ||
             again == signature);
    }
    free(text);
    return 0;
}
