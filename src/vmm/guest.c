/* SPDX-License-Identifier: Apache-2.0 */
/* A guest from its start to its end: secrets, the first run, reports. */
#include "vmm/guest.h"

#include "base/own.h"
#include "vmm/guest_state.h"

/* The driver copies the packet into a buffer of this size (formats.md 8). */
#define SECRET_MAX 16384

bool vmm_fail_as_qemu(struct sevk_error *err, const struct sevk_error *cause,
                      const char *what, int ret)
{
    if (cause->fw_status == SEV_STATUS_SUCCESS) {
        return sevk_fail(err, cause->code, "%s: %s", what, cause->message);
    }
    return sevk_fail_fw(err, cause->fw_status, "%s ret=%d fw_error=%u '%s'",
                        what, ret, cause->fw_status,
                        sev_status_text(cause->fw_status));
}

bool vmm_guest_start(const struct vmm_params *params, struct vmm_guest **ret,
                     struct sevk_error *err)
{
    OWN(vmm_guest_end) struct vmm_guest *g = calloc(1, sizeof *g);

    if (g == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a guest");
    }
    g->memory = params->memory;
    g->info.policy = params->policy;
    if (!vmm_launch(g, params, err)) {
        return false;
    }
    *ret = TAKE(g);
    return true;
}

void vmm_guest_end(struct vmm_guest **guest)
{
    if (*guest != NULL) {
        driver_close(&(*guest)->driver);
        free(*guest);
    }
    *guest = NULL;
}

struct vmm_info vmm_guest_info(const struct vmm_guest *guest)
{
    return guest->info;
}

void vmm_guest_measurement(const struct vmm_guest *guest,
                           uint8_t ret[static MEASURE_BUF_LEN])
{
    memcpy(ret, guest->measurement, MEASURE_BUF_LEN);
}

/* Where a secret goes, and that there is memory for it. */
static bool find_secret_place(const struct vmm_guest *g, const uint64_t *gpa,
                              size_t n, uint64_t *ret, struct sevk_error *err)
{
    struct sevk_error cause = { 0 };
    uint8_t *place;

    if (gpa == NULL && !g->table.secret.present) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: no secret area found in OVMF, gpa must be "
                         "specified.");
    }
    *ret = gpa != NULL ? *gpa : g->table.secret.base;
    if (!vmm_memory_find(g->memory, *ret, n, &place, &cause)) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: Failed to calculate guest address: %s",
                         cause.message);
    }
    return true;
}

bool vmm_guest_inject(struct vmm_guest *g, struct bytes header,
                      struct bytes payload, const uint64_t *gpa,
                      struct sevk_error *err)
{
    struct sevk_error cause = { 0 };
    uint64_t place = 0;

    if (g->info.state != SEV_GUEST_LSECRET) {
        return sevk_fail(err, SEVK_REFUSED,
                         "SEV: Not in correct state. (LSECRET) %x",
                         g->info.state);
    }
    if (header.n == 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: Failed to decode sequence header");
    }
    if (payload.n == 0) {
        return sevk_fail(err, SEVK_INPUT, "SEV: Failed to decode data");
    }
    if (payload.n > SECRET_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: failed to inject secret ret=-22 fw_error=0 "
                         "'%zu bytes; a packet has at most %d'",
                         payload.n, SECRET_MAX);
    }
    if (!find_secret_place(g, gpa, payload.n, &place, err)) {
        return false;
    }
    if (!driver_launch_secret(g->driver, g->info.handle, header, payload, place,
                              &cause)) {
        return vmm_fail_as_qemu(err, &cause, "SEV: failed to inject secret",
                                KVM_REFUSED);
    }
    return true;
}

bool vmm_guest_finish(struct vmm_guest *g, struct sevk_error *err)
{
    struct sevk_error cause = { 0 };

    if (g->info.state == SEV_GUEST_RUNNING) {
        return true;
    }
    if (!driver_launch_finish(g->driver, g->info.handle, &cause)) {
        return vmm_fail_as_qemu(err, &cause, "sev_launch_finish: LAUNCH_FINISH",
                                KVM_REFUSED);
    }
    g->info.state = SEV_GUEST_RUNNING;
    return true;
}

bool vmm_guest_report(struct vmm_guest *g, struct bytes mnonce,
                      uint8_t ret[static ATTESTATION_LEN],
                      struct sevk_error *err)
{
    struct sevk_error cause = { 0 };

    if (mnonce.n != 16) {
        return sevk_fail(err, SEVK_INPUT,
                         "SEV: mnonce must be 16 bytes (got %zu)", mnonce.n);
    }
    if (!driver_attestation(g->driver, g->info.handle, mnonce.p, ret, &cause)) {
        return vmm_fail_as_qemu(
            err, &cause, "SEV: Failed to get attestation report", KVM_REFUSED);
    }
    return true;
}
