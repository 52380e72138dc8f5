/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's registers, as QEMU's "info registers" tells them. */
#ifndef SEVKIT_QEMU_REGISTERS_H
#define SEVKIT_QEMU_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of struct user_regs_struct of Linux on x86-64, which is that of
 * a core file's NT_PRSTATUS. */
#define REGISTERS_CORE 27

struct registers {
    uint64_t core[REGISTERS_CORE];
    uint64_t cr0;
};

#define REGISTERS_CR0_PG 0x80000000u

/* How many vCPUs TEXT tells of. */
size_t registers_count(const char *text);

/*
 * Those of the INDEX-th vCPU in TEXT. A register that TEXT does not name is 0
 * (a vCPU in 32-bit mode has no R8, and EAX for RAX); false when there is no
 * such vCPU or its CR0 is missing.
 */
bool registers_read(const char *text, size_t index, struct registers *ret);

#endif
