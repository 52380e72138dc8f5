/* SPDX-License-Identifier: Apache-2.0 */
/* /dev/kvm: the ioctls of the device, of VMs and of vCPUs. */
#include "preload/kvm.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/own.h"
#include "fw/profile.h"
#include "preload/host.h"
#include "preload/node.h"
#include "preload/user.h"
#include "preload/vm.h"

#define PAGE         4096u
#define MAX_VCPUS    1024
#define MAX_VCPU_ID  4096
#define MAX_SLOTS    32764
#define CAP_VM_TYPES 235 /* KVM_CAP_VM_TYPES of Linux 6.8 */
#define CAP_VCPU_ID  128 /* KVM_CAP_MAX_VCPU_ID */
#define SLOT_FLAGS   (KVM_MEM_LOG_DIRTY_PAGES | KVM_MEM_READONLY)

/* -- The device ------------------------------------------------------------ */

static bool has_es(void)
{
    struct driver *d = NULL;

    return host_driver(&d) == 0 && fw_profile_has_es(driver_profile(d));
}

static int vm_types(void)
{
    return 1 << VM_TYPE_DEFAULT | 1 << VM_TYPE_SEV |
           (has_es() ? 1 << VM_TYPE_SEV_ES : 0);
}

static int extension(uint64_t which)
{
    switch (which) {
    case KVM_CAP_USER_MEMORY:
    case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
    case KVM_CAP_JOIN_MEMORY_REGIONS_WORKS:
    case KVM_CAP_CHECK_EXTENSION_VM:
    case KVM_CAP_READONLY_MEM:
        return 1;
    case KVM_CAP_NR_VCPUS:
    case KVM_CAP_MAX_VCPUS:
        return MAX_VCPUS;
    case CAP_VCPU_ID:
        return MAX_VCPU_ID;
    case KVM_CAP_NR_MEMSLOTS:
        return MAX_SLOTS;
    case CAP_VM_TYPES:
        return vm_types();
    default:
        return 0;
    }
}

static int create_vm(uint64_t type)
{
    OWN(own_close) int fd = -1;
    uint64_t id;

    if (type > VM_TYPE_SEV_ES || (vm_types() >> type & 1) == 0) {
        return -EINVAL;
    }
    fd = object_open(&id);
    if (fd < 0) {
        return -errno;
    }
    return vm_make(id, (uint32_t)type) == NULL ? -ENOMEM : take_fd(&fd);
}

int kvm_ioctl(unsigned long request, uint64_t argument)
{
    OWN(host_leave) struct host_call call = host_enter();
    struct driver *d = NULL;

    (void)call;
    switch (request) {
    case KVM_GET_API_VERSION:
        return argument == 0 ? KVM_API_VERSION : -EINVAL;
    case KVM_CHECK_EXTENSION:
        return extension(argument);
    case KVM_GET_VCPU_MMAP_SIZE:
        return argument == 0 ? KVM_VCPU_MMAP_SIZE : -EINVAL;
    case KVM_CREATE_VM:
        return host_driver(&d) == 0 ? create_vm(argument) : -ENODEV;
    default:
        return -EINVAL;
    }
}

/* -- A VM ------------------------------------------------------------------ */

static int create_vcpu(struct vm *vm, uint64_t number)
{
    OWN(own_close) int fd = -1;
    uint32_t n = 0;
    uint64_t id;

    if (number >= MAX_VCPU_ID) {
        return -EINVAL;
    }
    for (const struct vcpu *v = vm->vcpus; v != NULL; v = v->next, n++) {
        if (v->id == number) {
            return -EEXIST;
        }
    }
    if (n >= MAX_VCPUS) {
        return -EINVAL;
    }
    fd = object_open(&id);
    if (fd < 0) {
        return -errno;
    }
    return vm_add_vcpu(vm, id, (uint32_t)number) == NULL ? -ENOMEM
                                                         : take_fd(&fd);
}

static bool overlap(const struct kvm_userspace_memory_region *a,
                    const struct kvm_userspace_memory_region *b)
{
    return a->guest_phys_addr < b->guest_phys_addr + b->memory_size &&
           b->guest_phys_addr < a->guest_phys_addr + a->memory_size;
}

static int check_region(const struct kvm_userspace_memory_region *r)
{
    bool ok = (r->flags & ~(uint32_t)SLOT_FLAGS) == 0 && r->slot < MAX_SLOTS &&
              r->guest_phys_addr % PAGE == 0 && r->memory_size % PAGE == 0 &&
              r->userspace_addr % PAGE == 0 &&
              r->guest_phys_addr + r->memory_size >= r->guest_phys_addr &&
              r->userspace_addr + r->memory_size >= r->userspace_addr;

    return ok ? 0 : -EINVAL;
}

/* A new slot, another place for one that is there, or (of no size) its end. */
static int set_slot(struct vm *vm, const struct kvm_userspace_memory_region *r)
{
    struct vm_slot **at = &vm->slots;
    struct vm_slot *slot;

    while (*at != NULL && (*at)->region.slot != r->slot) {
        at = &(*at)->next;
    }
    slot = *at;
    if (slot == NULL && r->memory_size == 0) {
        return -EINVAL;
    }
    if (slot != NULL && r->memory_size == 0) {
        *at = slot->next;
        free(slot);
        return 0;
    }
    if (slot != NULL && (slot->region.memory_size != r->memory_size ||
                         slot->region.userspace_addr != r->userspace_addr)) {
        return -EINVAL; /* a slot can move in the guest, and nothing else */
    }
    for (const struct vm_slot *s = vm->slots; s != NULL; s = s->next) {
        if (s != slot && overlap(&s->region, r)) {
            return -EEXIST;
        }
    }
    if (slot == NULL) {
        slot = calloc(1, sizeof *slot);
        if (slot == NULL) {
            return -ENOMEM;
        }
        *at = slot;
    }
    slot->region = *r;
    return 0;
}

static int set_memory_region(struct vm *vm, uint64_t argument)
{
    struct kvm_userspace_memory_region region;
    int r = user_read(&region, argument, sizeof region);

    if (r == 0) {
        r = check_region(&region);
    }
    return r != 0 ? r : set_slot(vm, &region);
}

static int register_region(struct vm *vm, uint64_t argument)
{
    struct kvm_enc_region range;
    struct vm_region *region;
    int r = user_read(&range, argument, sizeof range);

    if (r != 0) {
        return r;
    }
    if (!vm->sev) {
        return -ENOTTY;
    }
    r = user_pin(range.addr, range.size, true);
    if (r != 0) {
        return r;
    }
    region = calloc(1, sizeof *region);
    if (region == NULL) {
        return -ENOMEM;
    }
    region->range = range;
    region->next = vm->regions;
    vm->regions = region;
    return 0;
}

static int unregister_region(struct vm *vm, uint64_t argument)
{
    struct kvm_enc_region range;
    int r = user_read(&range, argument, sizeof range);

    if (r != 0) {
        return r;
    }
    if (!vm->sev) {
        return -ENOTTY;
    }
    for (struct vm_region **at = &vm->regions; *at != NULL; at = &(*at)->next) {
        struct vm_region *region = *at;

        if (region->range.addr == range.addr &&
            region->range.size == range.size) {
            *at = region->next;
            free(region);
            return 0;
        }
    }
    return -EINVAL;
}

static int vm_ioctl(struct vm *vm, unsigned long request, uint64_t argument)
{
    switch (request) {
    case KVM_CHECK_EXTENSION:
        return extension(argument);
    case KVM_CREATE_VCPU:
        return create_vcpu(vm, argument);
    case KVM_SET_USER_MEMORY_REGION:
        return set_memory_region(vm, argument);
    case KVM_MEMORY_ENCRYPT_OP:
        return vm_encrypt_op(vm, argument);
    case KVM_MEMORY_ENCRYPT_REG_REGION:
        return register_region(vm, argument);
    case KVM_MEMORY_ENCRYPT_UNREG_REGION:
        return unregister_region(vm, argument);
    default:
        return -ENOTTY;
    }
}

int kvm_object_ioctl(uint64_t id, unsigned long request, uint64_t argument)
{
    OWN(host_leave) struct host_call call = host_enter();
    struct vcpu *vcpu;
    struct vm *vm = host_is_ours() ? vm_find(id, &vcpu) : NULL;

    (void)call;
    if (vm == NULL) {
        return -EIO;
    }
    return vcpu != NULL ? vcpu_ioctl(vm, vcpu, request, argument)
                        : vm_ioctl(vm, request, argument);
}

int kvm_object_is_vcpu(uint64_t id)
{
    OWN(host_leave) struct host_call call = host_enter();
    struct vcpu *vcpu = NULL;

    (void)call;
    return host_is_ours() && vm_find(id, &vcpu) != NULL && vcpu != NULL;
}
