/* SPDX-License-Identifier: Apache-2.0 */
/* What SEV guests can't do, where that is found before it hurts, and until when. */
#include "host/limits.h"

#include <string.h>

#define VERSION(major, minor) ((major)*1000000u + (minor)*1000u)

static enum limit_state always(const struct host_facts *facts)
{
    (void)facts;
    return LIMIT_HOLDS;
}

/* An old generation is no matter to a platform that has no silicon. */
static enum limit_state judge_generation(const struct host_facts *facts)
{
    const char *name = host_generation(&facts->cpu);

    if (facts->firmware.is_virtual) {
        return LIMIT_GONE;
    }
    if (name == NULL) {
        return LIMIT_UNKNOWN;
    }
    return strcmp(name, "Naples") == 0 ? LIMIT_HOLDS : LIMIT_GONE;
}

static enum limit_state before_qemu(const struct host_facts *facts,
                                    uint32_t version)
{
    uint32_t qemu = facts->libvirt.qemu_version;

    if (qemu == 0) {
        return LIMIT_UNKNOWN;
    }
    return qemu < version ? LIMIT_HOLDS : LIMIT_GONE;
}

static enum limit_state judge_iommu(const struct host_facts *facts)
{
    return before_qemu(facts, VERSION(6, 0));
}

/*
 * Sources of "ends": QEMU's blocker of migration, seen in the lab with 7.2, and
 * AMD's maintainers on live migration (github.com/AMDESE/qemu, issues 3 and 9)
 * and on the reboot of SEV-ES guests (github.com/AMDESE/AMDSEV, issue 61);
 * QEMU 11.0's release notes on resetting SEV-SNP guests. What no source says is
 * not claimed.
 */
static const struct limit rows[] = {
    { "generation",
      "8",
      "SEV is not recommended on the first generation of EPYC (Naples)",
      false,
      { { LIMIT_BY_HOST_CHECK, "generation" } },
      "from the second generation on (7002 series, Rome)",
      judge_generation },
    { "guest-os",
      "8",
      "the guest's system must have support for SEV",
      false,
      { { LIMIT_BY_VM_CHECK, "guest-os" },
        { LIMIT_BY_VM_CHECK, "guest-os-es" } },
      "in guests with Linux 4.15 or later (SLES 12 SP4, all SLES 15); for "
      "SEV-ES Linux 5.10; no version of Windows has it",
      always },
    { "save-restore",
      "8",
      "the memory of a guest can't be saved and restored (save, managedsave)",
      false,
      { { LIMIT_BY_VM_CHECK, "managed-save" },
        { LIMIT_BY_HOST_CHECK, "libvirt-guests" },
        { LIMIT_BY_LAB, "limits" } },
      "not yet: QEMU answers 'SEV: Migration is not implemented'",
      always },
    { "snapshots",
      "8",
      "a guest can't be resumed from a snapshot with memory",
      false,
      { { LIMIT_BY_LAB, "limits" } },
      "not yet; snapshots of disks alone are no matter of SEV",
      always },
    { "live-migration",
      "8",
      "a running guest can't move to another host",
      false,
      { { LIMIT_BY_LAB, "limits" } },
      "not yet: the firmware and Linux have the parts, QEMU and OVMF "
      "do not; shut the guest down and start it elsewhere",
      always },
    { "pci-passthrough",
      "8",
      "a guest can't have devices of the host",
      false,
      { { LIMIT_BY_VM_CHECK, "hostdev" } },
      "not yet, says the guide; neither libvirt nor QEMU refuses it",
      always },
    { "secure-boot",
      "8",
      "firmware with Secure Boot does not work",
      false,
      { { LIMIT_BY_VM_CHECK, "firmware-secure-boot" },
        { LIMIT_BY_HOST_CHECK, "images" } },
      "not yet; kernel hashes measure what is booted instead",
      always },
    { "reboot",
      "8",
      "an SEV-ES guest can't reboot from within",
      true,
      { { LIMIT_BY_VM_CHECK, "on-reboot" }, { LIMIT_BY_LAB, "limits" } },
      "not yet: QEMU 11.0 can reset SEV-SNP guests, which are another kind; "
      "SEV guests without ES can reboot",
      always },
    { "option-rom",
      "3",
      "iPXE in the option ROM of virtio network devices does not work",
      false,
      { { LIMIT_BY_VM_CHECK, "net-rom" } },
      "not yet",
      always },
    { "ide",
      "3",
      "a Q35 has no IDE",
      false,
      { { LIMIT_BY_VM_CHECK, "disk-ide" } },
      "never: it is how the machine is made",
      always },
    { "memory-locked",
      "3",
      "all memory of a guest stays locked: no swapping, no balloon",
      false,
      { { LIMIT_BY_VM_CHECK, "memory-locked" },
        { LIMIT_BY_VM_CHECK, "memballoon" },
        { LIMIT_BY_HOST_CHECK, "memlock" } },
      "not for SEV and SEV-ES",
      always },
    { "virtio-iommu",
      NULL,
      "virtio devices need iommu='on'",
      false,
      { { LIMIT_BY_VM_CHECK, "virtio-iommu" } },
      "since QEMU 6.0, which sets it by itself",
      judge_iommu },
};

const struct limit *limits_rows(size_t *ret_n)
{
    *ret_n = sizeof rows / sizeof rows[0];
    return rows;
}

const char *limit_state_name(enum limit_state state)
{
    static const char *const names[] = { "holds", "gone", "unknown" };

    return names[state];
}

const char *limit_finder_name(enum limit_finder by)
{
    static const char *const names[] = { "", "host check", "vm check", "lab" };

    return names[by];
}
