/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of libsevkit stand on: a platform, a host, and files. */
#ifndef SEVKIT_TESTS_LIB_STAGE_H
#define SEVKIT_TESTS_LIB_STAGE_H

#include <sevkit/sevkit.h>

#include "unit/fw/rig.h"
#include "vmm/guest.h"

/*
 * The owner's side is libsevkit.so as others link it; the platform's and the
 * host's side are the firmware and the hypervisor, which share nothing with it.
 */
#define STAGE_CMDLINE "console=ttyS0"

struct stage {
    struct rig *rig;
    struct temp_dir dir;
    char *chain;    /* file: PDH, PEK, OCA, CEK as the host exports them */
    char *vendor;   /* file: what AMD's server would add: the signed CEK */
    char *root;     /* file: ASK and ARK of the platform */
    char *firmware; /* file: an image with areas for secrets and hashes */
    char *kernel;   /* file */
    char *initrd;   /* file */
    struct buf image;
    uint8_t *ram;
    struct vmm_memory memory;
    struct vmm_params host;
    char *godh; /* files for the host */
    char *blob;
};

struct stage *stage_open(void);
void stage_close(struct stage **stage); /* for OWN() */

/* A set that trusts the stage's platform, and its chain. */
struct sevk_trust *stage_trust(const struct stage *stage);
struct sevk_chain *stage_chain(const struct stage *stage);
struct sevk_verdict *stage_verdict(const struct stage *stage);

/* Keys for POLICY. */
struct sevk_session *stage_session(const struct stage *stage, uint32_t policy);

/* What is expected: the image, and the kernel if the host has one. */
struct sevk_expectation *stage_expectation(const struct stage *stage);

/* The host boots the stage's kernel, with hashes. */
void stage_boot_kernel(struct stage *stage);

/* The host starts the guest with the public parts of SESSION. */
struct vmm_guest *stage_start(struct stage *stage,
                              const struct sevk_session *session);

/* What the host says about it. */
struct sevk_measurement *stage_measure(const struct vmm_guest *guest);

/* VERDICT is "no" with a reason that contains PART; or its list has one. */
void assert_refuses(const struct sevk_verdict *verdict, const char *part);
bool verdict_has(const struct sevk_verdict *verdict,
                 enum sevk_verdict_list list, const char *part);

#endif
