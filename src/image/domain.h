/* SPDX-License-Identifier: Apache-2.0 */
/* The libvirt domain that boots an image. */
#ifndef SEVKIT_IMAGE_DOMAIN_H
#define SEVKIT_IMAGE_DOMAIN_H

#include "base/buf.h"

/* Paths are as the host has them, absolute. */
struct domain {
    const char *name;
    const char *firmware;
    const char *kernel;
    const char *initrd;
    const char *cmdline;
    const char *disk;
    const char *console; /* a file for the serial line; NULL: a pty */
    const char *cpu;     /* QEMU's model */
    uint32_t policy;
    uint32_t vcpus;
    uint32_t memory_mib;
    bool locked; /* a system instance: memory is locked, within a limit */
};

/*
 * A q35 machine with stateless pflash, direct boot with kernelHashes, one
 * virtio disk, a serial console, on_reboot=destroy. Texts are escaped. A SEV
 * guest's memory is locked, and the limit lets QEMU have it (the guide's
 * section 3); a session instance of libvirt knows no limits, and refuses them.
 */
SEVK_MUST_CHECK bool domain_write(const struct domain *domain, struct buf *to,
                                  struct sevk_error *err);

#endif
