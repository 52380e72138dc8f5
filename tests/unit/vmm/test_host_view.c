/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of vmm/host_view.c. */
#include "unit/fw/rig.h"

#include <stdlib.h>

#include "base/own.h"
#include "vmm/host_view.h"

#define RAM_LEN   ((size_t)2 << 20)
#define FLASH_LEN ((size_t)8192)
#define GIB4      UINT64_C(0x100000000)
#define FLASH_AT  (GIB4 - FLASH_LEN)

struct bench {
    struct rig *rig;
    struct vmm_memory memory;
    uint8_t *ram;
    uint8_t flash[FLASH_LEN];
    struct vmm_guest *guest;
    struct vmm_host_view view;
    uint8_t one[3 * 4096]; /* what was seen */
    uint8_t two[3 * 4096];
};

static struct vmm_guest *start_guest(struct bench *b)
{
    struct vmm_guest *guest = NULL;
    struct sevk_error err;

    assert_works(
        vmm_guest_start(&(struct vmm_params){ .platform = b->rig->platform,
                                              .rng = rng_system(),
                                              .clock = clock_system(),
                                              .cbitpos = 51,
                                              .reduced_phys_bits = 1,
                                              .policy = 1,
                                              .firmware = BYTES_OF(b->flash),
                                              .vcpus = 1,
                                              .memory = &b->memory },
                        &guest, &err),
        &err);
    return guest;
}

static struct bench *bench_open(void)
{
    struct bench *b = calloc(1, sizeof *b);
    struct fake_rng random = { 7 };

    assert_non_null(b);
    b->rig = rig_open_up();
    b->ram = malloc(RAM_LEN);
    fake_rng_bytes(&random, b->ram, RAM_LEN);
    fake_rng_bytes(&random, b->flash, FLASH_LEN);
    b->memory = vmm_memory_make(VMM_MACHINE_Q35, b->ram, RAM_LEN);
    b->guest = start_guest(b);
    b->view = (struct vmm_host_view){ b->guest, BYTES_OF(b->flash) };
    return b;
}

static void bench_close(struct bench **bench)
{
    vmm_guest_end(&(*bench)->guest);
    rig_close(&(*bench)->rig);
    free((*bench)->ram);
    free(*bench);
}

static void read_view(const struct bench *b, uint64_t gpa, uint8_t *ret,
                      size_t n)
{
    struct sevk_error err;

    assert_works(vmm_host_view_read(&b->view, gpa, ret, n, &err), &err);
}

/* No 16 bytes of what was read are where the plaintext has them. */
static void assert_hidden(const uint8_t *seen, const uint8_t *plain, size_t n)
{
    for (size_t i = 0; i + 16 <= n; i++) {
        assert_true(memcmp(seen + i, plain + i, 16) != 0);
    }
}

static void ram_and_flash_are_ciphertext(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    uint8_t *seen = malloc(RAM_LEN);

    (void)state;
    read_view(b, 0x100000, seen, RAM_LEN - 0x100000);
    assert_hidden(seen, b->ram + 0x100000, RAM_LEN - 0x100000);
    read_view(b, FLASH_AT, seen, FLASH_LEN);
    assert_hidden(seen, b->flash, FLASH_LEN);
    free(seen);
}

static void the_same_bytes_look_the_same_wherever_a_reading_begins(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    uint8_t *whole = b->one;
    uint8_t *piece = b->two;
    struct fake_rng random = { 3 };

    (void)state;
    read_view(b, 0x100000, whole, sizeof b->one);
    for (int i = 0; i < 300; i++) {
        size_t at = fake_rng_below(&random, sizeof b->one - 1);
        size_t n = 1 + fake_rng_below(&random, (uint32_t)(sizeof b->one - at));

        read_view(b, 0x100000 + at, piece, n);
        assert_memory_equal(piece, whole + at, n);
    }
}

static void equal_pages_differ_by_place_and_by_guest(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    struct vmm_host_view other = b->view;
    uint8_t *one = b->one;
    uint8_t *two = b->two;
    struct sevk_error err;

    (void)state;
    memset(b->ram, 0, RAM_LEN);
    read_view(b, 0, one, 4096);
    read_view(b, 4096, two, 4096);
    assert_true(memcmp(one, two, 4096) != 0);

    other.guest = start_guest(b);
    assert_works(vmm_host_view_read(&other, 0, two, 4096, &err), &err);
    assert_true(memcmp(one, two, 4096) != 0);
    vmm_guest_end(&other.guest);
}

/* The view is what memory would hold that the firmware itself encrypts: with
 * the guest's key, through the memory controller. */
static void a_changed_byte_changes_its_block_alone(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    uint8_t *before = b->one;
    uint8_t *after = b->two;

    (void)state;
    read_view(b, 0x3000, before, 4096);
    b->ram[0x3105] ^= 1;
    read_view(b, 0x3000, after, 4096);
    for (size_t i = 0; i < 4096; i += 16) {
        assert_int_equal(memcmp(before + i, after + i, 16) != 0, i == 0x100);
    }
}

static void what_no_guest_has_reads_as_zeros(void **state)
{
    static const struct {
        uint64_t gpa;
        size_t n;
    } holes[] = {
        { 0xa0000, 0x20000 },  { RAM_LEN, 4096 },     { GIB4, 4096 },
        { FLASH_AT - 16, 16 }, { UINT64_MAX - 7, 8 }, { UINT64_MAX, 4 },
    };
    OWN(bench_close) struct bench *b = bench_open();
    uint8_t *seen = malloc(0x20000);
    uint8_t ends[32];

    (void)state;
    for (size_t i = 0; i < N_OF(holes); i++) {
        memset(seen, 1, holes[i].n);
        read_view(b, holes[i].gpa, seen, holes[i].n);
        for (size_t at = 0; at < holes[i].n; at++) {
            assert_int_equal(seen[at], 0);
        }
    }
    read_view(b, 0xa0000 - 16, ends, sizeof ends);
    assert_hidden(ends, b->ram + 0xa0000 - 16, 16);
    assert_true(bytes_all_zero(bytes_make(ends + 16, 16)));
    free(seen);
}

static void runs_are_found_in_their_order(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    struct vmm_private run;

    (void)state;
    assert_true(vmm_host_view_next(&b->view, 0x10, &run));
    assert_true(run.gpa == 0x10 && run.n == 0xa0000 - 0x10);
    assert_true(vmm_host_view_next(&b->view, 0xa0000, &run));
    assert_true(run.gpa == 0xc0000 && run.n == RAM_LEN - 0xc0000);
    assert_true(vmm_host_view_next(&b->view, RAM_LEN, &run));
    assert_true(run.gpa == FLASH_AT && run.n == FLASH_LEN);
    assert_false(vmm_host_view_next(&b->view, GIB4, &run));

    assert_false(vmm_host_view_touches(&b->view, 0xa0000, 0x20000));
    assert_true(vmm_host_view_touches(&b->view, 0xa0000, 0x20001));
    assert_true(vmm_host_view_touches(&b->view, 0x9ffff, 1));
    assert_false(vmm_host_view_touches(&b->view, 0x9ffff, 0));
    assert_false(vmm_host_view_touches(&b->view, RAM_LEN, 4096));
    assert_true(vmm_host_view_touches(&b->view, UINT64_MAX, 2));
    assert_false(vmm_host_view_touches(&b->view, GIB4, GIB4));
}

static void of_a_guest_that_was_ended_nothing_is_shown(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    struct sevk_error err;
    uint8_t seen[16] = { 0 };

    (void)state;
    assert_int_equal(do_plain(b->rig->fw, SEV_CMD_SHUTDOWN),
                     SEV_STATUS_SUCCESS);
    assert_fails(vmm_host_view_read(&b->view, 0, seen, 16, &err), &err,
                 SEVK_HOST, "SEV: reading the guest's memory");
    assert_int_equal(err.fw_status, SEV_STATUS_INVALID_GUEST);
    assert_true(bytes_all_zero(BYTES_OF(seen)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ram_and_flash_are_ciphertext),
        cmocka_unit_test(
            the_same_bytes_look_the_same_wherever_a_reading_begins),
        cmocka_unit_test(equal_pages_differ_by_place_and_by_guest),
        cmocka_unit_test(a_changed_byte_changes_its_block_alone),
        cmocka_unit_test(what_no_guest_has_reads_as_zeros),
        cmocka_unit_test(runs_are_found_in_their_order),
        cmocka_unit_test(of_a_guest_that_was_ended_nothing_is_shown),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
