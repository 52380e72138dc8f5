/* SPDX-License-Identifier: Apache-2.0 */
/* The VMSA: a vCPU's saved state, which SEV-ES measures and encrypts. */
#ifndef SEVKIT_WIRE_VMSA_H
#define SEVKIT_WIRE_VMSA_H

#include <sevkit/error.h>

#include "base/buf.h"

/* AMD64 APM volume 2, appendix B; formats.md 7. */
#define VMSA_LEN 4096

struct vmsa_segment {
    uint16_t selector;
    uint16_t attributes; /* the packed form of 12 bits */
    uint32_t limit;
    uint64_t base;
};

/* The fields that an initial state sets. All others are zero in VMSA_LEN. */
struct vmsa {
    struct vmsa_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
    uint8_t cpl;
    uint64_t efer, xss, cr4, cr3, cr0, dr7, dr6, rflags, rip, rsp, rax, cr2;
    uint64_t g_pat, dbgctl;
    uint64_t rcx, rdx, rbx, rbp, rsi, rdi;
    uint64_t sev_features, xcr0;
    uint32_t mxcsr;
    uint16_t x87_fcw;
};

/*
 * Decodes 4096 bytes. *RET_PLAIN is false when bytes that struct vmsa has no
 * field for are not zero, so that encoding would not give IN back.
 */
SEVK_MUST_CHECK bool vmsa_decode(struct bytes in, struct vmsa *ret,
                                 bool *ret_plain, struct sevk_error *err);
void vmsa_encode(const struct vmsa *vmsa, uint8_t out[static VMSA_LEN]);

/*
 * Gives the fields of VMSA to a page that has others; bytes that struct vmsa
 * has no field for stay as they are.
 */
SEVK_MUST_CHECK bool vmsa_update(uint8_t page[static VMSA_LEN],
                                 const struct vmsa *vmsa,
                                 struct sevk_error *err);

SEVK_MUST_CHECK bool vmsa_dump(const struct vmsa *vmsa, struct buf *to,
                               struct sevk_error *err);

#endif
