/* SPDX-License-Identifier: Apache-2.0 */
/* Answers libvirt's question what this QEMU can do. */
#ifndef SEVKIT_QEMU_PROBE_H
#define SEVKIT_QEMU_PROBE_H

#include <sevkit/error.h>

#include "qemu/args.h"
#include "qemu/config.h"

/*
 * libvirt starts QEMU as a daemon, talks to its monitor and kills the process
 * that the pid file names. That is the real QEMU here, a child of the proxy,
 * which notices, reaps it and leaves; when the proxy is killed instead, the
 * kernel kills QEMU.
 *
 * Returns true in the process that libvirt waits for, when the monitor
 * listens; the proxy itself never returns.
 */
SEVK_MUST_CHECK bool probe_serve(const struct config *config,
                                 const struct args *args,
                                 struct sevk_error *err);

/* Whether libvirt may be told of KVM: it will want to open the node itself. */
bool probe_may_claim_kvm(void);

#endif
