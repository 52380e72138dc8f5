/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes GUIDs: an accepted text comes back in lower case. */
#include "base/guid.h"

#include <strings.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char *text = fuzz_string(p, n);
    char again[GUID_TEXT_LEN];
    struct guid g;

    if (guid_parse(text, &g, NULL)) {
        guid_format(&g, again);
        must(strcasecmp(text, again) == 0);
    }
    free(text);
    return 0;
}
