/* SPDX-License-Identifier: Apache-2.0 */
/* A VM that is wanted: what its description is generated from. Plain values. */
#ifndef SEVKIT_VIRT_DOMAIN_PLAN_H
#define SEVKIT_VIRT_DOMAIN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * The few things that an owner has to choose, and what the host needs besides.
 * From a plan come the XML for libvirt (domain_generate) and the arguments for
 * virt-install (cli/vm/install.c); both carry everything that the guide's
 * sections 3 to 5 ask for: Q35, UEFI without Secure Boot, no iPXE ROM on
 * virtio network devices, locked memory with room for firmware, video and QEMU
 * itself, and no reboot from within under SEV-ES.
 *
 * This header includes neither libvirt nor libxml2. Strings belong to the
 * caller; one that was not given is NULL. They are text from a command line:
 * what XML can't hold (control characters, bytes that are no UTF-8) is refused.
 */
struct plan_disk {
    const char *path;
    const char *format; /* "qcow2", "raw" */
    bool cdrom;
};

enum plan_net_kind {
    PLAN_NET_NETWORK, /* one of libvirt's */
    PLAN_NET_BRIDGE,  /* one of the host's */
    PLAN_NET_USER,    /* QEMU's own, for an ordinary user */
};

struct plan_net {
    enum plan_net_kind kind;
    const char *name; /* NULL with PLAN_NET_USER */
};

#define PLAN_DEVICES_MAX 32

/*
 * What is locked beside the guest's memory, in KiB: firmware and variables,
 * video RAM, QEMU's own. It is a little more than the guide allows in its
 * example (4563402 - 4194304 = 369098), and above the sum of virt/lint.h.
 */
#define PLAN_LOCKED_EXTRA_KIB 393216u

struct domain_plan {
    const char *name;
    uint64_t memory_kib;
    uint32_t vcpus;
    const char *cpu;      /* as QEMU names it; NULL: the host's own */
    const char *guest_os; /* libosinfo's id, an URL */
    bool session; /* a session instance, in which memory can't be limited */

    const char *firmware; /* the image; NULL: libvirt chooses */
    const char *kernel;
    const char *initrd;
    const char *cmdline;
    bool kernel_hashes;

    uint32_t policy;
    bool has_cbitpos; /* the host's; libvirt fills them in otherwise */
    uint32_t cbitpos;
    bool has_reduced_phys_bits;
    uint32_t reduced_phys_bits;
    const char *dh_cert; /* base64; both or none */
    const char *session_blob;

    bool iommu;         /* this QEMU needs it on every virtio device */
    const char *serial; /* a file on the host; NULL: a pseudo terminal */
    bool vnc;
    size_t n_disks;
    struct plan_disk disks[PLAN_DEVICES_MAX];
    size_t n_nets;
    struct plan_net nets[PLAN_DEVICES_MAX];
};

/*
 * The <domain>, as UTF-8 text, into the empty RET. SEVK_USAGE when a value
 * can't stand in XML or the plan contradicts itself (an initrd or a command
 * line without a kernel, hashes without a kernel).
 */
SEVK_MUST_CHECK bool domain_generate(const struct domain_plan *plan,
                                     struct buf *ret, struct sevk_error *err);

#endif
