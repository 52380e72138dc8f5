/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which vCPUs of an SEV-ES guest start, as QEMU and KVM make it. */
#include "owner/vmsa_init.h"

#include <strings.h>

#include "base/file.h"

/* The table of formats.md 7, which both kinds of vCPU have in common. */
static struct vmsa common_state(const struct vmsa_init *init)
{
    const struct vmsa_segment data = { 0, 0x093, 0xffff, 0 };
    const struct vmsa_segment table = { 0, 0, 0xffff, 0 };
    bool init2 = init->type == VMSA_INIT2;

    return (struct vmsa){
        .es = data,
        .cs = { 0xf000, 0x09b, 0xffff, 0 },
        .ss = data,
        .ds = data,
        .fs = data,
        .gs = data,
        .gdtr = table,
        .ldtr = { 0, 0x082, 0xffff, 0 },
        .idtr = table,
        .tr = { 0, 0x08b, 0xffff, 0 },
        .efer = 0x1000, /* SVME, which KVM always sets */
        .cr4 = 0x40,    /* MCE */
        .cr0 = 0x10,    /* ET */
        .dr7 = 0x400,
        .dr6 = 0xffff0ff0,
        .rflags = 0x2,
        .g_pat = 0x0007040600070406,
        .rdx = init->cpu_signature,
        .sev_features = init->sev_features,
        .xcr0 = 0x1,
        .mxcsr = init2 ? 0x1f80 : 0,
        .x87_fcw = init2 ? 0x37f : 0,
    };
}

void vmsa_init_bsp(const struct vmsa_init *init, uint8_t out[static VMSA_LEN])
{
    struct vmsa vmsa = common_state(init);

    vmsa.cs.base = 0xffff0000;
    vmsa.rip = 0xfff0;
    vmsa_encode(&vmsa, out);
}

void vmsa_init_ap(const struct vmsa_init *init, uint8_t out[static VMSA_LEN])
{
    struct vmsa vmsa = common_state(init);

    vmsa.cs.base = init->reset_vector & 0xffff0000;
    vmsa.rip = init->reset_vector & 0xffff;
    vmsa_encode(&vmsa, out);
}

const char *vmsa_vm_type_name(enum vmsa_vm_type type)
{
    return type == VMSA_INIT2 ? "init2" : "legacy";
}

bool vmsa_vm_type_parse(const char *text, enum vmsa_vm_type *ret,
                        struct sevk_error *err)
{
    if (strcasecmp(text, "legacy") == 0) {
        *ret = VMSA_LEGACY;
    } else if (strcasecmp(text, "init2") == 0) {
        *ret = VMSA_INIT2;
    } else {
        return sevk_fail(err, SEVK_USAGE,
                         "VM type '%s' is neither 'legacy' (what libvirt "
                         "starts) nor 'init2'",
                         text);
    }
    return true;
}

bool vmsa_read_file(const char *path, uint8_t ret[static VMSA_LEN],
                    struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };

    if (!file_read(path, VMSA_LEN, "VMSA", &content, err)) {
        return false;
    }
    if (content.n != VMSA_LEN) {
        return sevk_fail(err, SEVK_INPUT, "VMSA '%s': %zu bytes instead of %d",
                         path, content.n, VMSA_LEN);
    }
    memcpy(ret, content.p, VMSA_LEN);
    return true;
}
