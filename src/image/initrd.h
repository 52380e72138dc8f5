/* SPDX-License-Identifier: Apache-2.0 */
/* The initrd that opens the encrypted root with the injected secret. */
#ifndef SEVKIT_IMAGE_INITRD_H
#define SEVKIT_IMAGE_INITRD_H

#include "base/buf.h"
#include "crypto/hash.h"

/*
 * contrib/initrd/init with what it calls: a static busybox, cryptsetup with its
 * libraries, sevkit-guest, the modules of the kernel for virtio disks, dm-crypt
 * and ext4. The same inputs and programs make the same bytes.
 */
struct initrd_options {
    const char *modules; /* the kernel's folder of modules */
    const char *guest;   /* the program sevkit-guest */
    uint64_t header_len;
    const uint8_t *header_digest; /* SHA256_LEN bytes */
};

/* Appends the archive to RET. */
SEVK_MUST_CHECK bool initrd_make(const struct initrd_options *options,
                                 struct buf *ret, struct sevk_error *err);

/* init itself, from the build. */
extern const unsigned char initrd_init[];
extern const size_t initrd_init_len;

#endif
