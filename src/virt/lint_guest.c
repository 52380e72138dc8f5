/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the guest: its system, and what it would do when running. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

/*
 * The first version of each system, by libosinfo's id in <metadata>, that can
 * be an SEV and an SEV-ES guest. SUSE's are the guide's (section 8). For SEV,
 * AMD's list (README of github.com/AMDESE/sev-tool: Linux 4.15, RHEL 7.6, Fedora
 * 28, Ubuntu 18.04); Debian goes by its kernel. For SEV-ES all go by their
 * kernels: Linux 5.10 has it for guests, and what was released before can't.
 * CentOS 7 has one id for all its releases. Longer prefixes come first. Versions
 * that are not known here count as new.
 */
#define NONE UINT_MAX, 0, UINT_MAX, 0
static const struct system {
    const char *prefix;
    unsigned int sev_major, sev_minor;
    unsigned int es_major, es_minor;
} systems[] = {
    { "http://suse.com/sles/", 12, 4, 15, 3 },
    { "http://suse.com/sled/", 12, 4, 15, 3 },
    { "http://suse.com/sle/", 12, 4, 15, 3 },
    { "http://opensuse.org/opensuse/42.", NONE },
    { "http://opensuse.org/opensuse/", 15, 0, 15, 3 },
    { "http://redhat.com/rhel/", 7, 6, 8, 3 },
    { "http://centos.org/centos/", 7, 0, 8, 0 },
    { "http://fedoraproject.org/fedora/", 28, 0, 34, 0 },
    { "http://debian.org/debian/", 10, 0, 11, 0 },
    { "http://ubuntu.com/ubuntu/", 18, 4, 21, 4 },
    { "http://microsoft.com/", NONE },
    { "http://freebsd.org/", NONE },
    { "http://netbsd.org/", NONE },
};

static const struct system *find_system(const char *id)
{
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        if (strncmp(id, systems[i].prefix, strlen(systems[i].prefix)) == 0) {
            return &systems[i];
        }
    }
    return NULL;
}

/* "12.3" or "12"; what is no version ("15-unknown", "tumbleweed") is new. */
static bool is_older(const char *version, unsigned int major,
                     unsigned int minor)
{
    unsigned int has_major = 0;
    unsigned int has_minor = 0;
    int end = 0;

    if (major == UINT_MAX) {
        return true;
    }
    if (sscanf(version, "%5u%n", &has_major, &end) != 1) {
        return false;
    }
    if (has_major != major) {
        return has_major < major;
    }
    if (version[end] == '-' ||
        (version[end] == '.' &&
         sscanf(version + end, ".%5u", &has_minor) != 1)) {
        return false;
    }
    return has_minor < minor;
}

static void lint_system(struct lint *lint, const xmlNode *node, const char *id)
{
    const struct system *system = find_system(id);
    const char *version;

    if (system == NULL) {
        return;
    }
    version = id + strlen(system->prefix);
    if (is_older(version, system->sev_major, system->sev_minor)) {
        lint_add(lint, LINT_GUEST_OS, node, "/domain/metadata",
                 "the guest's system (%.120s) does not support SEV", id);
    } else if (lint->es &&
               is_older(version, system->es_major, system->es_minor)) {
        lint_add(lint, LINT_GUEST_OS_ES, node, "/domain/metadata",
                 "the guest's system (%.120s) supports SEV, but not SEV-ES, "
                 "which the policy asks for",
                 id);
    }
}

static bool lint_metadata(struct lint *lint, const xmlNode *at,
                          unsigned int depth, struct sevk_error *err)
{
    for (; at != NULL && depth < 4; at = at->next) {
        OWN(own_free) char *id = NULL;

        if (at->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (strcmp((const char *)at->name, "os") == 0 &&
            !xml_attr(at, "id", &id, err)) {
            return false;
        }
        if (id != NULL) {
            lint_system(lint, at, id);
        }
        if (!lint_metadata(lint, at->children, depth + 1, err)) {
            return false;
        }
    }
    return true;
}

static void lint_vcpus(struct lint *lint)
{
    const struct domain_facts *f = lint->facts;
    const xmlNode *vcpu = xml_child(lint->domain, "vcpu");

    if (f->has_vcpus && f->vcpus_current < f->vcpus) {
        lint_add(lint, LINT_VCPU_HOTPLUG, vcpu, "/domain/vcpu/@current",
                 "%u vCPUs would be plugged later, unmeasured",
                 f->vcpus - f->vcpus_current);
    } else if (f->vcpus_disabled > 0) {
        lint_add(lint, LINT_VCPU_HOTPLUG, xml_child(lint->domain, "vcpus"),
                 "/domain/vcpus",
                 "%u vCPUs are disabled, and would be plugged later, "
                 "unmeasured",
                 f->vcpus_disabled);
    }
}

bool lint_guest(struct lint *lint, struct sevk_error *err)
{
    const struct domain_facts *f = lint->facts;
    const xmlNode *metadata = xml_child(lint->domain, "metadata");
    const xmlNode *reboot = xml_child(lint->domain, "on_reboot");

    if (lint->es &&
        (f->on_reboot == NULL || strcmp(f->on_reboot, "destroy") != 0)) {
        lint_add(lint, LINT_ON_REBOOT, reboot == NULL ? lint->domain : reboot,
                 "/domain/on_reboot",
                 "an SEV-ES guest can't reboot from within");
    }
    lint_vcpus(lint);
    if (f->has_foreign) {
        lint_add(lint, LINT_FOREIGN, lint->domain, "/domain/*",
                 "elements of another namespace (qemu:commandline) are not "
                 "checked");
    }
    if (lint->options->saved) {
        lint_add(lint, LINT_MANAGED_SAVE, lint->domain, "/domain",
                 "libvirt keeps a saved state of it, from which an SEV guest "
                 "can't be started");
    }
    return metadata == NULL || lint_metadata(lint, metadata->children, 0, err);
}
