/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest can find out about its own protection. */
#ifndef SEVKIT_GUEST_STATUS_H
#define SEVKIT_GUEST_STATUS_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "guest/cpu.h"
#include "guest/source.h"

/*
 * A guest's word on itself proves nothing to its owner (the measurement does);
 * it is for whoever looks after the guest, and for scripts inside.
 */
enum guest_answer {
    GUEST_NO,
    GUEST_YES,
    GUEST_UNKNOWN,
};

enum guest_kind {
    GUEST_PLAIN,
    GUEST_SEV,
    GUEST_SEV_ES,
    GUEST_SEV_SNP,
    GUEST_CLAIMED, /* CPUID says SEV, the MSR could not be read */
};

struct guest_status {
    enum guest_kind kind;
    enum guest_answer encrypted;
    const char *hypervisor; /* "" if none; a view of the struct cpu */

    /* Nothing is encrypted, and yet there are secrets or hashes, as only a
     * firmware gets them that was launched as a SEV guest's. */
    bool is_virtual;

    bool looked; /* whether secrets could be looked for at all */
    enum source_kind source;
    size_t n_secrets;
    uint64_t address; /* of the page, SOURCE_MEMORY */

    /*
     * "measured": the firmware was given hashes of kernel, initrd and command
     * line (and an AmdSev OVMF boots nothing else). The guest can compare only
     * the command line. Both unknown where the page can't be seen.
     */
    enum guest_answer measured;
    enum guest_answer cmdline_matches;
};

/* SOURCE is NULL when it could not be opened. ROOT is where /proc/cmdline is. */
struct guest_status guest_status_make(const char *root, const struct cpu *cpu,
                                      const struct source *source);

SEVK_MUST_CHECK bool guest_status_text(const struct guest_status *status,
                                       struct buf *to, struct sevk_error *err);

/* One object, schema "sevkit.guest.status/1"; what is unknown is null. */
SEVK_MUST_CHECK bool guest_status_json(const struct guest_status *status,
                                       struct buf *to, struct sevk_error *err);

#endif
