/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a memory dump: an ELF core file of an x86-64 machine. */
#ifndef SEVKIT_QEMU_ELF_CORE_H
#define SEVKIT_QEMU_ELF_CORE_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "qemu/registers.h"

/*
 * What "dump-guest-memory" writes before the memory (System V ABI, ELF-64):
 * the ELF header, a PT_NOTE and a PT_LOAD for each run of memory, whose
 * virtual address is its physical one, and a note of type NT_PRSTATUS for each
 * vCPU. The runs' bytes follow directly, in their order.
 */
struct elf_core_run {
    uint64_t paddr;
    uint64_t n;
};

SEVK_MUST_CHECK bool elf_core_append_head(
    struct buf *to, const struct elf_core_run *runs, size_t n_runs,
    const struct registers *cpus, size_t n_cpus, struct sevk_error *err);

#endif
