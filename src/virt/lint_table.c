/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for domains as one table, which all that lists rules is made from. */
#include "virt/lint_table.h"

static const struct lint_rule rules[LINT_RULES] = {
    [LINT_DOMAIN_KVM] = { "domain-kvm", "2", LINT_ERROR, true,
                          "the domain does not run under KVM",
                          "set <domain type='kvm'>" },
    [LINT_MACHINE_Q35] = { "machine-q35", "3", LINT_ERROR, true,
                           "the machine type is not Q35",
                           "set <type arch='x86_64' machine='q35'>hvm</type>" },
    [LINT_PCI_ROOT] = { "pci-root", "3", LINT_ERROR, true,
                        "the first PCI controller is not that of a Q35",
                        "set <controller type='pci' index='0' "
                        "model='pcie-root'/>" },
    [LINT_FIRMWARE_UEFI] = { "firmware-uefi", "3", LINT_ERROR, true,
                             "there is no UEFI firmware",
                             "set <os firmware='efi'>, or name an image: "
                             "<loader readonly='yes' "
                             "type='pflash'>/usr/share/qemu/"
                             "ovmf-x86_64-4m-code.bin</loader>" },
    [LINT_FIRMWARE_ACPI] = { "firmware-acpi", NULL, LINT_ERROR, true,
                             "UEFI firmware without ACPI",
                             "add <features><acpi/></features>" },
    [LINT_FIRMWARE_MISSING] = { "firmware-missing", "3", LINT_NOTE, false,
                                "the image is not there, so it was not looked "
                                "at",
                                "check the path on the host; the guide's "
                                "images are "
                                "/usr/share/qemu/ovmf-x86_64-code.bin and "
                                "ovmf-x86_64-4m-code.bin" },
    [LINT_FIRMWARE_DESCRIPTOR] = { "firmware-descriptor", "3", LINT_NOTE, false,
                                   "no descriptor on the host promises that "
                                   "the image is for this",
                                   "take an image whose descriptor "
                                   "(/usr/share/qemu/firmware/*.json) lists "
                                   "amd-sev, with SEV-ES also amd-sev-es" },
    [LINT_FIRMWARE_OFFER] = { "firmware-offer", "3", LINT_WARNING, false,
                              "firmware='efi', and no descriptor on the host "
                              "offers a fitting image",
                              "name an image with <loader>, or install OVMF "
                              "with descriptors for SEV" },
    [LINT_FIRMWARE_ES] = { "firmware-es", "3", LINT_ERROR, false,
                           "the policy asks for SEV-ES, and the image has no "
                           "reset vector for it",
                           "take an image with an SEV-ES reset vector, or a "
                           "policy without 'es'" },
    [LINT_FIRMWARE_HASHES] = { "firmware-hashes", NULL, LINT_ERROR, false,
                               "kernelHashes with an image that has no area "
                               "for them",
                               "take an AmdSev build of OVMF (OVMF.amdsev.fd), "
                               "or leave out kernelHashes='yes'" },
    [LINT_FIRMWARE_SECURE_BOOT] = { "firmware-secure-boot", "8", LINT_ERROR,
                                    true, "the firmware has Secure Boot",
                                    "take the image without Secure Boot, for "
                                    "example "
                                    "/usr/share/qemu/ovmf-x86_64-4m-code.bin" },
    [LINT_FIRMWARE_NVRAM] = { "firmware-nvram", "3", LINT_WARNING, true,
                              "UEFI variables are kept by the host and not "
                              "measured",
                              "for attestation take an image that keeps no "
                              "variables: <loader type='pflash' readonly='yes' "
                              "stateless='yes'>" },
    [LINT_DISK_IDE] = { "disk-ide", "3", LINT_ERROR, true,
                        "a disk or controller is IDE",
                        "set <target dev='sda' bus='sata'/> or bus='virtio' "
                        "with dev='vda'; remove the controller" },
    [LINT_NET_ROM] = { "net-rom", "3", LINT_ERROR, true,
                       "a virtio network device has its option ROM",
                       "add <rom enabled='no'/>" },
    [LINT_HOSTDEV] = { "hostdev", "8", LINT_ERROR, false,
                       "a device of the host is passed through",
                       "take a virtual device instead" },
    [LINT_VIRTIO_IOMMU] = { "virtio-iommu", NULL, LINT_ERROR, true,
                            "a virtio device lacks iommu='on', and QEMU is "
                            "older than 6.0",
                            "add <driver iommu='on'/>" },
    [LINT_TPM] = { "tpm", NULL, LINT_WARNING, false,
                   "there is a TPM, which is the host's",
                   "remove <tpm>, or do not let anything depend on it" },
    [LINT_MEMORY_LOCKED] = { "memory-locked", "3", LINT_ERROR, true,
                             "nothing lets QEMU lock the VM's memory",
                             "add <memoryBacking><locked/></memoryBacking>, or "
                             "<memtune><hard_limit> as the guide's "
                             "virt-install does" },
    [LINT_MEMORY_HARD_LIMIT] = { "memory-hard-limit", "3", LINT_ERROR, true,
                                 "the limit is below the sum of memory, "
                                 "firmware, video and what QEMU needs",
                                 "raise <hard_limit> to at least the sum" },
    [LINT_MEMORY_BALLOON] = { "memory-balloon", NULL, LINT_WARNING, true,
                              "memory is ballooned away at the start",
                              "make <currentMemory> the same as <memory>" },
    [LINT_MEMBALLOON] = { "memballoon", NULL, LINT_NOTE, false,
                          "there is a memory balloon",
                          "set <memballoon model='none'/>: without one libvirt "
                          "adds a balloon" },
    [LINT_MEMORY_HOTPLUG] = { "memory-hotplug", NULL, LINT_WARNING, true,
                              "memory can be plugged later",
                              "remove <maxMemory> and <memory model='dimm'>" },
    [LINT_VCPU_HOTPLUG] = { "vcpu-hotplug", NULL, LINT_WARNING, true,
                            "vCPUs would be plugged later",
                            "remove the attribute 'current' of <vcpu>, and "
                            "<vcpus>" },
    [LINT_LAUNCH_SECURITY] = { "launch-security", "4", LINT_ERROR, true,
                               "the VM will not be encrypted by SEV",
                               "add <launchSecurity "
                               "type='sev'><policy>0x000f</policy></"
                               "launchSecurity>" },
    [LINT_POLICY_MISSING] = { "policy-missing", "4", LINT_ERROR, true,
                              "there is no policy",
                              "add <policy>0x000f</policy> (nodbg, noks, es, "
                              "nosend)" },
    [LINT_POLICY_RESERVED] = { "policy-reserved", "4", LINT_ERROR, true,
                               "reserved bits of the policy are set",
                               "clear bits 6 to 15; the API's major number is "
                               "in bits 16 to 23, its minor in 24 to 31" },
    [LINT_POLICY_HOST] = { "policy-host", "4", LINT_ERROR, false,
                           "the host can't do what the policy asks for",
                           "take another host, or a policy that asks for "
                           "less" },
    [LINT_POLICY_DEBUG] = { "policy-debug", "4", LINT_WARNING, true,
                            "the host may read and write memory",
                            "set bit 0 (nodbg)" },
    [LINT_POLICY_SHARING] = { "policy-sharing", "4", LINT_WARNING, true,
                              "another guest may get the same key",
                              "set bit 1 (noks)" },
    [LINT_POLICY_SEND] = { "policy-send", "4", LINT_NOTE, false,
                           "the host may send the guest away",
                           "set bit 3 (nosend), or bits 4 and 5 (domain, "
                           "sev)" },
    [LINT_POLICY_NO_ES] = { "policy-no-es", "1", LINT_NOTE, false,
                            "registers are open, and vCPUs not measured",
                            "set bit 2 (es) if the host can" },
    [LINT_CBITPOS] = { "cbitpos", "4", LINT_ERROR, true,
                       "the C-bit is not the host's",
                       "leave <cbitpos> out (libvirt fills it in), or take the "
                       "host's" },
    [LINT_REDUCED_PHYS_BITS] = { "reduced-phys-bits", "4", LINT_ERROR, true,
                                 "the reduction is not the host's",
                                 "leave <reducedPhysBits> out (libvirt fills "
                                 "it in), or take the host's" },
    [LINT_DH_CERT] = { "dh-cert", "4", LINT_ERROR, true,
                       "the owner's certificate is none",
                       "take what 'sevkit session create' wrote to "
                       "PREFIX_godh.b64" },
    [LINT_SESSION] = { "session", "4", LINT_ERROR, true,
                       "the session is none, or has no certificate",
                       "take what 'sevkit session create' wrote to "
                       "PREFIX_session.b64" },
    [LINT_SESSION_RECORD] = { "session-record", "4", LINT_ERROR, true,
                              "it is not the session that was named, or that "
                              "one is for another policy",
                              "take PREFIX_godh.b64 and PREFIX_session.b64, "
                              "and the policy that the session was made for" },
    [LINT_SESSION_USED] = { "session-used", "6", LINT_ERROR, false,
                            "the session's keys were used for another start",
                            "make new keys with 'sevkit session create'" },
    [LINT_SESSION_REUSED] = { "session-reused", "6", LINT_ERROR, false,
                              "another file has the same session",
                              "make a session for each start of each VM" },
    [LINT_SESSION_ONCE] = { "session-once", "6", LINT_NOTE, false,
                            "there is a session, good for one start",
                            "make new keys for each start, or let 'sevkit vm "
                            "launch' do it" },
    [LINT_KERNEL_HASHES_NO_KERNEL] = { "kernel-hashes-no-kernel", NULL,
                                       LINT_ERROR, true,
                                       "kernelHashes without a kernel",
                                       "add <kernel>, or leave out "
                                       "kernelHashes='yes'" },
    [LINT_KERNEL_UNMEASURED] = { "kernel-unmeasured", NULL, LINT_WARNING, true,
                                 "a kernel without kernelHashes",
                                 "set <launchSecurity type='sev' "
                                 "kernelHashes='yes'>, with a firmware that "
                                 "has an area for the hashes" },
    [LINT_GUEST_OS] = { "guest-os", "8", LINT_ERROR, false,
                        "the guest's system is too old for SEV",
                        "install a system with support for SEV: SLES 12 SP4, "
                        "any SLES 15, or another with Linux 4.15 or later" },
    [LINT_GUEST_OS_ES] = { "guest-os-es", "8", LINT_ERROR, false,
                           "the guest's system is too old for SEV-ES",
                           "install a system with Linux 5.10 or later, or take "
                           "a policy without 'es'" },
    [LINT_ON_REBOOT] = { "on-reboot", "8", LINT_WARNING, true,
                         "an SEV-ES guest would try to reboot",
                         "set <on_reboot>destroy</on_reboot>" },
    [LINT_MANAGED_SAVE] = { "managed-save", "8", LINT_ERROR, false,
                            "there is a saved state, which can't be restored",
                            "virsh managedsave-remove NAME" },
    [LINT_FOREIGN] = { "foreign", NULL, LINT_WARNING, false,
                       "elements of another namespace are not checked",
                       "express it in libvirt's own elements, or know what it "
                       "does" },
    [LINT_SCHEMA] = { "schema", NULL, LINT_ERROR, false,
                      "libvirt's schema does not allow it (with --schema)",
                      "write it as https://libvirt.org/formatdomain.html has "
                      "it" },
    [LINT_MALFORMED] = { "malformed", NULL, LINT_ERROR, false,
                         "the file can't be read or is no domain",
                         "write a well-formed <domain>, or keep the file "
                         "elsewhere" },
    [LINT_MORE] = { "more", NULL, LINT_NOTE, false,
                    "there are more findings than are shown",
                    "mend these, and check again" },
};

const struct lint_rule *lint_rules(size_t *ret_n)
{
    *ret_n = LINT_RULES;
    return rules;
}
