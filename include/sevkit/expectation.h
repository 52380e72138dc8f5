/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner expects of a guest: what is loaded, and which rules hold. */
#ifndef SEVKIT_EXPECTATION_H
#define SEVKIT_EXPECTATION_H

#include <sevkit/firmware.h>
#include <sevkit/trust.h>

SEVK_BEGIN_DECLS

/*
 * The launch digest is SHA-256 over all that is loaded into a guest before it
 * starts, in this order:
 *
 *  - the firmware image;
 *  - if kernel hashes are on, a table with the SHA-256 of command line, initrd
 *    and kernel;
 *  - under SEV-ES, the initial state (VMSA, a page of 4096 bytes) of each vCPU,
 *    in the order of their numbers.
 *
 * An expectation describes that by values, each by a setter of its own; and it
 * holds the rules by which even a guest that was loaded as expected may be
 * turned down. Everything in it must come from the owner. What a host says
 * about its guest is evidence (sevkit/measurement.h), never an expectation.
 *
 * Under SEV-ES (the policy's bit es) the number of vCPUs and the CPU model are
 * needed, or the VMSAs as they are; the image too, as its digest can't be
 * continued. Without SEV-ES nothing of vCPUs is measured, and these values do
 * not count.
 *
 * A value that is set again replaces the old one. Values can also come from a
 * reference file, as sevkit(1) understands it; then they are read first, and
 * what is set afterwards wins.
 *
 * Made with sevk_expectation_new(), released with sevk_expectation_free(). The
 * functions copy what they are given. Functions that only read (the parameter
 * is const) may be called by several threads at once on one expectation.
 */
struct sevk_expectation;

#define SEVK_VMSA_LEN 4096

/*
 * An expectation without values. Its rules: firmware API 1.51 or later, no weak
 * policy, any platform, and secrets only if what reads them is measured.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_new(
    struct sevk_expectation **ret_expectation, struct sevk_error *err);

/* Releases it and leaves NULL behind; NULL in *EXPECTATION is fine. */
SEVK_API void sevk_expectation_free(struct sevk_expectation **expectation);

/*
 * Takes values and rules from a reference file (JSON, schema
 * "sevkit.reference/1", at most 1 MiB). SEVK_INPUT when it is malformed or has
 * a name that is not known; SEVK_USAGE when values were set before.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_read_reference(
    struct sevk_expectation *expectation, const char *path,
    struct sevk_error *err);

/*
 * The image that the guest starts with. SEVK_REFUSED when a reference names
 * another one.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_set_firmware(
    struct sevk_expectation *expectation, const struct sevk_firmware *firmware,
    struct sevk_error *err);

/*
 * Kernel hashes are on, with those of the files KERNEL and INITRD (NULL: none,
 * each at most 4 GiB) and of the text CMDLINE (NULL: an empty one). The text is
 * hashed with its NUL, byte for byte: one space more is another guest.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_set_kernel(
    struct sevk_expectation *expectation, const char *kernel,
    const char *initrd, const char *cmdline, struct sevk_error *err);

/*
 * The same by the hashes alone. INITRD is NULL for none; CMDLINE is the hash of
 * the text with its NUL, NULL for an empty text.
 */
SEVK_API void sevk_expectation_set_kernel_hashes(
    struct sevk_expectation *expectation, const uint8_t kernel[SEVK_DIGEST_LEN],
    const uint8_t initrd[SEVK_DIGEST_LEN],
    const uint8_t cmdline[SEVK_DIGEST_LEN]);

/*
 * The owner knows that this image checks by itself what it boots (OVMF's AmdSev
 * build does). The library can't see that; a wrong word here lets the host's
 * disk decide which kernel reads the secrets.
 */
SEVK_API void sevk_expectation_set_firmware_measures_boot(
    struct sevk_expectation *expectation, bool measures);

/* How many vCPUs the guest starts with. SEVK_USAGE unless 1 to 4096. */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_set_vcpus(
    struct sevk_expectation *expectation, uint32_t vcpus,
    struct sevk_error *err);

/*
 * The vCPUs' model, as QEMU names it ("EPYC-Milan"), as FAMILY/MODEL/STEPPING
 * in decimal, or as CPUID gives it (0x00a00f11). SEVK_USAGE when it is not
 * known, also for "host" and "max", which are what the host makes of them.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_set_cpu(
    struct sevk_expectation *expectation, const char *cpu,
    struct sevk_error *err);

/*
 * How KVM makes vCPUs: "legacy" (the default, and what libvirt starts) or
 * "init2". SEVK_USAGE otherwise.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_set_vm_type(
    struct sevk_expectation *expectation, const char *type,
    struct sevk_error *err);

/* SEV_FEATURES in each VMSA; 0 unless set. Kernels 6.6 and 6.7 set 0x20. */
SEVK_API void sevk_expectation_set_sev_features(
    struct sevk_expectation *expectation, uint64_t features);

/*
 * The initial states as they are, 4096 bytes each, instead of what model, type
 * and features make: BSP of the first vCPU, AP (may be NULL with one vCPU) of
 * all others.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_set_vmsas(
    struct sevk_expectation *expectation, const uint8_t bsp[SEVK_VMSA_LEN],
    const uint8_t ap[SEVK_VMSA_LEN], struct sevk_error *err);

/*
 * A launch digest that was computed elsewhere and is as good as what is set
 * here; at most 64, else SEVK_USAGE. While there are any, they are all that
 * measurements are compared with. Setting what is loaded afterwards drops them.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_add_digest(
    struct sevk_expectation *expectation, const uint8_t digest[SEVK_DIGEST_LEN],
    struct sevk_error *err);

/*
 * The policy that the guest must have. When none is set, that of the session
 * counts; when neither is known, the evidence's, which the verdict then shows.
 * SEVK_USAGE on reserved bits.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_set_policy(
    struct sevk_expectation *expectation, uint32_t policy,
    struct sevk_error *err);

/* A rule: the oldest firmware API that is accepted. Below 0.17 none is. */
SEVK_API void sevk_expectation_set_min_api(struct sevk_expectation *expectation,
                                           uint8_t major, uint8_t minor);

/*
 * A rule: the session must be for one of the platforms that were added so.
 * SEVK_USAGE above 64.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_add_platform(
    struct sevk_expectation *expectation,
    const uint8_t id[SEVK_PLATFORM_ID_LEN], struct sevk_error *err);

/* A rule: secrets are sealed also under a policy without nodbg or noks. */
SEVK_API void sevk_expectation_allow_weak_policy(
    struct sevk_expectation *expectation, bool allow);

/* A rule: secrets are sealed also if the host's disk decides who reads them. */
SEVK_API void sevk_expectation_allow_unmeasured_boot(
    struct sevk_expectation *expectation, bool allow);

/*
 * The launch digest for POLICY (only its bit es matters), the first one when
 * there are several. SEVK_USAGE, naming what is missing or contradicts itself.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_expectation_digest(
    const struct sevk_expectation *expectation, uint32_t policy,
    uint8_t ret_digest[SEVK_DIGEST_LEN], struct sevk_error *err);

SEVK_END_DECLS

#endif
