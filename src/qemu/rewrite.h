/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments for a QEMU that has no SEV, and perhaps no KVM. */
#ifndef SEVKIT_QEMU_REWRITE_H
#define SEVKIT_QEMU_REWRITE_H

#include "qemu/args.h"

/*
 * What takes the place of what was asked for. Descriptors are inherited by
 * QEMU under these numbers; -1: there is none.
 */
struct rewrite {
    const char *program;  /* the real QEMU: becomes argv[0] */
    const char *host_cpu; /* what "-cpu host" becomes without KVM */
    bool keep_kvm;        /* an ARGS_PLAIN start where KVM can be used */
    int firmware;
    int kernel;
    int initrd;
    int ram[ARGS_RAM_MAX];
    int monitor; /* the listening socket that QEMU is to serve */
};

/* Arguments in memory of their own; NULL-terminated. */
struct argv {
    char **v;
    size_t n;
};
void argv_free(struct argv *argv); /* also for OWN() */

/*
 * The rules, for a guest with SEV: the sev-guest object and what refers to it
 * go; RAM lies in shared memory that the firmware sees, too; firmware, kernel
 * and initrd are read from the copies that were measured (and the kernel once
 * more as fw_cfg's etc/boot/kernel if its hash was measured, because QEMU edits
 * the header of the one that -kernel names); memory is not locked; the monitor
 * is the proxy's; a guest with SEV-ES can't be reset.
 *
 * For a probe: no daemon, the proxy's monitor.
 *
 * In all three modes, unless KVM is kept: KVM becomes TCG, and "-cpu host" a
 * model. Everything else is passed on, byte for byte.
 */
SEVK_MUST_CHECK bool args_rewrite(const struct args *args,
                                  const struct rewrite *with, struct argv *ret,
                                  struct sevk_error *err);

#endif
