/* SPDX-License-Identifier: Apache-2.0 */
/* What a host sees of a guest's memory: ciphertext. */
#include "vmm/host_view.h"

#include "base/error.h"
#include "vmm/guest_state.h"

#define GIB4  UINT64_C(0x100000000)
#define BLOCK 16u

/* At most so much is encrypted at once. */
#define PIECE 4096u

/* RAM's runs, and the flash before the last of them. */
#define RUNS (VMM_MEMORY_RUNS + 1)

struct plain_run {
    uint64_t gpa;
    uint64_t n;
    const uint8_t *plain;
};

static void list_runs(const struct vmm_host_view *view,
                      struct plain_run ret[static RUNS])
{
    struct vmm_memory_run ram[VMM_MEMORY_RUNS];
    size_t n = 0;

    vmm_memory_runs(view->guest->memory, ram);
    for (size_t i = 0; i < VMM_MEMORY_RUNS; i++) {
        if (i == VMM_MEMORY_RUNS - 1) {
            ret[n++] = (struct plain_run){ GIB4 - view->flash.n, view->flash.n,
                                           view->flash.p };
        }
        ret[n++] = (struct plain_run){ ram[i].gpa, ram[i].n, ram[i].ram };
    }
}

/* What is left of the first run that does not end before GPA. */
static bool find_run(const struct vmm_host_view *view, uint64_t gpa,
                     struct plain_run *ret)
{
    struct plain_run runs[RUNS];

    list_runs(view, runs);
    for (size_t i = 0; i < RUNS; i++) {
        uint64_t skip = gpa > runs[i].gpa ? gpa - runs[i].gpa : 0;

        if (skip < runs[i].n) {
            *ret = (struct plain_run){ runs[i].gpa + skip, runs[i].n - skip,
                                       runs[i].plain + skip };
            return true;
        }
    }
    return false;
}

bool vmm_host_view_next(const struct vmm_host_view *view, uint64_t gpa,
                        struct vmm_private *ret)
{
    struct plain_run run;

    if (!find_run(view, gpa, &run)) {
        return false;
    }
    *ret = (struct vmm_private){ run.gpa, run.n };
    return true;
}

bool vmm_host_view_touches(const struct vmm_host_view *view, uint64_t gpa,
                           uint64_t n)
{
    struct plain_run run;

    if (n == 0) {
        return false;
    }
    if (n > UINT64_MAX - gpa) {
        return true; /* around the end: from 0 on there is RAM */
    }
    return find_run(view, gpa, &run) && run.gpa < gpa + n;
}

/*
 * Up to a page of a run, beginning anywhere. Runs begin and end at multiples
 * of 16, as do blocks, so a block that is begun belongs to the run as a whole.
 */
static bool read_piece(const struct vmm_host_view *view, struct plain_run run,
                       uint8_t *ret, size_t n, struct sevk_error *err)
{
    uint8_t blocks[PIECE + 2 * BLOCK];
    size_t skip = (size_t)(run.gpa % BLOCK);
    size_t whole = (skip + n + BLOCK - 1) / BLOCK * BLOCK;
    uint32_t status = fw_guest_ciphertext(
        driver_fw(view->guest->driver), view->guest->info.handle,
        run.gpa - skip, bytes_make(run.plain - skip, whole), blocks);

    if (status != SEV_STATUS_SUCCESS) {
        return sevk_fail_fw(err, status, "SEV: reading the guest's memory: %s",
                            sev_status_text(status));
    }
    memcpy(ret, blocks + skip, n);
    return true;
}

static size_t least(uint64_t a, size_t b)
{
    return a < b ? (size_t)a : b;
}

bool vmm_host_view_read(const struct vmm_host_view *view, uint64_t gpa,
                        uint8_t *ret, size_t n, struct sevk_error *err)
{
    memset(ret, 0, n);
    while (n > 0) {
        struct plain_run run;
        size_t step;

        if (!find_run(view, gpa, &run) || run.gpa - gpa >= n) {
            return true;
        }
        step = (size_t)(run.gpa - gpa);
        ret += step;
        n -= step;
        gpa += step;
        step = least(run.n, least(PIECE, n));
        if (!read_piece(view, run, ret, step, err)) {
            return false;
        }
        ret += step;
        n -= step;
        gpa += step;
    }
    return true;
}
