/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware images: what their descriptors promise, and what they hold. */
#ifndef SEVKIT_HOST_IMAGES_H
#define SEVKIT_HOST_IMAGES_H

#include "base/buf.h"

/*
 * QEMU's firmware descriptors are JSON files in /usr/share/qemu/firmware and
 * /etc/qemu/firmware; a file of the same name in /etc hides the other, and an
 * empty one hides it, too. For each x86 UEFI image TO gets a line:
 *
 *     /path descriptor=NAME mode=MODE [q35] [FEATURE…] [exists [table
 *         [reset-vector] [secret-area] [hash-area]]]
 *
 * with the features amd-sev, amd-sev-es, amd-sev-snp and secure-boot, and what
 * stands in the image's own table (formats.md 6.1). Images of the
 * distributions that no descriptor names get one as well. A descriptor that
 * can't be read is passed over, as libvirt does. ROOT: as in gather.h.
 */
SEVK_MUST_CHECK bool host_images_gather(const char *root, struct buf *to,
                                        struct sevk_error *err);

/* Is it, by its name, an image with Secure Boot? */
bool host_image_is_secure(const char *path);

/* The same build without Secure Boot, where it is known; else NULL. */
const char *host_image_instead(const char *path);

/* Appends the words about the image itself, from "exists" on. */
SEVK_MUST_CHECK bool host_image_describe(const char *root, const char *path,
                                         struct buf *to,
                                         struct sevk_error *err);

#endif
