/* SPDX-License-Identifier: Apache-2.0 */
/* What QEMU and KVM do before LAUNCH_MEASURE returns. */
#include <stdio.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/own.h"
#include "vmm/guest_state.h"
#include "vmm/kernel_hashes.h"
#include "wire/policy.h"

#define BASE64_FILE_MAX ((size_t)64 * 1024)

static bool check_against_host(const struct vmm_params *p,
                               const struct fw_profile *host,
                               struct sevk_error *err)
{
    if (p->cbitpos != host->cbitpos) {
        return sevk_fail(err, SEVK_HOST,
                         "sev_kvm_init: cbitpos check failed, host '%u' "
                         "requested '%u'",
                         host->cbitpos, p->cbitpos);
    }
    if (p->reduced_phys_bits < 1) {
        return sevk_fail(err, SEVK_HOST,
                         "sev_kvm_init: reduced_phys_bits check failed, it "
                         "should be >=1, requested '%u'",
                         p->reduced_phys_bits);
    }
    if ((p->policy & POLICY_ES) != 0 && !fw_profile_has_es(host)) {
        return sevk_fail(err, SEVK_HOST,
                         "sev_kvm_init: guest policy requires SEV-ES, but "
                         "host SEV-ES support unavailable");
    }
    return true;
}

/* FILE is NULL: nothing is read, and nothing is given to the firmware. */
static bool read_base64_file(const char *file, const char *what,
                             struct buf *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error cause = { 0 };

    if (file == NULL) {
        return true;
    }
    if (!file_read(file, BASE64_FILE_MAX, what, &text, &cause) ||
        !base64_decode(ret, buf_bytes(&text), what, &cause)) {
        return sevk_fail(err, cause.code, "SEV: Failed to read '%s' (%s)", file,
                         cause.message);
    }
    return true;
}

/* What most often is wrong when the firmware refuses a session. */
static const char *advice_on_start(uint32_t status)
{
    switch (status) {
    case SEV_STATUS_BAD_MEASUREMENT:
        return ": the session was made for another platform's PDH or for "
               "another policy; make one for this host and this policy";
    case SEV_STATUS_POLICY_FAILURE:
        return ": the policy asks for a newer firmware than this one, or has "
               "reserved bits set";
    default:
        return "";
    }
}

static bool launch_start(struct vmm_guest *g, const struct vmm_params *p,
                         struct sevk_error *err)
{
    OWN(buf_free) struct buf session = { 0 };
    OWN(buf_free) struct buf dh_cert = { 0 };
    struct sevk_error cause = { 0 };
    uint32_t asid;

    if (!read_base64_file(p->session_file, "session", &session, err) ||
        !read_base64_file(p->dh_cert_file, "DH certificate", &dh_cert, err)) {
        return false;
    }
    if (!driver_launch_start(g->driver, p->policy, buf_bytes(&dh_cert),
                             buf_bytes(&session), &g->info.handle, &asid,
                             &cause)) {
        /* QEMU shows 1 here, which is not what the ioctl returned. */
        vmm_fail_as_qemu(err, &cause, "sev_launch_start: LAUNCH_START", 1);
        if (err != NULL) {
            size_t n = strlen(err->message);

            snprintf(err->message + n, sizeof err->message - n, "%s",
                     advice_on_start(cause.fw_status));
        }
        return false;
    }
    g->info.state = SEV_GUEST_LUPDATE;
    return true;
}

/*
 * A table that makes no sense counts as none, as it does for QEMU: what needs
 * an entry of it then says so.
 */
static void read_table(struct vmm_guest *g, const struct vmm_params *p)
{
    const struct bytes image = p->firmware;
    size_t n = image.n < OVMF_TAIL_MAX ? image.n : OVMF_TAIL_MAX;
    struct bytes tail = { image.p + (image.n - n), n };

    if (!ovmf_table_decode(tail, &g->table, NULL)) {
        g->table = (struct ovmf_table){ 0 };
    }
}

static bool load_firmware(struct vmm_guest *g, const struct vmm_params *p,
                          struct sevk_error *err)
{
    struct sevk_error cause = { 0 };

    read_table(g, p);
    if ((p->policy & POLICY_ES) != 0 &&
        (!g->table.has_reset_vector || g->table.reset_vector == 0)) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV information block/Firmware GUID Table block not "
                         "found in pflash rom: failed to locate and/or save "
                         "reset vector; SEV-ES needs an OVMF image with one");
    }
    if (!driver_launch_update_buffer(g->driver, g->info.handle, p->firmware,
                                     &cause)) {
        return vmm_fail_as_qemu(err, &cause,
                                "SEV: Failed to encrypt pflash rom: "
                                "sev_launch_update_data: LAUNCH_UPDATE",
                                KVM_REFUSED);
    }
    return true;
}

/* The hash table only where the firmware image has a place for it. */
static bool find_hash_area(const struct vmm_guest *g, uint8_t **ret,
                           struct sevk_error *err)
{
    const struct ovmf_area *area = &g->table.hashes;

    if (!area->present) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: kernel specified but guest firmware has no "
                         "hashes table GUID");
    }
    if (area->base == 0 || area->size < KERNEL_HASH_TABLE_LEN) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: guest firmware hashes table area is invalid "
                         "(base=0x%x size=0x%x)",
                         area->base, area->size);
    }
    if (!vmm_memory_find(g->memory, area->base, KERNEL_HASH_TABLE_LEN, ret,
                         err)) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: cannot map hashes table guest memory area");
    }
    return true;
}

static bool load_hashes(struct vmm_guest *g, const struct vmm_params *p,
                        struct sevk_error *err)
{
    struct sevk_error cause = { 0 };
    uint8_t *place = NULL;

    if (!p->kernel_hashes || !p->has_kernel) {
        return true;
    }
    if (!find_hash_area(g, &place, err)) {
        return false;
    }
    vmm_kernel_hashes(p->kernel, p->initrd, p->cmdline, place);
    if (!driver_launch_update_data(g->driver, g->info.handle,
                                   g->table.hashes.base, KERNEL_HASH_TABLE_LEN,
                                   &cause)) {
        return vmm_fail_as_qemu(
            err, &cause, "sev_launch_update_data: LAUNCH_UPDATE", KVM_REFUSED);
    }
    return true;
}

static bool load_vcpus(struct vmm_guest *g, const struct vmm_params *p,
                       struct sevk_error *err)
{
    struct vmm_vcpu vcpu = { .signature = p->cpu_signature,
                             .reset_vector = g->table.reset_vector,
                             .generation = p->generation };

    if ((p->policy & POLICY_ES) == 0) {
        return true;
    }
    for (; vcpu.index < p->vcpus; vcpu.index++) {
        _Alignas(16) uint8_t page[VMSA_LEN];
        struct sevk_error cause = { 0 };

        vmm_reset_state(&vcpu, page);
        if (!driver_launch_update_vmsa(g->driver, g->info.handle, page,
                                       &cause)) {
            return vmm_fail_as_qemu(
                err, &cause, "sev_launch_update_vmsa: LAUNCH_UPDATE_VMSA",
                KVM_REFUSED);
        }
    }
    return true;
}

static bool launch_measure(struct vmm_guest *g, struct sevk_error *err)
{
    struct sevk_error cause = { 0 };

    if (!driver_launch_measure(g->driver, g->info.handle, g->measurement,
                               &cause)) {
        return vmm_fail_as_qemu(
            err, &cause, "sev_launch_get_measure: LAUNCH_MEASURE", KVM_REFUSED);
    }
    g->info.state = SEV_GUEST_LSECRET;
    return true;
}

bool vmm_launch(struct vmm_guest *g, const struct vmm_params *p,
                struct sevk_error *err)
{
    const struct fw_options options = {
        .dir = p->platform,
        .memory = vmm_memory_for_fw(p->memory),
        .rng = p->rng,
        .clock = p->clock,
        .trace = p->trace,
    };
    struct cmd_platform_status status;

    if (!driver_open(&options, &g->driver, err) ||
        !check_against_host(p, driver_profile(g->driver), err) ||
        !driver_platform_status(g->driver, &status, err)) {
        return false;
    }
    g->info.api_major = status.api_major;
    g->info.api_minor = status.api_minor;
    g->info.build = status.build;
    return launch_start(g, p, err) && load_firmware(g, p, err) &&
           load_hashes(g, p, err) && load_vcpus(g, p, err) &&
           launch_measure(g, err);
}
