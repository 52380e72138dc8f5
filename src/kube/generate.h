/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a manifest that passes the check. */
#ifndef SEVKIT_KUBE_GENERATE_H
#define SEVKIT_KUBE_GENERATE_H

#include <sevkit/error.h>

#include "base/buf.h"

/* What is not given is NULL, 0 or false. Strings are the caller's. */
struct generate_options {
    const char *name;       /* of the resource; a DNS label */
    const char *namespace_; /* NULL: where kubectl puts it */
    uint64_t memory_kib;
    uint32_t vcpus;             /* 0: 1 */
    const char *cpu_model;      /* NULL: what the cluster gives */
    const char *container_disk; /* an image in a registry, or … */
    const char *pvc;            /* … a claim, or … */
    const char *data_volume;    /* … a DataVolume; one of them */
    const char *mac;            /* of the interface; NULL: any */
    bool es;                    /* encrypted state */
    bool attest;                /* asks for attestation */
    bool instance; /* a VirtualMachineInstance, not a VirtualMachine */
};

/*
 * YAML, which is checked by all rules before it is given back: SEVK_INPUT when
 * one of the values does not fit.
 */
SEVK_MUST_CHECK bool kube_generate(const struct generate_options *options,
                                   struct buf *ret, struct sevk_error *err);

#endif
