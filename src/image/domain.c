/* SPDX-License-Identifier: Apache-2.0 */
/* The libvirt domain that boots an image. */
#include "image/domain.h"

/* BEFORE, TEXT escaped for XML 1.0, AFTER. */
static bool put(struct buf *to, const char *before, const char *text,
                const char *after, struct sevk_error *err)
{
    static const char special[] = "&<>'\"";
    static const char *const escaped[] = { "&amp;", "&lt;", "&gt;", "&apos;",
                                           "&quot;" };

    if (!buf_append_string(to, before, err)) {
        return false;
    }
    while (*text != '\0') {
        const size_t n = strcspn(text, special);

        if (!buf_append(to, bytes_make(text, n), err)) {
            return false;
        }
        text += n;
        if (*text != '\0') {
            const size_t which = (size_t)(strchr(special, *text) - special);

            if (!buf_append_string(to, escaped[which], err)) {
                return false;
            }
            text++;
        }
    }
    return buf_append_string(to, after, err);
}

/* What QEMU needs beside the guest's memory, generously. */
#define OVERHEAD_MIB 512

static bool put_memory(const struct domain *d, struct buf *to,
                       struct sevk_error *err)
{
    return buf_printf(to, err, "  <memory unit='MiB'>%u</memory>\n",
                      d->memory_mib) &&
           (!d->locked ||
            buf_printf(to, err,
                       "  <memtune><hard_limit unit='MiB'>%u</hard_limit>"
                       "</memtune>\n"
                       "  <memoryBacking><locked/></memoryBacking>\n",
                       d->memory_mib + OVERHEAD_MIB)) &&
           buf_printf(to, err, "  <vcpu>%u</vcpu>\n", d->vcpus);
}

static bool put_boot(const struct domain *d, struct buf *to,
                     struct sevk_error *err)
{
    return buf_append_string(to,
                             "  <os>\n"
                             "    <type arch='x86_64' machine='q35'>hvm</type>"
                             "\n",
                             err) &&
           put(to, "    <loader readonly='yes' type='pflash' stateless='yes'>",
               d->firmware, "</loader>\n", err) &&
           put(to, "    <kernel>", d->kernel, "</kernel>\n", err) &&
           put(to, "    <initrd>", d->initrd, "</initrd>\n", err) &&
           put(to, "    <cmdline>", d->cmdline, "</cmdline>\n  </os>\n", err);
}

static bool put_devices(const struct domain *d, struct buf *to,
                        struct sevk_error *err)
{
    return put(to,
               "  <devices>\n"
               "    <disk type='file' device='disk'>\n"
               "      <driver name='qemu' type='raw' iommu='on'/>\n"
               "      <source file='",
               d->disk,
               "'/>\n"
               "      <target dev='vda' bus='virtio'/>\n"
               "    </disk>\n",
               err) &&
           (d->console == NULL
                ? buf_append_string(to, "    <serial type='pty'/>\n", err)
                : put(to, "    <serial type='file'><source path='", d->console,
                      "'/></serial>\n", err)) &&
           buf_append_string(to,
                             "    <memballoon model='none'/>\n"
                             "  </devices>\n",
                             err);
}

bool domain_write(const struct domain *d, struct buf *to,
                  struct sevk_error *err)
{
    return put(to, "<domain type='kvm'>\n  <name>", d->name, "</name>\n",
               err) &&
           put_memory(d, to, err) && put_boot(d, to, err) &&
           put(to,
               "  <features><acpi/></features>\n"
               "  <cpu mode='custom' match='exact' check='none'><model>",
               d->cpu,
               "</model></cpu>\n"
               "  <on_reboot>destroy</on_reboot>\n",
               err) &&
           put_devices(d, to, err) &&
           buf_printf(to, err,
                      "  <launchSecurity type='sev' kernelHashes='yes'>\n"
                      "    <policy>0x%x</policy>\n"
                      "  </launchSecurity>\n</domain>\n",
                      d->policy);
}
