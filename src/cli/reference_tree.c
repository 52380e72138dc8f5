/* SPDX-License-Identifier: Apache-2.0 */
/* A reference as a tree of values, for the verbs that show it. */
#include "cli/reference_tree.h"

#include <stdio.h>

#include "owner/cpu_model.h"
#include "owner/policy.h"

static void add_hashes(struct out *out, struct json_object *in,
                       const struct kernel_hash_table *hashes)
{
    struct json_object *object = out_object(out, in, "kernel_hashes");

    out_hex(out, object, "kernel_hex", BYTES_OF(hashes->kernel));
    out_hex(out, object, "initrd_hex", BYTES_OF(hashes->initrd));
    out_hex(out, object, "cmdline_hex", BYTES_OF(hashes->cmdline));
}

static void add_list(struct out *out, struct json_object *in, const char *key,
                     const uint8_t (*digests)[SHA256_LEN], size_t n)
{
    struct json_object *list = n == 0 ? NULL : out_list(out, in, key);

    for (size_t i = 0; i < n; i++) {
        out_hex(out, list, NULL, BYTES_OF(digests[i]));
    }
}

static void add_vcpus(struct out *out, struct json_object *in,
                      const struct reference *r)
{
    const char *name = cpu_model_name(r->cpu_signature);

    if (r->has_vcpus) {
        out_number(out, in, "vcpus", r->vcpus);
    }
    if (r->has_cpu_signature) {
        out_bits(out, in, "cpu_signature", r->cpu_signature);
    }
    if (r->has_cpu_signature && name != NULL) {
        out_text(out, in, "cpu", name);
    }
    if (r->has_vm_type) {
        out_text(out, in, "vm_type", vmsa_vm_type_name(r->vm_type));
    }
    if (r->has_sev_features) {
        out_bits(out, in, "sev_features", r->sev_features);
    }
}

static void add_rules(struct out *out, struct json_object *in,
                      const struct reference *r)
{
    char text[POLICY_TEXT_LEN];

    if (r->has_policy) {
        policy_format(r->policy, text);
        out_bits(out, in, "policy", r->policy);
        out_text(out, in, "policy_names", text);
    }
    if (r->has_min_api) {
        snprintf(text, sizeof text, "%u.%u", r->min_api_major,
                 r->min_api_minor);
        out_text(out, in, "min_api", text);
    }
    add_list(out, in, "platform_ids_hex", r->platform_ids, r->n_platform_ids);
    add_list(out, in, "launch_digests_hex", r->launch_digests,
             r->n_launch_digests);
}

void reference_tree(struct out *out, struct json_object *in,
                    const struct reference *r)
{
    out_text(out, in, "type", r->type == REFERENCE_SEV_ES ? "sev-es" : "sev");
    if (r->has_firmware) {
        struct json_object *object = out_object(out, in, "firmware");

        out_hex(out, object, "sha256_hex", BYTES_OF(r->firmware_digest));
        out_number(out, object, "size", r->firmware_size);
    }
    if (r->has_kernel_hashes) {
        add_hashes(out, in, &r->kernel_hashes);
    }
    if (r->has_firmware_measures_boot) {
        out_flag(out, in, "firmware_measures_boot", r->firmware_measures_boot);
    }
    add_vcpus(out, in, r);
    add_rules(out, in, r);
}
