/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about <launchSecurity>: policy, host, kernel. */
#include <string.h>

#include "virt/lint_rules.h"
#include "virt/xml.h"
#include "wire/policy.h"

#define SECURITY "/domain/launchSecurity"

static bool host_has_no_es(const struct host_facts *host)
{
    return host != NULL && ((host->libvirt.has_max_es_guests &&
                             host->libvirt.max_es_guests == 0) ||
                            (host->cpu.has_leaf && !host->cpu.es &&
                             !host->firmware.is_virtual));
}

uint32_t lint_default_policy(const struct host_facts *host)
{
    return POLICY_NODBG | POLICY_NOKS | POLICY_NOSEND |
           (host_has_no_es(host) ? 0 : POLICY_ES);
}

/* SEV-ES, and the least API that the policy names, as that host has them. */
static void lint_policy_host(struct lint *lint, const xmlNode *node)
{
    const struct host_facts *host = lint->host;
    uint32_t policy = lint->facts->policy;
    uint8_t major = policy_api_major(policy);
    uint8_t minor = policy_api_minor(policy);

    if (lint->es && host_has_no_es(host)) {
        lint_add(lint, LINT_POLICY_HOST, node, SECURITY "/policy",
                 "the policy asks for SEV-ES, and the host has none");
    }
    if (host != NULL && host->firmware.known &&
        !policy_api_at_least(host->firmware.api_major, host->firmware.api_minor,
                             major, minor)) {
        lint_add(lint, LINT_POLICY_HOST, node, SECURITY "/policy",
                 "the policy asks for firmware API %u.%u, and the host has "
                 "%u.%u",
                 major, minor, host->firmware.api_major,
                 host->firmware.api_minor);
    }
}

static void lint_policy_bits(struct lint *lint, const xmlNode *node)
{
    uint32_t policy = lint->facts->policy;

    if ((policy & POLICY_RESERVED) != 0) {
        lint_add(lint, LINT_POLICY_RESERVED, node, SECURITY "/policy",
                 "policy 0x%04x has reserved bits set (0x%04x): no firmware "
                 "starts such a guest",
                 policy, policy & POLICY_RESERVED);
    }
    if ((policy & POLICY_NODBG) == 0) {
        lint_add(lint, LINT_POLICY_DEBUG, node, SECURITY "/policy",
                 "the host may read and write the guest's memory");
    }
    if ((policy & POLICY_NOKS) == 0) {
        lint_add(lint, LINT_POLICY_SHARING, node, SECURITY "/policy",
                 "another guest of the host may get the same key");
    }
    if ((policy & POLICY_NOSEND) == 0 &&
        (policy & (POLICY_DOMAIN | POLICY_SEV)) !=
            (POLICY_DOMAIN | POLICY_SEV)) {
        lint_add(lint, LINT_POLICY_SEND, node, SECURITY "/policy",
                 "the host may send the guest to another platform");
    }
    if (!lint->es) {
        lint_add(lint, LINT_POLICY_NO_ES, node, SECURITY "/policy",
                 "without SEV-ES the host sees the guest's registers, and its "
                 "vCPUs are not measured");
    }
}

static void lint_policy(struct lint *lint)
{
    const xmlNode *node = xml_child(lint->security, "policy");

    if (!lint->facts->has_policy) {
        lint_add(lint, LINT_POLICY_MISSING, lint->security, SECURITY "/policy",
                 "there is no policy, which libvirt requires");
        return;
    }
    lint_policy_bits(lint, node);
    lint_policy_host(lint, node);
}

static void lint_host_bits(struct lint *lint)
{
    const struct domain_facts *f = lint->facts;
    const struct host_libvirt *host =
        lint->host == NULL ? NULL : &lint->host->libvirt;
    const xmlNode *cbitpos = xml_child(lint->security, "cbitpos");
    const xmlNode *reduced = xml_child(lint->security, "reducedPhysBits");

    if (f->has_cbitpos && f->cbitpos > 63) {
        lint_add(lint, LINT_CBITPOS, cbitpos, SECURITY "/cbitpos",
                 "there is no bit %u in a page table's entry", f->cbitpos);
    } else if (f->has_cbitpos && host != NULL && host->has_cbitpos &&
               host->cbitpos != f->cbitpos) {
        lint_add(lint, LINT_CBITPOS, cbitpos, SECURITY "/cbitpos",
                 "the C-bit is %u here and %u on the host", f->cbitpos,
                 host->cbitpos);
    }
    if (f->has_reduced_phys_bits &&
        (f->reduced_phys_bits < 1 || f->reduced_phys_bits > 63)) {
        lint_add(lint, LINT_REDUCED_PHYS_BITS, reduced,
                 SECURITY "/reducedPhysBits", "%u is not 1 to 63",
                 f->reduced_phys_bits);
    } else if (f->has_reduced_phys_bits && host != NULL &&
               host->has_reduced_phys_bits &&
               host->reduced_phys_bits != f->reduced_phys_bits) {
        lint_add(lint, LINT_REDUCED_PHYS_BITS, reduced,
                 SECURITY "/reducedPhysBits",
                 "the reduction is %u here and %u on the host",
                 f->reduced_phys_bits, host->reduced_phys_bits);
    }
}

static void lint_kernel(struct lint *lint)
{
    const struct domain_facts *f = lint->facts;

    if (f->kernel_hashes && f->kernel == NULL) {
        lint_add(lint, LINT_KERNEL_HASHES_NO_KERNEL, lint->security,
                 SECURITY "/@kernelHashes",
                 "there is no kernel of which the hash could be measured");
    } else if (f->kernel != NULL && !f->kernel_hashes) {
        lint_add(lint, LINT_KERNEL_UNMEASURED, xml_child(lint->os, "kernel"),
                 "/domain/os/kernel",
                 "kernel, initrd and command line are not measured: the host "
                 "can exchange them");
    }
}

void lint_security(struct lint *lint)
{
    const struct domain_facts *f = lint->facts;

    if (!f->has_launch_security) {
        lint_add(lint, LINT_LAUNCH_SECURITY, lint->domain, "/domain",
                 "there is no <launchSecurity>: the VM will not be encrypted");
        return;
    }
    if (f->security_type == NULL || strcmp(f->security_type, "sev") != 0) {
        lint_add(lint, LINT_LAUNCH_SECURITY, lint->security, SECURITY "/@type",
                 "launch security is of type '%.40s'; only 'sev' is checked "
                 "here",
                 f->security_type == NULL ? "" : f->security_type);
        return;
    }
    lint_policy(lint);
    lint_host_bits(lint);
    lint_kernel(lint);
}
