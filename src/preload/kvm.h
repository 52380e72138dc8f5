/* SPDX-License-Identifier: Apache-2.0 */
/* /dev/kvm: the ioctls of the device, of VMs and of vCPUs. */
#ifndef SEVKIT_PRELOAD_KVM_H
#define SEVKIT_PRELOAD_KVM_H

#include <stdint.h>

/*
 * On a descriptor of /dev/kvm: the API version, extensions, new VMs. A number
 * of 0 or more, or an errno with a minus sign.
 */
int kvm_ioctl(unsigned long request, uint64_t argument);

/*
 * On the descriptor of the object ID (node.h). -EIO when the process is not
 * the one that made the VM, as KVM says it to a child.
 */
int kvm_object_ioctl(uint64_t id, unsigned long request, uint64_t argument);

/* Whether the object is a vCPU of this process: what mmap() may map. */
int kvm_object_is_vcpu(uint64_t id);

/* How much of a vCPU mmap() maps: struct kvm_run and two pages behind it. */
#define KVM_VCPU_MMAP_SIZE 12288

#endif
