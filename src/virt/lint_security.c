/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about <launchSecurity>, and about the guest that it protects. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/own.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

/* formats.md 3 */
#define NODBG    (1u << 0)
#define NOKS     (1u << 1)
#define NOSEND   (1u << 3)
#define DOMAIN   (1u << 4)
#define SEV      (1u << 5)
#define RESERVED 0xffc0u

/* formats.md 11.1 */
#define DH_CERT_LEN 2084
#define SESSION_LEN 128

#define SECURITY "/domain/launchSecurity"

static void lint_policy(struct lint *lint)
{
    static const struct lint_rule missing = {
        "policy-missing", "4", LINT_ERROR,
        "add <policy>0x000f</policy> (nodbg, noks, es, nosend)"
    };
    static const struct lint_rule reserved = {
        "policy-reserved", "4", LINT_ERROR,
        "clear bits 6 to 15; the API's major number is in bits 16 to 23, its "
        "minor in 24 to 31"
    };
    static const struct lint_rule debug = { "policy-debug", "4", LINT_WARNING,
                                            "set bit 0 (nodbg)" };
    static const struct lint_rule sharing = { "policy-sharing", "4",
                                              LINT_WARNING,
                                              "set bit 1 (noks)" };
    static const struct lint_rule send = {
        "policy-send", "4", LINT_NOTE,
        "set bit 3 (nosend), or bits 4 and 5 (domain, sev)"
    };
    static const struct lint_rule no_es = { "policy-no-es", "1", LINT_NOTE,
                                            "set bit 2 (es) if the host can" };
    uint32_t policy = lint->facts->policy;

    if (!lint->facts->has_policy) {
        lint_add(lint, &missing, NULL, SECURITY "/policy",
                 "there is no policy, which libvirt requires");
        return;
    }
    if ((policy & RESERVED) != 0) {
        lint_add(lint, &reserved, NULL, SECURITY "/policy",
                 "policy 0x%04x has reserved bits set (0x%04x): no firmware "
                 "starts such a guest",
                 policy, policy & RESERVED);
    }
    if ((policy & NODBG) == 0) {
        lint_add(lint, &debug, NULL, SECURITY "/policy",
                 "the host may read and write the guest's memory");
    }
    if ((policy & NOKS) == 0) {
        lint_add(lint, &sharing, NULL, SECURITY "/policy",
                 "another guest of the host may get the same key");
    }
    if ((policy & NOSEND) == 0 && (policy & (DOMAIN | SEV)) != (DOMAIN | SEV)) {
        lint_add(lint, &send, NULL, SECURITY "/policy",
                 "the host may send the guest to another platform");
    }
    if (!lint->es) {
        lint_add(lint, &no_es, NULL, SECURITY "/policy",
                 "without SEV-ES the host sees the guest's registers, and its "
                 "vCPUs are not measured");
    }
}

static void lint_host(struct lint *lint)
{
    static const struct lint_rule cbitpos = {
        "cbitpos", "4", LINT_ERROR,
        "leave <cbitpos> out (libvirt fills it in), or take the host's"
    };
    static const struct lint_rule reduced = {
        "reduced-phys-bits", "4", LINT_ERROR,
        "leave <reducedPhysBits> out (libvirt fills it in), or take the host's"
    };
    const struct domain_facts *f = lint->facts;
    const struct host_libvirt *host = lint->host;

    if (f->has_cbitpos && f->cbitpos > 63) {
        lint_add(lint, &cbitpos, NULL, SECURITY "/cbitpos",
                 "there is no bit %u in a page table's entry", f->cbitpos);
    } else if (f->has_cbitpos && host != NULL && host->has_cbitpos &&
               host->cbitpos != f->cbitpos) {
        lint_add(lint, &cbitpos, NULL, SECURITY "/cbitpos",
                 "the C-bit is %u here and %u on the host", f->cbitpos,
                 host->cbitpos);
    }
    if (f->has_reduced_phys_bits &&
        (f->reduced_phys_bits < 1 || f->reduced_phys_bits > 63)) {
        lint_add(lint, &reduced, NULL, SECURITY "/reducedPhysBits",
                 "%u is not 1 to 63", f->reduced_phys_bits);
    } else if (f->has_reduced_phys_bits && host != NULL &&
               host->has_reduced_phys_bits &&
               host->reduced_phys_bits != f->reduced_phys_bits) {
        lint_add(lint, &reduced, NULL, SECURITY "/reducedPhysBits",
                 "the reduction is %u here and %u on the host",
                 f->reduced_phys_bits, host->reduced_phys_bits);
    }
}

static bool has_length(const char *base64, size_t n)
{
    OWN(buf_free) struct buf bytes = { 0 };

    return base64_decode(&bytes, bytes_of_string(base64), "base64", NULL) &&
           bytes.n == n;
}

static void lint_session(struct lint *lint)
{
    static const struct lint_rule dh_cert = {
        "dh-cert", "4", LINT_ERROR,
        "take what 'sevkit session create' wrote to PREFIX_godh.b64"
    };
    static const struct lint_rule session = {
        "session", "4", LINT_ERROR,
        "take what 'sevkit session create' wrote to PREFIX_session.b64"
    };
    static const struct lint_rule once = {
        "session-once", "6", LINT_NOTE,
        "make new keys for each start, or let 'sevkit vm launch' do it"
    };
    const struct domain_facts *f = lint->facts;

    if (f->dh_cert != NULL && !has_length(f->dh_cert, DH_CERT_LEN)) {
        lint_add(lint, &dh_cert, NULL, SECURITY "/dhCert",
                 "it is not the base64 of a certificate (%d bytes)",
                 DH_CERT_LEN);
    }
    if (f->session != NULL && !has_length(f->session, SESSION_LEN)) {
        lint_add(lint, &session, NULL, SECURITY "/session",
                 "it is not the base64 of a session (%d bytes)", SESSION_LEN);
    }
    if ((f->dh_cert == NULL) != (f->session == NULL)) {
        lint_add(lint, f->session == NULL ? &session : &dh_cert, NULL, SECURITY,
                 "<dhCert> and <session> belong together; one is missing");
    } else if (f->session != NULL) {
        lint_add(lint, &once, NULL, SECURITY "/session",
                 "a session is good for one start of one VM: a host that "
                 "starts it twice is not noticed otherwise");
    }
}

static void lint_kernel(struct lint *lint)
{
    static const struct lint_rule no_kernel = {
        "kernel-hashes-no-kernel", NULL, LINT_ERROR,
        "add <kernel>, or leave out kernelHashes='yes'"
    };
    static const struct lint_rule unmeasured = {
        "kernel-unmeasured", NULL, LINT_WARNING,
        "set <launchSecurity type='sev' kernelHashes='yes'>, with a firmware "
        "that has an area for the hashes"
    };
    const struct domain_facts *f = lint->facts;

    if (f->kernel_hashes && f->kernel == NULL) {
        lint_add(lint, &no_kernel, NULL, SECURITY "/@kernelHashes",
                 "there is no kernel of which the hash could be measured");
    } else if (f->kernel != NULL && !f->kernel_hashes) {
        lint_add(lint, &unmeasured, NULL, "/domain/os/kernel",
                 "kernel, initrd and command line are not measured: the host "
                 "can exchange them");
    }
}

void lint_security(struct lint *lint)
{
    static const struct lint_rule missing = {
        "launch-security", "4", LINT_ERROR,
        "add <launchSecurity type='sev'><policy>0x000f</policy>"
        "</launchSecurity>"
    };
    const struct domain_facts *f = lint->facts;

    if (!f->has_launch_security) {
        lint_add(lint, &missing, NULL, "/domain",
                 "there is no <launchSecurity>: the VM will not be encrypted");
        return;
    }
    if (f->security_type == NULL || strcmp(f->security_type, "sev") != 0) {
        lint_add(lint, &missing, NULL, SECURITY "/@type",
                 "launch security is of type '%.40s'; only 'sev' is checked "
                 "here",
                 f->security_type == NULL ? "" : f->security_type);
        return;
    }
    lint_policy(lint);
    lint_host(lint);
    lint_session(lint);
    lint_kernel(lint);
}

/* -- The guest. ------------------------------------------------------------------ */

/* The guide: SLES 12 SP4 and later; the id is libosinfo's, in <metadata>. */
static bool is_too_old(const char *id)
{
    static const char *const prefixes[] = {
        "http://suse.com/sles/10",   "http://suse.com/sles/11",
        "http://suse.com/sles/12.1", "http://suse.com/sles/12.2",
        "http://suse.com/sles/12.3", "http://microsoft.com/",
    };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(id, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return strcmp(id, "http://suse.com/sles/12") == 0;
}

static bool lint_metadata(struct lint *lint, const xmlNode *at,
                          unsigned int depth, struct sevk_error *err)
{
    static const struct lint_rule old = {
        "guest-os", "8", LINT_ERROR,
        "install a system with support for SEV: SLES 12 SP4 or any SLES 15"
    };

    for (; at != NULL && depth < 4; at = at->next) {
        OWN(own_free) char *id = NULL;

        if (at->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (strcmp((const char *)at->name, "os") == 0 &&
            !xml_attr(at, "id", &id, err)) {
            return false;
        }
        if (id != NULL && is_too_old(id)) {
            lint_add(lint, &old, NULL, "/domain/metadata",
                     "the guest's system (%.120s) does not support SEV", id);
        }
        if (!lint_metadata(lint, at->children, depth + 1, err)) {
            return false;
        }
    }
    return true;
}

bool lint_guest(struct lint *lint, struct sevk_error *err)
{
    static const struct lint_rule reboot = {
        "on-reboot", "5", LINT_WARNING, "set <on_reboot>destroy</on_reboot>"
    };
    static const struct lint_rule vcpus = {
        "vcpu-hotplug", NULL, LINT_WARNING,
        "remove the attribute 'current' of <vcpu>"
    };
    static const struct lint_rule foreign = {
        "foreign", NULL, LINT_WARNING,
        "express it in libvirt's own elements, or know what it does"
    };
    const struct domain_facts *f = lint->facts;
    const xmlNode *metadata = xml_child(lint->domain, "metadata");

    if (lint->es &&
        (f->on_reboot == NULL || strcmp(f->on_reboot, "destroy") != 0)) {
        lint_add(lint, &reboot, NULL, "/domain/on_reboot",
                 "an SEV-ES guest can't reboot from within");
    }
    if (f->has_vcpus && f->vcpus_current < f->vcpus) {
        lint_add(lint, &vcpus, NULL, "/domain/vcpu/@current",
                 "%u vCPUs would be plugged later, unmeasured",
                 f->vcpus - f->vcpus_current);
    }
    if (f->has_foreign) {
        lint_add(lint, &foreign, NULL, "/domain/*",
                 "elements of another namespace (qemu:commandline) are not "
                 "checked");
    }
    return metadata == NULL || lint_metadata(lint, metadata->children, 0, err);
}
