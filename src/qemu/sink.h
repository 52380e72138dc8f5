/* SPDX-License-Identifier: Apache-2.0 */
/* Where a client wants a guest's memory written: a file, or its end of a pipe. */
#ifndef SEVKIT_QEMU_SINK_H
#define SEVKIT_QEMU_SINK_H

#include <sevkit/error.h>

#include "base/bytes.h"

/*
 * A reader that does not read holds up the one who writes, as it does with
 * QEMU; but not longer than QEMU lives.
 */
struct sink {
    int fd;
    int qemu_end;   /* readable when QEMU has ended; -1: nobody waits for it */
    size_t at_once; /* what a write() takes without waiting, once poll()ed */
};
#define SINK_NONE                                                              \
    {                                                                          \
        -1, -1, 0                                                              \
    }

void sink_close(struct sink *sink); /* also for OWN() */

/* Makes the file, or cuts it to nothing, as QEMU does. */
SEVK_MUST_CHECK bool sink_open(const char *path, int qemu_end, struct sink *ret,
                               struct sevk_error *err);

/* Writes to FD, which is taken over. */
SEVK_MUST_CHECK bool sink_take(int *fd, int qemu_end, struct sink *ret,
                               struct sevk_error *err);

SEVK_MUST_CHECK bool sink_write(const struct sink *sink, struct bytes b,
                                struct sevk_error *err);

#endif
