/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes policies in text: what is read is shown and read again the same. */
#include "fuzz.h"
#include "owner/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    char shown[POLICY_TEXT_LEN];
    uint32_t policy, again;

    if (policy_parse(text, &policy, NULL)) {
        must((policy & POLICY_RESERVED) == 0);
        policy_format(policy, shown);
        must(policy_parse(shown, &again, NULL));
        must(again == policy);
    }
    free(text);
    return 0;
}
