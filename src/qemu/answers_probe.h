/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor of a capability probe answers in QEMU's place. */
#ifndef SEVKIT_QEMU_ANSWERS_PROBE_H
#define SEVKIT_QEMU_ANSWERS_PROBE_H

#include "qemu/answer.h"

/*
 * query-sev-capabilities, from the virtual platform. And, when KVM is claimed,
 * query-kvm and the expansion of the CPU model "host", which a QEMU without
 * KVM calls "max".
 */
struct probe_answers {
    const char *platform; /* its directory */
    bool claims_kvm;
};

/* CTX must outlive the table. */
struct answer_table probe_answer_table(struct probe_answers *ctx);

/* The result of query-sev-capabilities; the caller owns it. */
SEVK_MUST_CHECK bool probe_sev_capabilities(const char *platform,
                                            struct json_object **ret,
                                            struct sevk_error *err);

#endif
