/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes libvirt's domain capabilities, as a host or a recording gives them. */
#include "fuzz.h"
#include "virt/capabilities.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct host_libvirt found = { .libvirt_version = 9000000 };
    struct sevk_error err = { 0 };

    if (!capabilities_read(bytes_make(p, n), &found, &err)) {
        must(err.message[0] != '\0' && !found.has_capabilities);
        return 0;
    }
    must(found.has_capabilities && found.libvirt_version == 9000000);
    must(found.has_cbitpos || found.cbitpos == 0);
    must(found.has_max_guests || found.max_guests == 0);
    return 0;
}
