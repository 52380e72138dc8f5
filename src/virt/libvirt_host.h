/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt as a host that can run an attested launch. */
#ifndef SEVKIT_VIRT_LIBVIRT_HOST_H
#define SEVKIT_VIRT_LIBVIRT_HOST_H

#include "attest/host.h"
#include "virt/domain_xml.h"
#include "virt/link.h"
#include "virt/module.h"

/*
 * Fills attest/host.h over libvirt's C API, for any URI. The VM is transient
 * (a defined one would start again with used keys) and acted on by UUID.
 *
 * A start of which the answer was lost is remembered: abandon() waits for it,
 * over a new connection if need be, and destroys what came of it. It does not
 * touch a VM that has another session than ours: that one is somebody else's.
 */
struct libvirt_host {
    struct link link;
    struct domain_xml *xml; /* the owner's; NULL when the VM exists already */
    const char *domain;     /* for a VM that exists: name, UUID or id */
    bool ignore_config;     /* compare() finds nothing */
    bool want_paused;       /* a secret is to be injected */
    const struct virt_as_validator *stated; /* wins over the host's answers */

    struct host_description description;
    char *pdh; /* base64, as libvirt gave them */
    char *cert_chain;
    struct host_vm vm;
    struct call *starting; /* a start that was not answered yet */
    bool may_exist;        /* a VM of ours may be there */
};

/* Connects, and asks for what describe() and certificates() need. */
SEVK_MUST_CHECK bool libvirt_host_open(struct libvirt_host *host,
                                       struct sevk_error *err);
void libvirt_host_close(struct libvirt_host *host); /* also for OWN() */

/* The ops; valid as long as HOST. */
struct host libvirt_host_ops(struct libvirt_host *host);

/* For "vm info": the domain's live XML and its launch security. */
struct libvirt_info {
    struct host_vm vm;
    const char *state; /* "running", "paused", … */
    struct domain_xml xml;
    bool has_evidence; /* false: not a SEV guest, or it does not run */
    struct evidence evidence;
};
void libvirt_info_clear(struct libvirt_info *info); /* also for OWN() */
SEVK_MUST_CHECK bool libvirt_host_info(struct libvirt_host *host,
                                       struct libvirt_info *ret,
                                       struct sevk_error *err);

#endif
