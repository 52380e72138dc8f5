/* SPDX-License-Identifier: Apache-2.0 */
/* An image: an encrypted root disk, and all that its guest is launched with. */
#ifndef SEVKIT_IMAGE_IMAGE_H
#define SEVKIT_IMAGE_IMAGE_H

#include <sevkit/error.h>

#include "base/random.h"

/*
 * A folder OUT (0700) appears whole or not at all, with
 *
 *   disk.img        LUKS2 around an ext4 file system; the host's to have
 *   kernel initrd   copies, and the initrd that opens the disk; the host's, too
 *   cmdline         the kernel's command line, without a newline
 *   vm.xml          a libvirt domain of these
 *   reference.json  what a verdict is reached from; the owner's
 *   key             opens the disk (0600); the owner's alone, and what "vm
 *                   launch --secret luks-key:OUT/key" gives the guest
 *
 * The file system lies unencrypted in a folder beside OUT while it is made, as
 * it did where it came from.
 */
#define IMAGE_DISK      "disk.img"
#define IMAGE_KERNEL    "kernel"
#define IMAGE_INITRD    "initrd"
#define IMAGE_CMDLINE   "cmdline"
#define IMAGE_DOMAIN    "vm.xml"
#define IMAGE_REFERENCE "reference.json"
#define IMAGE_KEY       "key"

struct image_options {
    const char *root; /* a folder or an archive */
    const char *kernel;
    const char *modules;
    const char *firmware; /* the domain's, measured into the reference */
    const char *guest;    /* the program sevkit-guest */
    const char *out;
    const char *name;    /* the domain's */
    const char *cmdline; /* more words for it; NULL: none */
    const char *console; /* NULL: a pty */
    const char *cpu;     /* QEMU's model */
    uint32_t cpu_signature;
    uint32_t policy;
    uint32_t vcpus;
    uint32_t memory_mib;
    uint32_t size_mib; /* the root's; 0: by its content */
    uint32_t pbkdf_kib;
    bool session; /* no locked memory in the domain */
    struct rng rng;
};

struct image_result {
    uint64_t disk_size;
    uint64_t initrd_size;
    char *out; /* the folder's absolute path; the caller frees it */
};

SEVK_MUST_CHECK bool image_create(const struct image_options *options,
                                  struct image_result *ret,
                                  struct sevk_error *err);

#endif
