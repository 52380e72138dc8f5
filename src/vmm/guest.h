/* SPDX-License-Identifier: Apache-2.0 */
/* A guest under launch: what QEMU and KVM do with the firmware for it. */
#ifndef SEVKIT_VMM_GUEST_H
#define SEVKIT_VMM_GUEST_H

#include <sevkit/error.h>

#include "base/bytes.h"
#include "base/random.h"
#include "fw/fw.h"
#include "vmm/memory.h"
#include "vmm/reset_state.h"
#include "wire/measure_buf.h"

/*
 * The third party of a launch: neither the owner nor the firmware, but the
 * hypervisor between them. It is written from what QEMU 7.2 does (formats.md
 * 5 to 8 and 11) and shares nothing with the owner's half, so that the two
 * agree only because both are right.
 *
 * Messages are QEMU's own where QEMU has one, because they end up before the
 * same person, through the same libvirt: "sev_kvm_init: cbitpos check failed,
 * host '51' requested '47'".
 *
 * The rules of fw.h on threads and fork hold: one process makes the guest and
 * keeps it until its end.
 */
struct vmm_guest;

/* What QEMU's command line says about the guest. Everything is a view that is
 * needed during vmm_guest_start() alone, but for the memory. */
struct vmm_params {
    const char *platform; /* directory of the virtual platform */
    struct rng rng;
    struct clock clock;
    struct fw_trace trace; /* command may be NULL */

    /* -object sev-guest */
    uint32_t cbitpos;
    uint32_t reduced_phys_bits;
    uint32_t policy;
    const char *dh_cert_file; /* base64 text; NULL: none */
    const char *session_file; /* the same */
    bool kernel_hashes;

    /* The whole flash image; its length is a multiple of 16. */
    struct bytes firmware;

    /* A kernel that is booted directly. */
    bool has_kernel;
    struct bytes kernel;
    struct bytes initrd; /* empty: none */
    const char *cmdline; /* NULL: none */

    uint32_t vcpus;         /* those that are there at the start */
    uint32_t cpu_signature; /* CPUID leaf 1 EAX of the guest's CPU model */
    enum vmm_generation generation;

    struct vmm_memory *memory; /* stays where it is until the guest's end */
};

/* What query-sev tells. */
struct vmm_info {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t policy;
    uint32_t state; /* enum sev_guest_state */
    uint32_t handle;
};

/*
 * Everything up to LAUNCH_MEASURE, in QEMU's order: checks, LAUNCH_START, the
 * whole firmware image, the table of hashes (written to guest memory first),
 * each vCPU's state if the policy asks for SEV-ES, LAUNCH_MEASURE. The guest
 * then waits for its secrets. When it fails, nothing is left of it.
 */
SEVK_MUST_CHECK bool vmm_guest_start(const struct vmm_params *params,
                                     struct vmm_guest **ret,
                                     struct sevk_error *err);

/* DEACTIVATE, DECOMMISSION; its keys are gone. For OWN(), too. */
void vmm_guest_end(struct vmm_guest **guest);

struct vmm_info vmm_guest_info(const struct vmm_guest *guest);

/* What LAUNCH_MEASURE returned. */
void vmm_guest_measurement(const struct vmm_guest *guest,
                           uint8_t ret[static MEASURE_BUF_LEN]);

/*
 * LAUNCH_SECRET: decrypts PAYLOAD into guest memory at *GPA, or at the secret
 * area that the firmware image declares when GPA is NULL (be it at 0, as QEMU
 * does). Only before vmm_guest_finish(). Neither QEMU nor the firmware knows
 * how large the area is: the owner must.
 */
SEVK_MUST_CHECK bool vmm_guest_inject(struct vmm_guest *guest,
                                      struct bytes header, struct bytes payload,
                                      const uint64_t *gpa,
                                      struct sevk_error *err);

/* LAUNCH_FINISH, when the guest first runs; nothing if it was done before. */
SEVK_MUST_CHECK bool vmm_guest_finish(struct vmm_guest *guest,
                                      struct sevk_error *err);

/* ATTESTATION: the signed report over the launch digest. */
SEVK_MUST_CHECK bool vmm_guest_report(struct vmm_guest *guest,
                                      struct bytes mnonce,
                                      uint8_t ret[static ATTESTATION_LEN],
                                      struct sevk_error *err);

#endif
