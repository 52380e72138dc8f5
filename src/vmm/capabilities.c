/* SPDX-License-Identifier: Apache-2.0 */
/* What query-sev-capabilities tells about the platform. */
#include "vmm/capabilities.h"

#include "base/own.h"

bool vmm_capabilities_read(const char *platform, struct vmm_capabilities **ret,
                           struct sevk_error *err)
{
    const struct fw_options options = { .dir = platform,
                                        .rng = rng_system(),
                                        .clock = clock_system() };
    OWN(driver_close) struct driver *driver = NULL;
    OWN(own_free) struct vmm_capabilities *c = calloc(1, sizeof *c);

    if (c == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    if (!driver_open(&options, &driver, err) ||
        !driver_export(driver, c->pdh, c->chain, err) ||
        !driver_get_id(driver, c->cpu0_id, err)) {
        return false;
    }
    c->cbitpos = driver_profile(driver)->cbitpos;
    c->reduced_phys_bits = driver_profile(driver)->reduced_phys_bits;
    *ret = TAKE(c);
    return true;
}
