/* SPDX-License-Identifier: Apache-2.0 */
/* The launch digest: SHA-256 over everything that was loaded. */
#include "owner/digest.h"

struct digest digest_begin(const struct firmware *firmware)
{
    return (struct digest){ firmware->state };
}

void digest_add_kernel_hashes(struct digest *d,
                              const struct kernel_hash_table *table)
{
    uint8_t bytes[KERNEL_HASH_TABLE_LEN];

    kernel_hash_table_encode(table, bytes);
    sha256_update(&d->h, BYTES_OF(bytes));
}

void digest_add_vmsa(struct digest *d, const uint8_t vmsa[static VMSA_LEN])
{
    sha256_update(&d->h, bytes_make(vmsa, VMSA_LEN));
}

void digest_end(const struct digest *d, uint8_t ret[static SHA256_LEN])
{
    struct sha256 copy = d->h;

    sha256_final(&copy, ret);
}

static bool check_inputs(const struct digest_inputs *in, struct sevk_error *err)
{
    if (in->firmware == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "a launch digest needs the firmware image");
    }
    if (in->vcpus > DIGEST_VCPUS_MAX) {
        return sevk_fail(err, SEVK_USAGE, "%u vCPUs are more than %d",
                         in->vcpus, DIGEST_VCPUS_MAX);
    }
    if (in->vcpus >= 1 && in->vmsa_bsp == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "with SEV-ES a launch digest needs the CPU model, or "
                         "the VMSA of the first vCPU");
    }
    if (in->vcpus >= 2 && in->vmsa_ap == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "with SEV-ES and %u vCPUs a launch digest needs the "
                         "CPU model, or the VMSA of the further vCPUs",
                         in->vcpus);
    }
    return true;
}

bool digest_compute(const struct digest_inputs *in,
                    uint8_t ret[static SHA256_LEN], struct sevk_error *err)
{
    struct digest d;

    if (!check_inputs(in, err)) {
        return false;
    }
    d = digest_begin(in->firmware);
    if (in->kernel_hashes != NULL) {
        digest_add_kernel_hashes(&d, in->kernel_hashes);
    }
    for (uint32_t i = 0; i < in->vcpus; i++) {
        digest_add_vmsa(&d, i == 0 ? in->vmsa_bsp : in->vmsa_ap);
    }
    digest_end(&d, ret);
    return true;
}
