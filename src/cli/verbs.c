/* SPDX-License-Identifier: Apache-2.0 */
/* Every verb, in the order in which they are listed. */
#include "cli/verbs.h"

/* One a line, for those who add one. */
/* clang-format off */
const struct verb *const verbs[] = {
    &verb_policy_show,
    &verb_policy_encode,
    &verb_cert_show,
    &verb_cert_oca,
    &verb_cert_sign_csr,
    &verb_chain_verify,
    &verb_chain_fetch,
    &verb_platform_create,
    &verb_platform_status,
    &verb_platform_export,
    &verb_platform_id,
    &verb_platform_csr,
    &verb_platform_import,
    &verb_platform_provision,
    &verb_platform_pek_gen,
    &verb_platform_pdh_gen,
    &verb_platform_reset,
    &verb_platform_trust,
    &verb_session_create,
    &verb_digest_compute,
    &verb_measurement_build,
    &verb_measurement_verify,
    &verb_vmsa_build,
    &verb_vmsa_update,
    &verb_vmsa_show,
    &verb_secret_build,
    &verb_secret_show,
    &verb_reference_show,
    &verb_reference_compare,
    &verb_host_check,
    &verb_host_show,
    &verb_host_limits,
    &verb_host_capture,
    &verb_vm_launch,
    &verb_vm_validate,
    &verb_vm_info,
    &verb_vm_check,
    &verb_vm_generate,
    &verb_vm_install,
    &verb_kubevirt_check,
    &verb_kubevirt_generate,
    &verb_kubevirt_launch,
    &verb_image_create,
    &verb_lab_start,
    &verb_lab_stop,
    &verb_lab_status,
    &verb_lab_run,
    &verb_lab_shell,
};
/* clang-format on */

const size_t n_verbs = sizeof verbs / sizeof verbs[0];
