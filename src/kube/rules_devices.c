/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for what a VM on KubeVirt is made of. */
#include <stdio.h>
#include <string.h>

#include "kube/rules.h"
#include "kube/schema.h"

static const char *name_of(const struct node *item)
{
    const char *name = node_text(node_get(item, "name"));

    return name == NULL ? "?" : name;
}

/* Calls EACH for all items of the list at PATH below ROOT. */
static void each_item(const struct manifest *m, const struct node *root,
                      const char *path, struct kube_report *report,
                      void (*each)(const struct manifest *m,
                                   const struct node *item, size_t i,
                                   struct kube_report *report))
{
    const struct node *list = node_at(root, path);

    for (size_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->n;
         i++) {
        each(m, list->entries[i].value, i, report);
    }
}

/* An interface that can boot has its option ROM, which SEV guests can't run. */
static void check_interface(const struct manifest *m, const struct node *item,
                            size_t i, struct kube_report *report)
{
    const struct node_entry *order = node_entry(item, "bootOrder");
    const struct node_entry *sriov = node_entry(item, "sriov");
    char where[80];

    snprintf(where, sizeof where, "domain.devices.interfaces[%zu]", i);
    if (order != NULL && !node_is_null(order->value)) {
        struct kube_finding *f =
            rule_add(report, RULE_BOOT_ORDER, m, order->key, where,
                     "interface '%.40s' can be booted from: its ROM (iPXE) "
                     "does not work with SEV, and KubeVirt refuses the VM",
                     name_of(item));

        f->fix = (struct fix){ FIX_DROP, order->key, item, NULL };
    }
    if (sriov != NULL && !node_is_null(sriov->value)) {
        rule_add(report, RULE_SRIOV, m, sriov->key, where,
                 "interface '%.40s' is a PCI device of the host",
                 name_of(item));
    }
}

static void check_host_device(const struct manifest *m, const struct node *item,
                              size_t i, struct kube_report *report)
{
    (void)i;
    rule_add(report, RULE_HOST_DEVICE, m, item, "domain.devices",
             "'%.40s' is passed through from the host", name_of(item));
}

static void check_disk(const struct manifest *m, const struct node *item,
                       size_t i, struct kube_report *report)
{
    static const char *const targets[] = { "disk", "cdrom", "lun" };

    for (size_t t = 0; t < sizeof targets / sizeof *targets; t++) {
        const struct node *bus = node_get(node_get(item, targets[t]), "bus");
        char where[80];

        if (node_text(bus) != NULL && strcmp(bus->text, "ide") == 0) {
            struct kube_finding *f;

            snprintf(where, sizeof where, "domain.devices.disks[%zu].%s.bus", i,
                     targets[t]);
            f = rule_add(report, RULE_DISK_BUS, m, bus, where,
                         "the machine type Q35 has no IDE");
            f->fix =
                (struct fix){ FIX_SET, bus, NULL, t == 1 ? "sata" : "virtio" };
        }
    }
}

static void check_volume(const struct manifest *m, const struct node *item,
                         size_t i, struct kube_report *report)
{
    char where[40];

    snprintf(where, sizeof where, "volumes[%zu]", i);
    if (m->attested && (node_get(item, "cloudInitNoCloud") != NULL ||
                        node_get(item, "cloudInitConfigDrive") != NULL)) {
        rule_add(report, RULE_CLOUD_INIT, m, item, where,
                 "'%.40s': what cloud-init is told comes from the host and is "
                 "not measured: it can add users and commands",
                 name_of(item));
    }
}

/* -- Machine and memory. --------------------------------------------------------- */

static void check_machine(const struct manifest *m, struct kube_report *report)
{
    const struct node *type = node_at(m->domain, "machine.type");
    const struct node *arch = node_get(m->spec, "architecture");
    const char *text = node_text(type);
    struct kube_finding *f;

    if (text != NULL && text[0] != '\0' && strcmp(text, "q35") != 0 &&
        strncmp(text, "pc-q35", 6) != 0) {
        f = rule_add(report, RULE_MACHINE, m, type, "domain.machine.type",
                     "the machine type is '%.60s' and must be Q35", text);
        f->fix = (struct fix){ FIX_SET, type, NULL, "q35" };
    }
    text = node_text(arch);
    if (text != NULL && text[0] != '\0' && strcmp(text, "amd64") != 0) {
        f = rule_add(report, RULE_ARCHITECTURE, m, arch, "architecture",
                     "'%.40s' has no SEV", text);
        f->fix = (struct fix){ FIX_SET, arch, NULL, "amd64" };
    }
}

static bool asks_for_memory(const struct manifest *m)
{
    static const char *const paths[] = { "memory.guest",
                                         "memory.hugepages.pageSize",
                                         "resources.requests.memory",
                                         "resources.limits.memory" };

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (node_at(m->domain, paths[i]) != NULL) {
            return true;
        }
    }
    return node_at(m->root, "spec.instancetype") != NULL;
}

static void check_memory(const struct manifest *m, struct kube_report *report)
{
    const struct node *memory = node_get(m->domain, "memory");
    const struct node_entry *max = node_entry(memory, "maxGuest");
    struct kube_finding *f;

    if (!asks_for_memory(m)) {
        rule_add(report, RULE_MEMORY, m, m->domain, "domain.memory",
                 "how much memory the VM has is not said");
    }
    if (max != NULL && !node_is_null(max->value)) {
        f = rule_add(report, RULE_MEMORY_HOTPLUG, m, max->key,
                     "domain.memory.maxGuest",
                     "KubeVirt refuses memory hot-plug for encrypted VMs");
        f->fix = (struct fix){ FIX_DROP, max->key, memory, NULL };
    }
}

static void check_cpu(const struct manifest *m, struct kube_report *report)
{
    const struct node *cpu = node_get(m->domain, "cpu");
    int64_t sockets = 1;
    int64_t max;

    (void)node_integer(node_get(cpu, "sockets"), &sockets);
    if (m->es && node_integer(node_get(cpu, "maxSockets"), &max) &&
        max > sockets) {
        rule_add(report, RULE_CPU_HOTPLUG, m, cpu, "domain.cpu.maxSockets",
                 "an SEV-ES guest can't get vCPUs after it was measured");
    }
}

static void check_boot(const struct manifest *m, struct kube_report *report)
{
    const struct node *kernel = node_at(m->domain, "firmware.kernelBoot");
    const struct node *tpm = node_at(m->domain, "devices.tpm");

    if (kernel != NULL) {
        rule_add(report, RULE_KERNEL_BOOT, m, kernel,
                 "domain.firmware.kernelBoot",
                 "KubeVirt does not have kernel, initrd and arguments measured "
                 "(kernelHashes): the host can boot others");
    }
    if (tpm != NULL && !node_is_false(node_get(tpm, "enabled"))) {
        rule_add(report, RULE_TPM, m, tpm, "domain.devices.tpm",
                 "the TPM is emulated by the host, which sees all that is in "
                 "it");
    }
}

void rules_devices(const struct manifest *m, struct kube_report *report)
{
    each_item(m, m->domain, "devices.interfaces", report, check_interface);
    each_item(m, m->domain, "devices.hostDevices", report, check_host_device);
    each_item(m, m->domain, "devices.gpus", report, check_host_device);
    each_item(m, m->domain, "devices.disks", report, check_disk);
    each_item(m, m->spec, "volumes", report, check_volume);
    check_machine(m, report);
    check_memory(m, report);
    check_cpu(m, report);
    check_boot(m, report);
}
