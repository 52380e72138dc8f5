/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of virt-qemu-sev-validate: its options, checks and statuses. */
#ifndef SEVKIT_CLI_DROPIN_VALIDATE_H
#define SEVKIT_CLI_DROPIN_VALIDATE_H

#include "cli/offline.h"
#include "virt/module.h"

/* That program's exit statuses (its own manual page, "EXIT STATUS"). */
enum validate_status {
    VALIDATE_OK = 0,
    VALIDATE_MISMATCH = 1,
    VALIDATE_UNSUPPORTED = 2,
    VALIDATE_INSECURE = 3,
    VALIDATE_BAD_CONFIG = 4,
    VALIDATE_BAD_STATE = 5,
    VALIDATE_INTERNAL = 6,
};

struct dropin_validate_options {
    bool help;
    bool debug;
    bool quiet;
    struct offline_options offline;
    const char *connect;
    const char *domain;
    bool insecure;
    bool ignore_config;
    struct opt_secrets secrets;
    const char *header;
    const char *payload;
};

/*
 * What the words alone tell, before any file is opened: which options need
 * each other, and which exclude each other. SEVK_USAGE.
 */
SEVK_MUST_CHECK bool dropin_validate_check(
    const struct dropin_validate_options *o, struct sevk_error *err);

/*
 * Looks at the files that the options name, in that program's order, so that
 * of several faults the same one decides the status: a file that can't be
 * read is VALIDATE_INTERNAL, a key or a VMSA of another size
 * VALIDATE_UNSUPPORTED. *RET_STATUS is written when it fails. What a pipe will
 * bring is not looked at. The library reads the files later, and judges.
 */
SEVK_MUST_CHECK bool dropin_validate_look(
    const struct dropin_validate_options *o, enum validate_status *ret_status,
    struct sevk_error *err);

/*
 * What the host said, as options give it, into RET. A measurement that is
 * base64 of another length than 48 bytes is none that a firmware makes: it
 * becomes one that fits nothing, a verdict "no". Other text is SEVK_INPUT.
 */
SEVK_MUST_CHECK bool dropin_validate_evidence(
    const struct dropin_validate_options *o, struct evidence *ret,
    struct sevk_error *err);

/* The status for what went wrong; TROUBLE is what the module added to it. */
enum validate_status dropin_validate_status(const struct sevk_error *err,
                                            enum virt_trouble trouble);

#endif
