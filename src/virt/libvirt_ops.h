/* SPDX-License-Identifier: Apache-2.0 */
/* The functions behind libvirt_host_ops(), and what they share. */
#ifndef SEVKIT_VIRT_LIBVIRT_OPS_H
#define SEVKIT_VIRT_LIBVIRT_OPS_H

#include "virt/libvirt_host.h"
#include "virt/libvirt_jobs.h"

/*
 * Each has the contract of its namesake in attest/host.h; CTX is the struct
 * libvirt_host.
 *
 * libvirt_host.c: what the host says of itself, and which VM it is about.
 */
bool libvirt_describe(void *ctx, struct host_description *ret,
                      struct sevk_error *err);
bool libvirt_certificates(void *ctx, struct chain *chain,
                          struct sevk_error *err);
bool libvirt_vm(void *ctx, struct host_vm *ret, struct sevk_error *err);

/* libvirt_start.c: the VM comes into being, and goes. */
bool libvirt_start(void *ctx, const struct host_session *session,
                   struct sevk_error *err);
bool libvirt_abandon(void *ctx, struct sevk_error *err);
void libvirt_wait(void *ctx, unsigned int ms);

/* libvirt_guest.c: what a VM is, what it measured, what it is given. */
bool libvirt_compare(void *ctx, struct buf *differences,
                     struct sevk_error *err);
bool libvirt_measure(void *ctx, struct evidence *ret, struct sevk_error *err);
bool libvirt_inject(void *ctx, const struct launch_packet *packet,
                    struct sevk_error *err);
bool libvirt_resume(void *ctx, struct sevk_error *err);

/* The VM's live XML. */
SEVK_MUST_CHECK bool libvirt_live_xml(struct libvirt_host *host,
                                      struct domain_xml *ret,
                                      struct sevk_error *err);

/*
 * What job_measure() found, as evidence. The host may have said anything:
 * SEVK_HOST for what is missing or no byte, SEVK_INPUT for a measurement that
 * is not 48 bytes in base64.
 */
SEVK_MUST_CHECK bool libvirt_evidence(const struct job *job,
                                      struct evidence *ret,
                                      struct sevk_error *err);

/* A job with a copy of KEY; NULL when memory is short, as link_do() reports. */
struct job *libvirt_job(bool (*work)(struct job *), const char *key);

/* "running", "paused", … */
const char *libvirt_state_name(int state);

#endif
