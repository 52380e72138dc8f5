/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/run.c. */
#include "fw/run.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static struct run open_run(const struct temp_dir *dir)
{
    struct run run = { .fd = -1 };
    struct sevk_error err = { 0 };

    assert_works(run_open(dir->path, &run, &err), &err);
    return run;
}

static struct run_slot *enter(struct run *run, uint32_t handle, uint32_t asid)
{
    struct run_slot *slot = &run->map->slots[handle - 1];

    slot->asid = asid;
    slot->serial = ++run->map->last_serial;
    slot->state = SEV_GUEST_LUPDATE;
    return slot;
}

static void a_new_platform_is_uninit_and_empty(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(run_close) struct run run = open_run(&dir);

    (void)state;
    assert_int_equal(run_platform_state(&run), SEV_PLATFORM_UNINIT);
    assert_int_equal(run_guest_count(&run), 0);
    assert_int_equal(run_free_handle(&run), 1);
}

static void two_openings_see_the_same(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(run_close) struct run a = open_run(&dir);
    OWN(run_close) struct run b = open_run(&dir);

    (void)state;
    a.map->up = 1;
    assert_int_equal(run_platform_state(&b), SEV_PLATFORM_INIT);
    enter(&a, 1, 0);
    assert_int_equal(run_platform_state(&b), SEV_PLATFORM_WORKING);
    assert_int_equal(run_guest_count(&b), 1);
}

static void the_state_outlives_those_who_have_it_open(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct run run = open_run(&dir);

    (void)state;
    run.map->up = 1;
    run_close(&run);
    run = open_run(&dir);
    assert_int_equal(run_platform_state(&run), SEV_PLATFORM_INIT);
    run_close(&run);
}

static void another_boot_of_the_machine_begins_anew(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct run run = open_run(&dir);

    (void)state;
    run.map->up = 1;
    run.map->boot_id[0] ^= 1;
    run_close(&run);
    run = open_run(&dir);
    assert_int_equal(run_platform_state(&run), SEV_PLATFORM_UNINIT);
    run.map->up = 1;
    /* Unknown: then nothing is taken from those who may have it open. */
    memset(run.map->boot_id, 0, sizeof run.map->boot_id);
    run_close(&run);
    run = open_run(&dir);
    assert_int_equal(run_platform_state(&run), SEV_PLATFORM_INIT);
    run_close(&run);
}

static void a_file_that_was_never_finished_begins_anew(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *run_dir = temp_dir_path(&dir, "run");
    static const size_t lengths[] = { 0, 1, 8, 100, sizeof(struct run_state) };

    (void)state;
    assert_int_equal(mkdir(run_dir, 0700), 0);
    for (size_t i = 0; i < N_OF(lengths); i++) {
        OWN(own_free) uint8_t *junk = calloc(1, lengths[i] + 1);
        struct bytes content = bytes_make(junk, lengths[i]);
        struct run run = { .fd = -1 };

        free(temp_dir_write(&dir, "run/state", content));
        run = open_run(&dir);
        assert_int_equal(run_platform_state(&run), SEV_PLATFORM_UNINIT);
        assert_int_equal(run_guest_count(&run), 0);
        run_close(&run);
    }
}

static void another_versions_file_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct run run = open_run(&dir);
    struct sevk_error err;

    (void)state;
    run.map->version++;
    run_close(&run);
    assert_fails(run_open(dir.path, &run, &err), &err, SEVK_HOST,
                 "another version");
}

static void a_platform_that_can_not_be_written_to_says_so(void **state)
{
    struct run run = { .fd = -1 };
    struct sevk_error err;

    (void)state;
    assert_fails(run_open("/proc/nothing", &run, &err), &err, SEVK_HOST,
                 "/proc/nothing/run");
}

static void a_guests_byte_is_seen_by_others_and_ends_with_its_holder(
    void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct run holder = open_run(&dir);
    OWN(run_close) struct run other = open_run(&dir);

    (void)state;
    assert_false(run_held_elsewhere(&other, 7));
    assert_true(run_hold(&holder, 7));
    assert_true(run_held_elsewhere(&other, 7));
    assert_false(run_held_elsewhere(&holder, 7));
    assert_false(run_held_elsewhere(&other, 6));
    assert_false(run_held_elsewhere(&other, 8));
    assert_false(run_hold(&other, 7));
    run_release(&holder, 7);
    assert_false(run_held_elsewhere(&other, 7));
    assert_true(run_hold(&holder, 7));
    run_close(&holder);
    assert_false(run_held_elsewhere(&other, 7));
}

static void handles_are_the_lowest_free_and_end_at_1024(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(run_close) struct run run = open_run(&dir);

    (void)state;
    assert_null(run_guest(&run, 0));
    assert_null(run_guest(&run, 1));
    assert_null(run_guest(&run, RUN_HANDLES + 1));
    assert_null(run_guest(&run, UINT32_MAX));
    for (uint32_t handle = 1; handle <= RUN_HANDLES; handle++) {
        assert_int_equal(run_free_handle(&run), handle);
        enter(&run, handle, 0);
    }
    assert_int_equal(run_free_handle(&run), 0);
    run_end(&run, run_guest(&run, 700));
    run_end(&run, run_guest(&run, 30));
    assert_int_equal(run_free_handle(&run), 30);
    assert_int_equal(run_guest_count(&run), RUN_HANDLES - 2);
}

static void an_asid_that_was_used_is_dirty_until_the_flush(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(run_close) struct run run = open_run(&dir);
    struct run_slot *slot = enter(&run, 1, 64);

    (void)state;
    run.map->wbinvd = 1;
    assert_true(run_asid_used(&run, 64));
    assert_false(run_asid_used(&run, 63));
    assert_false(run_asid_dirty(&run, 64));
    run_unbind(&run, slot);
    assert_false(run_asid_used(&run, 64));
    assert_true(run_asid_dirty(&run, 64));
    assert_false(run_asid_dirty(&run, 63));
    assert_false(run_asid_dirty(&run, 65));
    assert_int_equal(run.map->wbinvd, 0);
    run_asids_flushed(&run);
    assert_false(run_asid_dirty(&run, 64));
    run_asids_all_dirty(&run);
    assert_true(run_asid_dirty(&run, 1));
    assert_true(run_asid_dirty(&run, FW_PROFILE_MAX_ASID));
}

static void ending_a_bound_guest_frees_its_asid_dirty(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(run_close) struct run run = open_run(&dir);
    struct run_slot *slot = enter(&run, 3, 509);

    (void)state;
    run_end(&run, slot);
    assert_null(run_guest(&run, 3));
    assert_false(run_asid_used(&run, 509));
    assert_true(run_asid_dirty(&run, 509));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_platform_is_uninit_and_empty),
        cmocka_unit_test(two_openings_see_the_same),
        cmocka_unit_test(the_state_outlives_those_who_have_it_open),
        cmocka_unit_test(another_boot_of_the_machine_begins_anew),
        cmocka_unit_test(a_file_that_was_never_finished_begins_anew),
        cmocka_unit_test(another_versions_file_is_refused),
        cmocka_unit_test(a_platform_that_can_not_be_written_to_says_so),
        cmocka_unit_test(
            a_guests_byte_is_seen_by_others_and_ends_with_its_holder),
        cmocka_unit_test(handles_are_the_lowest_free_and_end_at_1024),
        cmocka_unit_test(an_asid_that_was_used_is_dirty_until_the_flush),
        cmocka_unit_test(ending_a_bound_guest_frees_its_asid_dirty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
