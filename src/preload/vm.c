/* SPDX-License-Identifier: Apache-2.0 */
/* The VMs of this process: what KVM keeps of a machine that never runs. */
#include "preload/vm.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "preload/host.h"
#include "preload/node.h"

static struct vm *vms; /* lives as long as the process; inside the host only */

struct vm *vm_make(uint64_t object, uint32_t type)
{
    struct vm *vm = calloc(1, sizeof *vm);

    if (vm != NULL) {
        vm->object = object;
        vm->type = type;
        vm->next = vms;
        vms = vm;
    }
    return vm;
}

struct vm *vm_find(uint64_t object, struct vcpu **ret_vcpu)
{
    *ret_vcpu = NULL;
    for (struct vm *vm = vms; vm != NULL; vm = vm->next) {
        if (vm->object == object) {
            return vm;
        }
        for (struct vcpu *v = vm->vcpus; v != NULL; v = v->next) {
            if (v->object == object) {
                *ret_vcpu = v;
                return vm;
            }
        }
    }
    return NULL;
}

struct vcpu *vm_add_vcpu(struct vm *vm, uint64_t object, uint32_t id)
{
    struct vcpu *vcpu = calloc(1, sizeof *vcpu);
    struct vcpu **last = &vm->vcpus;

    if (vcpu != NULL) {
        vcpu->object = object;
        vcpu->id = id;
        vcpu_reset(vcpu);
        while (*last != NULL) {
            last = &(*last)->next;
        }
        *last = vcpu;
    }
    return vcpu;
}

static void free_vm(struct vm *vm)
{
    while (vm->vcpus != NULL) {
        struct vcpu *vcpu = vm->vcpus;

        vm->vcpus = vcpu->next;
        free(vcpu->vmsa);
        free(vcpu);
    }
    while (vm->slots != NULL) {
        struct vm_slot *slot = vm->slots;

        vm->slots = slot->next;
        free(slot);
    }
    while (vm->regions != NULL) {
        struct vm_region *region = vm->regions;

        vm->regions = region->next;
        free(region);
    }
    free(vm);
}

static bool is_closed(const struct vm *vm)
{
    for (const struct vcpu *v = vm->vcpus; v != NULL; v = v->next) {
        if (!v->closed) {
            return false;
        }
    }
    return vm->closed;
}

/* Ends the VMs that nobody has any more, and their guests. */
static void reap(void)
{
    struct vm **at = &vms;
    struct driver *d = NULL;

    while (*at != NULL) {
        struct vm *vm = *at;

        if (!is_closed(vm)) {
            at = &vm->next;
            continue;
        }
        if (vm->handle != 0 && host_driver(&d) == 0) {
            vm_drop_guest(vm, d);
        }
        *at = vm->next;
        free_vm(vm);
    }
}

void vm_object_closed(uint64_t object)
{
    struct vcpu *vcpu;
    struct vm *vm = vm_find(object, &vcpu);

    if (vcpu != NULL) {
        vcpu->closed = true;
    } else if (vm != NULL) {
        vm->closed = true;
    }
    reap();
}

void vms_sweep(void)
{
    for (struct vm *vm = vms; vm != NULL; vm = vm->next) {
        vm->closed = vm->closed || !object_is_open(vm->object);
        for (struct vcpu *v = vm->vcpus; v != NULL; v = v->next) {
            v->closed = v->closed || !object_is_open(v->object);
        }
    }
    reap();
}

void vms_forget(void)
{
    while (vms != NULL) {
        struct vm *vm = vms;

        vms = vm->next;
        free_vm(vm);
    }
}
