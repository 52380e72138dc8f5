/* SPDX-License-Identifier: Apache-2.0 */
/* The host and the session that a lint goes by, as options name them. */
#ifndef SEVKIT_CLI_LINT_HOST_H
#define SEVKIT_CLI_LINT_HOST_H

#include "base/buf.h"
#include "host/facts.h"
#include "virt/lint.h"

/*
 * The owner's session of the files PREFIX_…, whose TIK must fit its policy.
 * The texts belong to the buffers; release with lint_session_drop().
 */
struct lint_own_session {
    struct lint_session session;
    struct buf dh_cert;
    struct buf blob;
    char used_for[320];
};

void lint_session_drop(struct lint_own_session *own); /* also for OWN() */

SEVK_MUST_CHECK bool lint_session_load(const char *prefix,
                                       struct lint_own_session *ret,
                                       struct sevk_error *err);

/* What a recording says of its host. */
SEVK_MUST_CHECK bool lint_host_load(const char *dir, struct host_facts *ret,
                                    struct sevk_error *err);

/* What a libvirt says of its host; its machine's own files are not looked at. */
SEVK_MUST_CHECK bool lint_host_ask(const char *uri, uint32_t timeout,
                                   struct host_facts *ret,
                                   struct sevk_error *err);

/* Is the libvirt at URI on this machine? */
bool lint_host_is_here(const char *uri);

#endif
