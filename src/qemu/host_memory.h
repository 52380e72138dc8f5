/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's memory as its host gets it through the monitor. */
#ifndef SEVKIT_QEMU_HOST_MEMORY_H
#define SEVKIT_QEMU_HOST_MEMORY_H

#include "base/buf.h"
#include "qemu/memory_text.h"
#include "qemu/registers.h"
#include "vmm/host_view.h"

/*
 * QEMU itself is never asked for the guest's memory: what is handed out is
 * made here, from the guest's RAM and its key (host_view.h). So no file ever
 * has a byte of plaintext in it, whatever ends in the middle.
 *
 * Each function does its whole work before it returns, as QEMU does; it waits
 * for whoever reads a pipe, but not longer than QEMU lives. The guest goes on
 * if it is running: what it writes meanwhile may be in the result or not.
 */
#define HOST_MEMORY_FDS 16

struct host_memory {
    struct vmm_host_view view;
    bool es;      /* the guest's registers are encrypted, too */
    int qemu_end; /* readable when QEMU has ended; -1: unknown */

    /* What the client handed over with "getfd" and may name in a dump. */
    struct {
        char *name;
        int fd;
    } held[HOST_MEMORY_FDS];
    size_t n_held;

    uint64_t dumped; /* how many bytes of memory the last dump had */
};

void host_memory_close(struct host_memory *m); /* also for OWN() */

/* Keeps a copy of FD under NAME, in place of an earlier one; the oldest goes
 * when there are too many. Then forgets it. */
SEVK_MUST_CHECK bool host_memory_hold(struct host_memory *m, const char *name,
                                      int fd, struct sevk_error *err);
void host_memory_let_go(struct host_memory *m, const char *name);
bool host_memory_holds(const struct host_memory *m, const char *name);

/*
 * Whether the N bytes from GPA on are the devices' own, so that QEMU may show
 * them: from 1 MiB to 4 GiB, and none of them RAM or flash. What the VGA
 * adapter has below 1 MiB is RAM of the guest where there is no adapter, so it
 * is not shown; nor is what was plugged in behind RAM's end.
 */
bool host_memory_is_devices(const struct host_memory *m, uint64_t gpa,
                            uint64_t n);

/* "pmemsave": N bytes from GPA on into the file PATH. */
SEVK_MUST_CHECK bool host_memory_save(const struct host_memory *m, uint64_t gpa,
                                      uint64_t n, const char *path,
                                      struct sevk_error *err);

/*
 * "dump-guest-memory": all RAM, as an ELF core file. PROTOCOL is "fd:NAME",
 * which is then no longer held, or "file:PATH". REGISTERS is what "info
 * registers -a" says; under SEV-ES all of them are zeros.
 */
SEVK_MUST_CHECK bool host_memory_dump(struct host_memory *m,
                                      const char *protocol,
                                      const char *registers,
                                      struct sevk_error *err);

/* "xp" */
SEVK_MUST_CHECK bool host_memory_show(const struct host_memory *m,
                                      const struct memory_request *request,
                                      struct buf *ret, struct sevk_error *err);

#endif
