/* SPDX-License-Identifier: Apache-2.0 */
/* Where a guest finds its secrets: the kernel's files, or the firmware's page. */
#ifndef SEVKIT_GUEST_SOURCE_H
#define SEVKIT_GUEST_SOURCE_H

#include "base/secret.h"
#include "guest/page.h"

/*
 * Two places, tried in this order below ROOT ("" is the running system):
 *
 *   SOURCE_COCO    /sys/kernel/security/secrets/coco, a file a secret, made by
 *                  kernels with CONFIG_EFI_SECRET. The kernel wipes what is
 *                  unlinked.
 *   SOURCE_MEMORY  the firmware's page, which /dev/mem shows as far as
 *                  /proc/iomem calls it reserved. For kernels without the
 *                  above; Linux maps such pages without decryption, so on a
 *                  processor that encrypts this sees ciphertext and finds
 *                  nothing. It is the way of the virtual platform.
 *
 * Where there is no coco directory and no page, SOURCE_NONE: no secret came, or
 * it can't be seen.
 */
enum source_kind {
    SOURCE_NONE,
    SOURCE_COCO,
    SOURCE_MEMORY,
};

struct source_item {
    struct guid guid;
    size_t len;
};

struct source {
    enum source_kind kind;
    char *path; /* coco's directory, or the memory's device */
    size_t n;
    struct source_item items[PAGE_ENTRIES_MAX];

    /* SOURCE_MEMORY */
    uint64_t address;
    struct sevk_secret bytes; /* the whole page */
    struct page page;         /* its tables, views of "bytes" */
};

/*
 * Looks, and lists. Fails with SEVK_INPUT when a table is malformed or there
 * are two, with SEVK_HOST when the memory can't be looked at (not root).
 */
SEVK_MUST_CHECK bool source_open(const char *root, struct source *ret,
                                 struct sevk_error *err);
void source_close(struct source *source); /* wipes; also for OWN() */

/* NULL: there is no such secret. */
const struct source_item *source_find(const struct source *source,
                                      const struct guid *guid);

/* The secret that source_find() found. */
SEVK_MUST_CHECK bool source_read(const struct source *source,
                                 const struct source_item *item,
                                 struct sevk_secret *ret,
                                 struct sevk_error *err);

/*
 * Wipes one secret where it lies, ITEM, so that nothing reads it again; its
 * GUID goes with it, the others stay readable. After it SOURCE still holds its
 * copy, which source_close() wipes.
 */
SEVK_MUST_CHECK bool source_wipe(const struct source *source,
                                 const struct source_item *item,
                                 struct sevk_error *err);

/* All of them, with the head of the table. */
SEVK_MUST_CHECK bool source_wipe_all(const struct source *source,
                                     struct sevk_error *err);

#endif
