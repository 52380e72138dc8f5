/* SPDX-License-Identifier: Apache-2.0 */
/* Validating a VM that exists by the rules of virt-qemu-sev-validate. */
#ifndef SEVKIT_VIRT_AS_VALIDATOR_H
#define SEVKIT_VIRT_AS_VALIDATOR_H

#include "virt/domain_facts.h"
#include "virt/module.h"

/*
 * sevkit itself takes no expected value from the host (attest/validate.h).
 * virt-qemu-sev-validate, for which it stands in, does so with --insecure: the
 * number of vCPUs and the command line from anywhere, paths of files and the
 * CPU only where it runs on the hypervisor itself. Scripts rely on that, and
 * on the exit status that each refusal has (its manual page).
 *
 * Refusals: SEVK_USAGE for what it calls unsupported, SEVK_REFUSED for
 * insecure, and *RET_TROUBLE for a bad configuration or state.
 */
struct as_validator_view {
    const struct domain_facts *facts; /* of the live XML */
    const char *state;                /* libvirt_state_name() */
    uint32_t policy;                  /* what the guest runs under */
    bool remote;                      /* this is not the hypervisor */
    const char *host_cpu; /* FAMILY/MODEL/STEPPING; NULL: not reported */
};

/* The VM has to be paused, and its description one that can be measured. */
SEVK_MUST_CHECK bool as_validator_check(
    const struct as_validator_view *view,
    const struct virt_validate_options *options, enum virt_trouble *ret_trouble,
    struct sevk_error *err);

/*
 * Fills in what WITH lacks, or refuses to. Its new strings are those of VIEW.
 */
SEVK_MUST_CHECK bool as_validator_fill(const struct as_validator_view *view,
                                       bool secure,
                                       struct expectation_options *with,
                                       struct sevk_error *err);

/*
 * The signature of the host's CPU in libvirt's capabilities XML, as
 * FAMILY/MODEL/STEPPING in RET; "" when they have none.
 */
#define AS_VALIDATOR_CPU_LEN 48
SEVK_MUST_CHECK bool as_validator_host_cpu(
    struct bytes capabilities, char ret[static AS_VALIDATOR_CPU_LEN],
    struct sevk_error *err);

#endif
