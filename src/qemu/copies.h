/* SPDX-License-Identifier: Apache-2.0 */
/* Memory without a name: sealed copies of files, and the guest's RAM. */
#ifndef SEVKIT_QEMU_COPIES_H
#define SEVKIT_QEMU_COPIES_H

#include <sevkit/error.h>

#include "base/bytes.h"
#include "qemu/args.h"

/*
 * A file that is measured is read once, into memory that nobody can change any
 * more (memfd_create(2), F_SEAL_WRITE); that memory is measured, and QEMU
 * reads it, too. Replacing the file meanwhile changes nothing.
 */
struct copies {
    int firmware; /* descriptors; -1: there is none */
    int kernel;
    int initrd;
    int ram[ARGS_RAM_MAX];
};

#define COPIES_FIRMWARE_MAX ((size_t)64 << 20)
#define COPIES_KERNEL_MAX   ((size_t)2 << 30)

/* Makes all that ARGS asks for. */
SEVK_MUST_CHECK bool copies_make(const struct args *args, struct copies *ret,
                                 struct sevk_error *err);
struct copies copies_none(void);
void copies_close(struct copies *copies); /* also for OWN() */

/* The bytes of a sealed copy, as long as the view is not dropped. FD may be
 * -1: then they are none. */
SEVK_MUST_CHECK bool copies_view(int fd, struct bytes *ret,
                                 struct sevk_error *err);
void copies_drop_view(struct bytes *view); /* also for OWN() */

/* All of the guest's RAM as one piece, shared and writable, until the process
 * ends. */
SEVK_MUST_CHECK bool copies_map_ram(const struct copies *copies,
                                    const struct args *args, uint8_t **ret,
                                    struct sevk_error *err);

#endif
