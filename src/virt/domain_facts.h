/* SPDX-License-Identifier: Apache-2.0 */
/* What a VM's XML says that matters to an attested launch, as plain values. */
#ifndef SEVKIT_VIRT_DOMAIN_FACTS_H
#define SEVKIT_VIRT_DOMAIN_FACTS_H

#include <libxml/tree.h>

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/guid.h"

/*
 * Read in the same way from the owner's XML and from the live one, so that
 * the two can be compared fact by fact (formats.md 11.1). A string that the
 * XML does not have is NULL, a number has its "has_". Release with
 * domain_facts_clear(), also as OWN().
 */
struct domain_facts {
    char *type; /* "kvm", "qemu" */
    char *name;
    bool has_uuid;
    char uuid[GUID_TEXT_LEN]; /* lower case, with dashes */
    bool has_memory;
    uint64_t memory_kib;
    bool has_vcpus;
    uint32_t vcpus;          /* the maximum: what is measured under SEV-ES */
    uint32_t vcpus_current;  /* at the start; equal unless the XML says else */
    uint32_t vcpus_disabled; /* <vcpus><vcpu enabled='no'> */

    char *os_firmware; /* <os firmware='efi'> */
    bool has_loader;
    char *loader;
    char *loader_type;
    bool loader_stateless;
    bool loader_writable; /* readonly='no' */
    bool nvram;
    char *kernel;
    char *initrd;
    char *cmdline;

    char *cpu_mode; /* "custom", "host-model", "host-passthrough" */
    char *cpu_model;
    char *on_reboot;
    char *on_crash;

    bool has_launch_security;
    char *security_type;
    bool kernel_hashes;
    bool has_policy;
    uint32_t policy;
    bool has_cbitpos;
    uint32_t cbitpos;
    bool has_reduced_phys_bits;
    uint32_t reduced_phys_bits;
    char *dh_cert; /* base64, as in the XML */
    char *session;

    bool has_foreign; /* elements of another namespace: <qemu:commandline> */
};

/*
 * An amount of memory (<memory>, <hard_limit>, …) in KiB, rounded up as libvirt
 * does; NODE may be NULL. WHAT is for messages.
 */
SEVK_MUST_CHECK bool domain_memory_kib(const xmlNode *node, const char *what,
                                       bool *ret_has, uint64_t *ret,
                                       struct sevk_error *err);

void domain_facts_clear(struct domain_facts *facts);

/*
 * Reads the facts of the <domain> in DOC. SEVK_INPUT, naming the element, when
 * a number is none, a UUID is none, a unit is unknown, or an element that
 * matters stands there twice. Numbers are read as
 * libvirt reads them: the policy is hexadecimal with or without 0x.
 */
SEVK_MUST_CHECK bool domain_facts_read(const xmlDoc *doc,
                                       struct domain_facts *ret,
                                       struct sevk_error *err);

#endif
