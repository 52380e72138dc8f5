/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs' constants, each defined in src/cli/<noun>/<verb>.c. */
#ifndef SEVKIT_CLI_VERBS_H
#define SEVKIT_CLI_VERBS_H

#include "cli/verb.h"

/*
 * A verb is one constant of verb.h: its words, its options as rows, and the
 * function that runs it. Its file has nothing else that is not static. Who adds
 * one declares it here and enters it in the list of verbs.c, where the verbs of
 * a noun stand together: that order is the order of "sevkit --help", of the
 * completion scripts and of sevkit(1).
 *
 * The names follow from each other, which tools/check-man holds against all of
 * them: "sevkit NOUN VERB" is verb_NOUN_VERB in src/cli/NOUN/VERB.c, explained
 * by man/sevkit-NOUN-VERB.1 and tried by tests/cli/NOUN-VERB. (A dash in a
 * verb's name is an underscore in the constant's.)
 */

extern const struct verb verb_policy_show;
extern const struct verb verb_policy_encode;
extern const struct verb verb_cert_show;
extern const struct verb verb_cert_oca;
extern const struct verb verb_cert_sign_csr;
extern const struct verb verb_chain_verify;
extern const struct verb verb_chain_fetch;
extern const struct verb verb_platform_create;
extern const struct verb verb_platform_status;
extern const struct verb verb_platform_export;
extern const struct verb verb_platform_id;
extern const struct verb verb_platform_csr;
extern const struct verb verb_platform_import;
extern const struct verb verb_platform_provision;
extern const struct verb verb_platform_pek_gen;
extern const struct verb verb_platform_pdh_gen;
extern const struct verb verb_platform_reset;
extern const struct verb verb_platform_trust;
extern const struct verb verb_session_create;
extern const struct verb verb_digest_compute;
extern const struct verb verb_measurement_build;
extern const struct verb verb_measurement_verify;
extern const struct verb verb_vmsa_build;
extern const struct verb verb_vmsa_update;
extern const struct verb verb_vmsa_show;
extern const struct verb verb_secret_build;
extern const struct verb verb_secret_show;
extern const struct verb verb_reference_show;
extern const struct verb verb_reference_compare;
extern const struct verb verb_host_check;
extern const struct verb verb_host_show;
extern const struct verb verb_host_limits;
extern const struct verb verb_host_capture;
extern const struct verb verb_vm_launch;
extern const struct verb verb_vm_validate;
extern const struct verb verb_vm_info;
extern const struct verb verb_vm_check;
extern const struct verb verb_vm_generate;
extern const struct verb verb_vm_install;
extern const struct verb verb_kubevirt_check;
extern const struct verb verb_kubevirt_generate;
extern const struct verb verb_kubevirt_launch;
extern const struct verb verb_image_create;
extern const struct verb verb_lab_start;
extern const struct verb verb_lab_stop;
extern const struct verb verb_lab_status;
extern const struct verb verb_lab_run;
extern const struct verb verb_lab_shell;

#endif
