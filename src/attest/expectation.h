/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner expects of a guest: options, reference file and XML in one. */
#ifndef SEVKIT_ATTEST_EXPECTATION_H
#define SEVKIT_ATTEST_EXPECTATION_H

#include "attest/acceptance.h"
#include "owner/firmware.h"
#include "owner/reference.h"

/*
 * Everything that a verdict is reached from comes from the owner: from
 * options, from a reference file, from the owner's own VM description. An
 * option wins over the reference. The description has to agree with both,
 * because it is what will be started: a difference is an error that names
 * both values, before anything is started.
 */

/* As options give it. Strings are the caller's; NULL: not given. */
struct expectation_options {
    const char *reference;  /* file */
    const char *firmware;   /* file */
    const char *kernel;     /* file */
    const char *initrd;     /* file */
    const char *cmdline;    /* the text itself */
    const char *cpu;        /* model or FAMILY/MODEL/STEPPING */
    const char *vm_type;    /* "legacy" or "init2" */
    const char *vmsa_bsp;   /* file: the first vCPU's VMSA as it is */
    const char *vmsa_ap;    /* file: that of all others */
    const char *try_kernel; /* files, and a text: for an explanation only */
    const char *try_initrd;
    const char *try_cmdline;
    bool has_sev_features;
    uint64_t sev_features;
    bool has_policy;
    uint32_t policy;
    bool has_vcpus;
    uint32_t vcpus;
    bool has_min_api;
    uint8_t min_api_major;
    uint8_t min_api_minor;
    bool firmware_measures_boot;
    bool unmeasured_boot;
    bool allow_weak_policy;
    const char *const *platform_ids; /* hexadecimal */
    size_t n_platform_ids;
};

/* As the owner's own VM description gives it. */
struct expectation_vm {
    bool has_policy;
    uint32_t policy;
    uint32_t vcpus;
    const char *cpu_model; /* NULL: none, or what the host makes of it */
    bool kernel_hashes;
    bool has_initrd;
    const char *cmdline; /* NULL: none */
};

struct expectation {
    struct reference reference; /* the merged values */
    bool has_reference;         /* a file said what type of guest it is */
    bool has_image;
    struct firmware firmware;
    uint8_t *vmsa_bsp; /* VMSA_LEN bytes each, or NULL: by the reference */
    uint8_t *vmsa_ap;
    char *cmdline; /* whose hash is in the reference; NULL: not known */

    /*
     * A kernel that is not expected to be measured, but may have been. Only
     * an explanation looks at it.
     */
    bool has_try;
    struct kernel_hash_table try_hashes;
    char *try_cmdline;
    struct acceptance rules;

    /* Filled by expectation_settle(). */
    bool settled;
    uint32_t policy;
    uint32_t vcpus; /* measured ones: 0 without SEV-ES */
    size_t n_digests;
    uint8_t digests[REFERENCE_LIST_MAX][SHA256_LEN];
};

void expectation_free(struct expectation **e); /* also for OWN() */

/*
 * Reads all files, each once, and merges. VM is NULL when there is no
 * description. SEVK_USAGE when values contradict each other or an option lacks
 * its companion; SEVK_INPUT when a file is bad; SEVK_REFUSED when the firmware
 * is not the one of the reference.
 */
SEVK_MUST_CHECK bool expectation_read(const struct expectation_options *options,
                                      const struct expectation_vm *vm,
                                      struct expectation **ret,
                                      struct sevk_error *err);

/* The policy that the owner named; false: none did. */
bool expectation_policy(const struct expectation *e, uint32_t *ret);

/*
 * Computes the launch digests for POLICY. SEVK_USAGE, naming the options, when
 * something that they need is missing, or POLICY is another than the one that
 * the owner named.
 */
SEVK_MUST_CHECK bool expectation_settle(struct expectation *e, uint32_t policy,
                                        struct sevk_error *err);

#endif
