/* SPDX-License-Identifier: Apache-2.0 */
/* A guest under launch and what its monitor answers. */
#include "unit/qemu/guest_bench.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "wire/policy.h"

struct guest_bench *guest_bench_open(uint32_t policy)
{
    struct guest_bench *b = calloc(1, sizeof *b);
    struct sevk_error err;

    assert_non_null(b);
    b->ram = mmap(NULL, GUEST_RAM_LEN, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    b->rig = rig_open_up();
    b->memory = vmm_memory_make(VMM_MACHINE_Q35, b->ram, GUEST_RAM_LEN);
    b->ctx.platform = b->rig->platform;
    assert_works(
        vmm_guest_start(&(struct vmm_params){ .platform = b->rig->platform,
                                              .rng = rng_system(),
                                              .clock = clock_system(),
                                              .cbitpos = 51,
                                              .reduced_phys_bits = 1,
                                              .policy = policy,
                                              .firmware = BYTES_OF(b->flash),
                                              .vcpus = 1,
                                              .memory = &b->memory },
                        &b->ctx.guest, &err),
        &err);
    b->ctx.memory = (struct host_memory){
        .view = { b->ctx.guest, BYTES_OF(b->flash) },
        .es = (policy & POLICY_ES) != 0,
        .qemu_end = -1,
    };
    b->t = guest_answer_table(&b->ctx);
    return b;
}

void guest_bench_close(struct guest_bench **bench)
{
    struct guest_bench *b = *bench;

    host_memory_close(&b->ctx.memory);
    vmm_guest_end(&b->ctx.guest);
    munmap(b->ram, GUEST_RAM_LEN);
    rig_close(&b->rig);
    free(b);
    *bench = NULL;
}
