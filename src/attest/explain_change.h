/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that might have been started, and the changes that lead to others. */
#ifndef SEVKIT_ATTEST_EXPLAIN_CHANGE_H
#define SEVKIT_ATTEST_EXPLAIN_CHANGE_H

#include "attest/explain.h"
#include "attest/explain_images.h"

/*
 * Everything that a measurement is made from. A value that is copied and
 * changed; its pointers are views.
 */
struct explain_guest {
    const struct firmware *firmware; /* NULL: only digests are known */
    const char *firmware_path;       /* NULL: the expected one */
    bool has_hashes;
    struct kernel_hash_table hashes;
    bool has_vcpus; /* number and kind are known: SEV-ES can be computed */
    uint32_t vcpus;
    struct vmsa_init init;
    const uint8_t *own_bsp; /* pages that INIT does not describe, or NULL */
    const uint8_t *own_ap;
    struct measure_input header; /* but for the digest */
};

/* One value, other than the expected one. */
struct explain_option {
    enum explain_what what;
    uint64_t number;
    const struct explain_image *image; /* EXPLAIN_FIRMWARE */
    const char *text;                  /* EXPLAIN_CMDLINE: what is different */
    uint8_t digest[32];                /* EXPLAIN_INITRD, EXPLAIN_CMDLINE */
};

/* Those that change what is loaded stand before those that do not. */
struct explain_options {
    struct explain_option *items;
    size_t n_loaded; /* the number of vCPUs is not among them */
    size_t n;
};

void explain_options_clear(struct explain_options *o); /* also for OWN() */

/* The guest that is expected. */
struct explain_guest explain_guest_expected(const struct expectation *e,
                                            const struct evidence *evidence);

/* Every change of BASE but that of the number of vCPUs. */
SEVK_MUST_CHECK bool explain_options_list(const struct explain_guest *base,
                                          const struct expectation *e,
                                          const struct evidence *evidence,
                                          const struct explain_images *images,
                                          struct explain_options *ret,
                                          struct sevk_error *err);

void explain_apply(const struct explain_option *option,
                   struct explain_guest *g);

/* In words, for people: what BASE has, and what the option makes of it. */
void explain_describe(const struct explain_option *option,
                      const struct explain_guest *base,
                      struct explain_change *ret);

#endif
