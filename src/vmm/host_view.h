/* SPDX-License-Identifier: Apache-2.0 */
/* What a host sees of a guest's memory: ciphertext. */
#ifndef SEVKIT_VMM_HOST_VIEW_H
#define SEVKIT_VMM_HOST_VIEW_H

#include "vmm/guest.h"

/*
 * A guest that a software processor executes must lie in memory in plain. On a
 * processor with SEV a host that reads the guest's memory reads ciphertext;
 * here the ciphertext is made at the moment of reading, from the guest's own
 * memory encryption key and the address: the same page looks the same each
 * time, under another address or in another guest it looks different.
 *
 * Which pages a guest shares with its host only its page tables tell, by a
 * C-bit that a processor without SEV has no notion of. So all RAM counts as
 * private, and the flash, which the launch encrypts in place. What is neither
 * RAM nor flash belongs to devices; it is not told here.
 */
struct vmm_host_view {
    struct vmm_guest *guest;
    struct bytes flash; /* the image, which ends at 4 GiB; may be empty */
};

/* A run of private memory. */
struct vmm_private {
    uint64_t gpa;
    uint64_t n;
};

/*
 * The first private bytes at GPA or behind it, up to the end of their run;
 * false when there are none any more.
 */
bool vmm_host_view_next(const struct vmm_host_view *view, uint64_t gpa,
                        struct vmm_private *ret);

/* Whether any of the N bytes from GPA on (which may go around) is private. */
bool vmm_host_view_touches(const struct vmm_host_view *view, uint64_t gpa,
                           uint64_t n);

/*
 * N bytes from GPA on, of any alignment, as a host reads them; zeros where
 * nothing private is. No byte of plaintext gets into RET at any time. Fails
 * (with a firmware status) when the guest was ended, and RET is worth nothing.
 */
SEVK_MUST_CHECK bool vmm_host_view_read(const struct vmm_host_view *view,
                                        uint64_t gpa, uint8_t *ret, size_t n,
                                        struct sevk_error *err);

#endif
