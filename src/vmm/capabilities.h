/* SPDX-License-Identifier: Apache-2.0 */
/* What query-sev-capabilities tells about the platform. */
#ifndef SEVKIT_VMM_CAPABILITIES_H
#define SEVKIT_VMM_CAPABILITIES_H

#include <sevkit/error.h>

#include "fw/driver.h"

struct vmm_capabilities {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t chain[DRIVER_CHAIN_LEN]; /* PEK, OCA, CEK */
    uint8_t cpu0_id[DRIVER_ID_LEN];
    uint32_t cbitpos;
    uint32_t reduced_phys_bits;
};

/* Opens the virtual platform in the directory PLATFORM, asks it, closes it.
 * The caller frees *RET. */
SEVK_MUST_CHECK bool vmm_capabilities_read(const char *platform,
                                           struct vmm_capabilities **ret,
                                           struct sevk_error *err);

#endif
