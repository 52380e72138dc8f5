/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's registers, and the VMSA that KVM makes of them. */
#include <errno.h>

#include "preload/user.h"
#include "preload/vm.h"
#include "wire/vmsa.h"

/* -- Power-on (formats.md 7, and what KVM itself starts with) -------------- */

static struct kvm_segment segment(uint8_t type, uint8_t s)
{
    return (struct kvm_segment){
        .limit = 0xffff, .type = type, .present = 1, .s = s
    };
}

void vcpu_reset(struct vcpu *vcpu)
{
    struct kvm_sregs *s = &vcpu->sregs;

    s->es = s->ds = s->fs = s->gs = s->ss = segment(0x2, 1);
    s->cs = segment(0xa, 1);
    s->cs.selector = 0xf000;
    s->cs.base = 0xffff0000;
    s->ldt = segment(0x2, 0);
    s->tr = segment(0x3, 0);
    s->gdt.limit = s->idt.limit = 0xffff;
    s->cr0 = 0x60000010;
    s->apic_base = 0xfee00800 | (vcpu->id == 0 ? 0x100 : 0);
    vcpu->regs.rip = 0xfff0;
    vcpu->regs.rflags = 0x2;
    vcpu->regs.rdx = 0x600;
    vcpu->fpu.fcw = 0x37f;
    vcpu->fpu.mxcsr = 0x1f80;
}

/* -- The VMSA -------------------------------------------------------------- */

static struct vmsa_segment pack(const struct kvm_segment *k)
{
    unsigned attributes = (k->type & 15u) | (k->s & 1u) << 4 |
                          (k->dpl & 3u) << 5 | (k->present & 1u) << 7 |
                          (k->avl & 1u) << 8 | (k->l & 1u) << 9 |
                          (k->db & 1u) << 10 | (k->g & 1u) << 11;

    return (struct vmsa_segment){
        .selector = k->selector,
        .attributes = k->unusable != 0 ? 0 : (uint16_t)attributes,
        .limit = k->limit,
        .base = k->base,
    };
}

static struct vmsa_segment pack_table(const struct kvm_dtable *k)
{
    return (struct vmsa_segment){ .limit = k->limit, .base = k->base };
}

static void fill_system(const struct vcpu *vcpu, struct vmsa *v)
{
    const struct kvm_sregs *s = &vcpu->sregs;

    v->es = pack(&s->es);
    v->cs = pack(&s->cs);
    v->ss = pack(&s->ss);
    v->ds = pack(&s->ds);
    v->fs = pack(&s->fs);
    v->gs = pack(&s->gs);
    v->ldtr = pack(&s->ldt);
    v->tr = pack(&s->tr);
    v->gdtr = pack_table(&s->gdt);
    v->idtr = pack_table(&s->idt);
    v->cpl = s->ss.dpl & 3u;
    v->efer = s->efer | 0x1000; /* SVME: KVM runs all guests with it */
    v->cr0 = s->cr0 & ~(uint64_t)0x60000000; /* CD and NW are KVM's own */
    v->cr2 = s->cr2;
    v->cr3 = s->cr3;
    v->cr4 = s->cr4 | 0x40; /* MCE */
    v->dr6 = 0xffff0ff0;
    v->dr7 = 0x400;
    v->g_pat = 0x0007040600070406;
    v->xcr0 = 1;
}

static void fill_general(const struct kvm_regs *r, struct vmsa *v)
{
    v->rax = r->rax;
    v->rbx = r->rbx;
    v->rcx = r->rcx;
    v->rdx = r->rdx;
    v->rsp = r->rsp;
    v->rbp = r->rbp;
    v->rsi = r->rsi;
    v->rdi = r->rdi;
    v->rip = r->rip;
    v->rflags = r->rflags;
}

/* Registers that no initial state sets, and struct vmsa has no field for. */
static void fill_rest(const struct vm *vm, const struct vcpu *vcpu,
                      uint8_t out[static VMSA_LEN])
{
    const uint64_t high[] = {
        vcpu->regs.r8,  vcpu->regs.r9,  vcpu->regs.r10, vcpu->regs.r11,
        vcpu->regs.r12, vcpu->regs.r13, vcpu->regs.r14, vcpu->regs.r15,
    };

    memcpy(out + 0x340, high, sizeof high); /* one byte order only, as KVM */
    if (vm->type == VM_TYPE_DEFAULT) {
        return;
    }
    memcpy(out + 0x40e, &vcpu->fpu.fsw, 2);
    memcpy(out + 0x412, &vcpu->fpu.last_opcode, 2);
    memcpy(out + 0x418, &vcpu->fpu.last_ip, 8);
    memcpy(out + 0x400, &vcpu->fpu.last_dp, 8);
    for (size_t i = 0; i < 8; i++) { /* 64 bits of each, then 16 of each */
        memcpy(out + 0x420 + 8 * i, vcpu->fpu.fpr[i], 8);
        memcpy(out + 0x460 + 2 * i, vcpu->fpu.fpr[i] + 8, 2);
    }
    memcpy(out + 0x470, vcpu->fpu.xmm, sizeof vcpu->fpu.xmm);
}

void vcpu_fill_vmsa(const struct vm *vm, const struct vcpu *vcpu,
                    uint8_t out[static 4096])
{
    struct vmsa v = { 0 };

    fill_system(vcpu, &v);
    fill_general(&vcpu->regs, &v);
    /* Only VMs of a type of their own have their FPU measured. */
    if (vm->type != VM_TYPE_DEFAULT) {
        v.mxcsr = vcpu->fpu.mxcsr;
        v.x87_fcw = vcpu->fpu.fcw;
    }
    vmsa_encode(&v, out);
    fill_rest(vm, vcpu, out);
}

/* -- What programs ask ----------------------------------------------------- */

/* A processor shows these as accessed, whatever was put there. */
static struct kvm_sregs shown(const struct vcpu *vcpu)
{
    struct kvm_sregs s = vcpu->sregs;

    s.es.type |= 1u;
    s.ds.type |= 1u;
    s.fs.type |= 1u;
    s.gs.type |= 1u;
    s.tr.type |= 2u;
    return s;
}

static int get_sregs(const struct vcpu *vcpu, uint64_t argument)
{
    const struct kvm_sregs s = shown(vcpu);

    return user_write(argument, &s, sizeof s);
}

/* A state is taken over whole or not at all. */
static int set_state(void *state, size_t n, uint64_t argument)
{
    uint8_t fresh[sizeof(struct kvm_fpu) + sizeof(struct kvm_sregs)];
    int r = user_read(fresh, argument, n);

    if (r == 0) {
        memcpy(state, fresh, n);
    }
    return r;
}

int vcpu_ioctl(struct vm *vm, struct vcpu *vcpu, unsigned long request,
               uint64_t argument)
{
    /* What the guest's key encrypts the host neither reads nor sets. */
    if (vcpu->protected_ && vm->type != VM_TYPE_DEFAULT && request != KVM_RUN) {
        return -EINVAL;
    }
    switch (request) {
    case KVM_GET_REGS:
        return user_write(argument, &vcpu->regs, sizeof vcpu->regs);
    case KVM_SET_REGS:
        return set_state(&vcpu->regs, sizeof vcpu->regs, argument);
    case KVM_GET_SREGS:
        return get_sregs(vcpu, argument);
    case KVM_SET_SREGS:
        return set_state(&vcpu->sregs, sizeof vcpu->sregs, argument);
    case KVM_GET_FPU:
        return user_write(argument, &vcpu->fpu, sizeof vcpu->fpu);
    case KVM_SET_FPU:
        return set_state(&vcpu->fpu, sizeof vcpu->fpu, argument);
    case KVM_RUN:
        return -EOPNOTSUPP; /* nothing here executes a guest */
    default:
        return -EINVAL;
    }
}
