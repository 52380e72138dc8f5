/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware images of this machine, as QEMU's descriptors name them. */
#ifndef SEVKIT_ATTEST_EXPLAIN_IMAGES_H
#define SEVKIT_ATTEST_EXPLAIN_IMAGES_H

#include "owner/firmware.h"

/*
 * Packages install a JSON file for each image into a folder in which libvirt
 * looks for them ("mapping", then "executable", then "filename"). They are
 * suggestions for a search and nothing else: what is missing or malformed is
 * passed over. Each image is read once, and hashed.
 */
#define EXPLAIN_IMAGES_MAX 32

struct explain_image {
    char *path;
    struct firmware firmware;
};

struct explain_images {
    struct explain_image *items;
    size_t n;
};

void explain_images_clear(struct explain_images *images); /* also for OWN() */

/*
 * The folders that distributions and administrators use. NULL ends the list.
 */
extern const char *const explain_image_folders[];

/*
 * Adds the x86 images that the descriptors in DIR name, each file once. Fails
 * (SEVK_HOST) only when memory is short.
 */
SEVK_MUST_CHECK bool explain_images_add(struct explain_images *images,
                                        const char *dir,
                                        struct sevk_error *err);

#endif
