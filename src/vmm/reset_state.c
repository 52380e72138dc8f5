/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which QEMU and KVM hand a vCPU to the firmware. */
#include "vmm/reset_state.h"

/* Attributes in the VMSA's packed form of 12 bits. */
enum {
    ATTR_CODE = 0x9b,
    ATTR_DATA = 0x93,
    ATTR_LDT = 0x82,
    ATTR_TSS = 0x8b,
};

static struct vmsa_segment segment(uint16_t attributes)
{
    return (struct vmsa_segment){ .attributes = attributes, .limit = 0xffff };
}

/* Where the processor begins: the reset vector of x86 for vCPU 0, and for the
 * others what the firmware image asks for. */
static void set_begin(const struct vmm_vcpu *vcpu, struct vmsa *v)
{
    uint32_t begin = vcpu->index == 0 ? 0xfffffff0 : vcpu->reset_vector;

    v->cs = segment(ATTR_CODE);
    v->cs.selector = 0xf000;
    v->cs.base = begin & 0xffff0000;
    v->rip = begin & 0x0000ffff;
}

static void set_segments(struct vmsa *v)
{
    v->es = v->ss = v->ds = v->fs = v->gs = segment(ATTR_DATA);
    v->ldtr = segment(ATTR_LDT);
    v->tr = segment(ATTR_TSS);
    v->gdtr = v->idtr = segment(0);
}

void vmm_reset_state(const struct vmm_vcpu *vcpu, uint8_t out[static VMSA_LEN])
{
    struct vmsa v = {
        .efer = 0x1000, /* SVME: KVM runs every guest with it */
        .cr0 = 0x10,    /* ET */
        .cr4 = 0x40,    /* MCE */
        .dr6 = 0xffff0ff0,
        .dr7 = 0x400,
        .rflags = 0x2,
        .g_pat = 0x0007040600070406,
        .rdx = vcpu->signature,
        .xcr0 = 0x1,
    };

    set_segments(&v);
    set_begin(vcpu, &v);
    if (vcpu->generation == VMM_GENERATION_INIT2) {
        v.mxcsr = 0x1f80;
        v.x87_fcw = 0x37f;
    }
    vmsa_encode(&v, out);
}
