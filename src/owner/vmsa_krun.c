/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which vCPUs of an SEV-ES guest of libkrun start. */
#include "owner/vmsa_krun.h"

#include <assert.h>

/* What differs from QEMU's is the attributes of three segments. */
static struct vmsa common_state(const struct vmsa_init *init,
                                uint8_t work[static VMSA_LEN])
{
    struct vmsa_init legacy = *init;
    struct vmsa vmsa;
    bool plain;
    bool ok;

    legacy.type = VMSA_LEGACY;
    vmsa_init_bsp(&legacy, work);
    ok = vmsa_decode(bytes_make(work, VMSA_LEN), &vmsa, &plain, NULL);
    assert(ok);
    (void)ok;
    vmsa.cs.attributes = 0x9a;
    vmsa.ss.attributes = 0x92;
    vmsa.tr.attributes = 0x83;
    return vmsa;
}

void vmsa_krun_bsp(const struct vmsa_init *init, uint8_t out[static VMSA_LEN])
{
    struct vmsa vmsa = common_state(init, out);

    vmsa.rsp = 0x8ff0; /* its stack, … */
    vmsa.rbp = 0x8ff0;
    vmsa.rsi = 0x7000; /* … and the kernel's zero page */
    vmsa_encode(&vmsa, out);
}

void vmsa_krun_ap(const struct vmsa_init *init, uint8_t out[static VMSA_LEN])
{
    struct vmsa vmsa = common_state(init, out);

    vmsa.cs.selector = 0x9100;
    vmsa.cs.base = 0x91000;
    vmsa.rip = 0;
    vmsa_encode(&vmsa, out);
}
