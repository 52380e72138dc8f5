/* SPDX-License-Identifier: Apache-2.0 */
/* The VMs of this process: what KVM keeps of a machine that never runs. */
#ifndef SEVKIT_PRELOAD_VM_H
#define SEVKIT_PRELOAD_VM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fw/driver_call.h"

/*
 * Everything here is touched inside the host only (host.h). A VM lives until
 * its own descriptor and those of its vCPUs are closed, as KVM's do.
 */

/* KVM_CREATE_VM's types; Debian 12's headers do not name them yet. */
enum vm_type {
    VM_TYPE_DEFAULT = 0,
    VM_TYPE_SEV = 2,
    VM_TYPE_SEV_ES = 3,
};

struct vcpu {
    struct vcpu *next; /* in the order in which they were made */
    uint64_t object;   /* node.h */
    uint32_t id;
    bool closed;
    bool protected_; /* LAUNCH_UPDATE_VMSA took its state */
    struct kvm_regs regs;
    struct kvm_sregs sregs;
    struct kvm_fpu fpu;
    uint8_t *vmsa; /* the page as the firmware encrypted it, or NULL */
};

/* A piece of guest memory: by KVM_SET_USER_MEMORY_REGION … */
struct vm_slot {
    struct vm_slot *next;
    struct kvm_userspace_memory_region region;
};

/* … or pinned by KVM_MEMORY_ENCRYPT_REG_REGION. */
struct vm_region {
    struct vm_region *next;
    struct kvm_enc_region range;
};

struct vm {
    struct vm *next;
    uint64_t object;
    bool closed;
    uint32_t type; /* enum vm_type */
    struct vcpu *vcpus;
    struct vm_slot *slots;
    struct vm_region *regions;

    bool sev; /* KVM_SEV_INIT and its kin were done */
    bool es;
    uint32_t handle; /* 0: not launched */
    uint32_t asid;   /* 0: not launched */
    int sev_fd;      /* that LAUNCH_START was given, for all that follows */
};

/* A new VM; NULL when memory is short. */
struct vm *vm_make(uint64_t object, uint32_t type);

/* What a descriptor's number stands for: a VM alone, or one of its vCPUs, too;
 * NULL when it is not this process's. */
struct vm *vm_find(uint64_t object, struct vcpu **ret_vcpu);

/* A new vCPU; NULL when memory is short. */
struct vcpu *vm_add_vcpu(struct vm *vm, uint64_t object, uint32_t id);

/* The last descriptor of it was closed. */
void vm_object_closed(uint64_t object);

/* Asks all of them anew whether they are open: for when it is not known which
 * descriptors were closed. */
void vms_sweep(void);

/* In a child: they are the parent's. Nothing is told to the firmware. */
void vms_forget(void);

/* vcpu.c: the state at power-on, and the VMSA that KVM makes of the state it
 * was given. */
void vcpu_reset(struct vcpu *vcpu);
void vcpu_fill_vmsa(const struct vm *vm, const struct vcpu *vcpu,
                    uint8_t out[static 4096]);

/* KVM_GET_REGS and so on; 0, -EFAULT, -EINVAL. */
int vcpu_ioctl(struct vm *vm, struct vcpu *vcpu, unsigned long request,
               uint64_t argument);

/* kvm_sev.c: KVM_MEMORY_ENCRYPT_OP. */
int vm_encrypt_op(struct vm *vm, uint64_t argument);

/* One of its commands, with the structure in the program's memory at "data". */
struct vm_command {
    struct vm *vm;
    struct kvm_sev_cmd cmd;
};

/* The firmware's answer to a command about this VM's guest: 0, -EIO, or -EBADF
 * when the descriptor of /dev/sev that it was launched with is no such any
 * more. */
int vm_issue(struct vm_command *c, struct driver *d, uint32_t cmd, uint8_t *buf,
             size_t n);

/* Enters a guest that LAUNCH_START or RECEIVE_START made: binds it to an ASID. */
int vm_enter_guest(struct vm_command *c, struct driver *d, uint32_t handle);
/* … and takes it back, when the program could not be told. */
void vm_drop_guest(struct vm *vm, struct driver *d);

/* kvm_dbg.c, kvm_send.c, kvm_receive.c. */
int vm_dbg(struct vm_command *c, bool encrypt);
int vm_send_start(struct vm_command *c);
int vm_send_update(struct vm_command *c);
int vm_receive_start(struct vm_command *c);
int vm_receive_update(struct vm_command *c);

#endif
