/* SPDX-License-Identifier: Apache-2.0 */
/* A guest under launch and what its monitor answers. */
#ifndef SEVKIT_TESTS_GUEST_BENCH_H
#define SEVKIT_TESTS_GUEST_BENCH_H

#include "qemu/answers_guest.h"
#include "unit/fw/rig.h"

#define GUEST_RAM_LEN   ((size_t)1 << 20)
#define GUEST_FLASH_LEN ((size_t)4096)

/*
 * A guest of 1 MiB without an owner, with one vCPU and a flash of zeros, on a
 * platform of its own. Group setup and teardown: rig_make_template() and
 * rig_drop_template().
 */
struct guest_bench {
    struct rig *rig;
    struct vmm_memory memory;
    uint8_t *ram; /* what the guest sees */
    uint8_t flash[GUEST_FLASH_LEN];
    struct guest_answers ctx;
    struct answer_table t;
};

struct guest_bench *guest_bench_open(uint32_t policy);
void guest_bench_close(struct guest_bench **bench); /* for OWN() */

#endif
