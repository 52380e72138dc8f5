/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of libvirt, QEMU and the firmware images. */
#include <inttypes.h>
#include <string.h>

#include "host/check_rows.h"

#define VERSION(major, minor) ((major)*1000000u + (minor)*1000u)
#define VERSION_ARGS(v)       (v) / 1000000u, (v) / 1000u % 1000u, (v) % 1000u

/* <launchSecurity> came with libvirt 4.5, kernelHashes and secrets with 8.0. */
void check_libvirt(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    const struct host_libvirt *l = &f->libvirt;

    (void)want;
    if (l->libvirt_version == 0) {
        check_say(ret, CHECK_NOTE,
                  "systemctl enable --now libvirtd (or virtqemud.socket), or "
                  "name another one with --connect",
                  "libvirt was not asked%s%s", l->error[0] == '\0' ? "" : ": ",
                  l->error);
    } else if (l->libvirt_version < VERSION(4, 5)) {
        check_say(ret, CHECK_ERROR, "install libvirt 8.0 or later",
                  "libvirt %u.%u.%u has no SEV",
                  VERSION_ARGS(l->libvirt_version));
    } else if (l->libvirt_version < VERSION(8, 0)) {
        check_say(ret, CHECK_WARNING, "install libvirt 8.0 or later",
                  "libvirt %u.%u.%u knows neither kernelHashes nor launch "
                  "secrets",
                  VERSION_ARGS(l->libvirt_version));
    } else {
        check_say(ret, CHECK_OK, NULL, "%u.%u.%u",
                  VERSION_ARGS(l->libvirt_version));
    }
}

/* The guide, section 8: what is saved can't be restored. */
void check_libvirt_guests(const struct host_facts *f, enum check_want want,
                          struct check_result *ret)
{
    const char *how = f->limits.libvirt_guests;

    (void)want;
    if (how[0] == '\0') {
        check_say(ret, CHECK_NOTE, NULL,
                  "what happens to guests when the host shuts down is not "
                  "known");
    } else if (strcmp(how, "suspend") == 0) {
        check_say(ret, CHECK_WARNING,
                  "set ON_SHUTDOWN=shutdown in /etc/sysconfig/libvirt-guests "
                  "(Debian: /etc/default/libvirt-guests)",
                  "libvirt-guests would save running guests, which SEV guests "
                  "can't be: they are lost when the host shuts down");
    } else {
        check_say(ret, CHECK_OK, NULL, "libvirt-guests: %s", how);
    }
}

/* SEV since QEMU 2.12, SEV-ES since 6.0 (check_kernel.c), kernel hashes since
 * 6.2 (formats.md 11.3). */
void check_qemu(const struct host_facts *f, enum check_want want,
                struct check_result *ret)
{
    uint32_t v = f->libvirt.qemu_version;

    if (v == 0) {
        check_say(ret, CHECK_NOTE, NULL, "QEMU's version is not known");
    } else if (v < VERSION(2, 12)) {
        check_say(ret, CHECK_ERROR, "install QEMU 6.2 or later",
                  "QEMU %u.%u.%u has no SEV", VERSION_ARGS(v));
    } else if (v < VERSION(6, 0) && want != CHECK_SEV) {
        check_say(ret, check_es_weight(want), "install QEMU 6.2 or later",
                  "QEMU %u.%u.%u has no SEV-ES", VERSION_ARGS(v));
    } else if (v < VERSION(6, 2)) {
        check_say(ret, CHECK_WARNING, "install QEMU 6.2 or later",
                  "QEMU %u.%u.%u has no kernel hashes: a kernel that is "
                  "booted directly is not measured",
                  VERSION_ARGS(v));
    } else {
        check_say(ret, CHECK_OK, NULL, "%u.%u.%u", VERSION_ARGS(v));
    }
}

void check_capabilities(const struct host_facts *f, enum check_want want,
                        struct check_result *ret)
{
    static const char fix[] =
        "see to the checks above; then make libvirt look again: rm "
        "/var/cache/libvirt/qemu/capabilities/*.xml && systemctl restart "
        "libvirtd";
    const struct host_libvirt *l = &f->libvirt;

    (void)want;
    if (!l->has_capabilities) {
        check_say(ret, CHECK_NOTE, NULL, "not known: libvirt was not asked");
    } else if (l->sev == FACT_YES) {
        check_say(ret, CHECK_OK, NULL, "<sev supported='yes'>");
    } else if (l->sev == FACT_NO) {
        check_say(ret, CHECK_ERROR, fix,
                  "its domain capabilities say <sev supported='no'/>");
    } else {
        check_say(ret, CHECK_ERROR, fix,
                  "its domain capabilities have no <sev>");
    }
}

/*
 * QEMU reports a reduction of 1 on every processor, whatever CPUID says; only
 * the C-bit is compared by it with the hardware.
 */
void check_cbitpos(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    const struct host_libvirt *l = &f->libvirt;

    (void)want;
    if (!l->has_cbitpos) {
        check_say(ret, CHECK_NOTE, NULL, "libvirt does not tell the C-bit");
    } else if (f->cpu.has_leaf && f->cpu.cbitpos != l->cbitpos) {
        check_say(ret, CHECK_ERROR,
                  "make libvirt look again: rm "
                  "/var/cache/libvirt/qemu/capabilities/*.xml && systemctl "
                  "restart libvirtd",
                  "libvirt says bit %u, CPUID says bit %u", l->cbitpos,
                  f->cpu.cbitpos);
    } else if (l->has_reduced_phys_bits &&
               (l->reduced_phys_bits < 1 || l->reduced_phys_bits > 63)) {
        check_say(ret, CHECK_ERROR, "update QEMU",
                  "reducedPhysBits is %u; it has to be 1 to 63",
                  l->reduced_phys_bits);
    } else {
        check_say(ret, CHECK_OK, NULL,
                  "<cbitpos>%u</cbitpos> "
                  "<reducedPhysBits>%u</reducedPhysBits>",
                  l->cbitpos, l->reduced_phys_bits);
    }
}

void check_max_guests(const struct host_facts *f, enum check_want want,
                      struct check_result *ret)
{
    const struct host_libvirt *l = &f->libvirt;

    (void)want;
    if (!l->has_max_guests) {
        check_say(ret, CHECK_NOTE, NULL, "libvirt does not tell how many");
    } else if (l->max_guests == 0) {
        check_say(ret, CHECK_WARNING,
                  "lower 'SEV-ES ASID Space Limit' in the BIOS setup if "
                  "guests without SEV-ES are to run",
                  "none at a time");
    } else {
        check_say(ret, CHECK_OK, NULL, "%u at a time", l->max_guests);
    }
}

void check_max_es_guests(const struct host_facts *f, enum check_want want,
                         struct check_result *ret)
{
    const struct host_libvirt *l = &f->libvirt;

    if (!l->has_max_es_guests) {
        check_say(ret, CHECK_NOTE, NULL, "libvirt does not tell how many");
    } else if (l->max_es_guests == 0) {
        check_say(ret, check_es_weight(want),
                  "raise 'SEV-ES ASID Space Limit' in the BIOS setup (AMD "
                  "CBS, CPU Common Options) and load kvm_amd with sev_es=1",
                  "none at a time");
    } else {
        check_say(ret, CHECK_OK, NULL, "%u at a time", l->max_es_guests);
    }
}

/* -- Firmware images. ----------------------------------------------------------- */

static const struct host_image *find_offered(const struct host_facts *f,
                                             bool es)
{
    for (size_t i = 0; i < f->n_images; i++) {
        if (host_image_offered(&f->images[i], es)) {
            return &f->images[i];
        }
    }
    return NULL;
}

/* A descriptor may promise what its image does not hold. */
static const struct host_image *find_liar(const struct host_facts *f)
{
    for (size_t i = 0; i < f->n_images; i++) {
        const struct host_image *image = &f->images[i];

        if ((image->says_sev || image->says_es) &&
            (!image->exists || (image->says_es && !image->has_reset_vector))) {
            return image;
        }
    }
    return NULL;
}

void check_images(const struct host_facts *f, enum check_want want,
                  struct check_result *ret)
{
    static const char fix[] =
        "install OVMF for SEV: qemu-ovmf-x86_64 (SUSE), edk2-ovmf (Fedora, "
        "RHEL), ovmf (Debian, Ubuntu)";
    const struct host_image *good = find_offered(f, false);
    const struct host_image *liar = find_liar(f);

    (void)want;
    if (!f->has_images) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (good == NULL && f->n_images == 0) {
        check_say(ret, CHECK_ERROR, fix, "no UEFI image was found");
    } else if (good == NULL) {
        check_say(ret, CHECK_WARNING,
                  "name an image without Secure Boot in each domain's "
                  "<loader>, or install OVMF with descriptors for SEV",
                  "no descriptor offers an image for amd-sev without Secure "
                  "Boot, so firmware='efi' finds none (%s is there)",
                  f->images[0].path);
    } else if (liar != NULL) {
        check_say(ret, CHECK_WARNING,
                  "reinstall the package, or hide the descriptor by an empty "
                  "file of its name in /etc/qemu/firmware",
                  "the descriptor %s promises what %s does not have",
                  liar->descriptor, liar->path);
    } else {
        check_say(ret, CHECK_OK, NULL, "%s", good->path);
    }
}

void check_images_es(const struct host_facts *f, enum check_want want,
                     struct check_result *ret)
{
    const struct host_image *good = find_offered(f, true);
    const struct host_image *able = NULL;

    for (size_t i = 0; i < f->n_images && able == NULL; i++) {
        const struct host_image *image = &f->images[i];

        able = image->has_reset_vector && !image->secure_boot ? image : NULL;
    }
    if (!f->has_images) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (good != NULL) {
        check_say(ret, CHECK_OK, NULL, "%s", good->path);
    } else if (able != NULL) {
        check_say(ret, CHECK_WARNING,
                  "name it in <loader> instead of firmware='efi'",
                  "%s has an SEV-ES reset vector, but no descriptor offers it "
                  "for amd-sev-es",
                  able->path);
    } else {
        check_say(ret, check_es_weight(want),
                  "install an OVMF with an SEV-ES reset vector",
                  "no image has an SEV-ES reset vector in its table");
    }
}

void check_images_hashes(const struct host_facts *f, enum check_want want,
                         struct check_result *ret)
{
    (void)want;
    for (size_t i = 0; i < f->n_images; i++) {
        if (f->images[i].has_hash_area) {
            check_say(ret, CHECK_OK, NULL, "%s", f->images[i].path);
            return;
        }
    }
    check_say(ret, f->has_images ? CHECK_NOTE : CHECK_SKIPPED,
              "for measured direct boot install an AmdSev build of OVMF "
              "(OVMF.amdsev.fd)",
              "no image has an area for kernel hashes: kernelHashes='yes' will "
              "be refused by QEMU");
}

void check_guests(const struct host_facts *f, enum check_want want,
                  struct check_result *ret)
{
    (void)want;
    if (!f->firmware.known) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (f->limits.has_asids &&
               f->firmware.guests >= f->limits.asids_sev &&
               f->limits.asids_sev > 0) {
        check_say(ret, CHECK_WARNING, "stop a guest",
                  "%u run, and there are %" PRIu64 " ASIDs", f->firmware.guests,
                  f->limits.asids_sev);
    } else {
        check_say(ret, CHECK_OK, NULL, "%u", f->firmware.guests);
    }
}
