/* SPDX-License-Identifier: Apache-2.0 */
/* What of a domain can be told to another kind of host: plain values. */
#ifndef SEVKIT_VIRT_DOMAIN_SUMMARY_H
#define SEVKIT_VIRT_DOMAIN_SUMMARY_H

#include <stddef.h>

#include <sevkit/error.h>

/* No libxml2 in it: both sides of the module read it. */
struct domain_summary {
    char name[256];
    char cpu_model[64]; /* ""; also when the host chooses the model */
    bool has_memory;
    uint64_t memory_kib;
    uint32_t vcpus; /* 0: not said */
    bool has_policy;
    uint32_t policy;
    bool kernel; /* a kernel is booted directly */
    bool tpm;
    size_t disks;
    size_t interfaces;
    size_t hostdevs;
};

/* The <domain> in the file PATH. */
SEVK_MUST_CHECK bool domain_summary_read(const char *path,
                                         struct domain_summary *ret,
                                         struct sevk_error *err);

#endif
