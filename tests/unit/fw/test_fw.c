/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/fw.c: opening, closing, copies of the process. */
#include "fw/fw.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "unit/fw/rig.h"

static void a_directory_without_a_platform_does_not_open(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct fw_options options = { .dir = dir.path };
    struct fw *fw = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(fw_open(&options, &fw, &err), &err, SEVK_INPUT, dir.path);
    assert_null(fw);
    assert_int_equal(temp_dir_count(&dir), 0);
}

static void a_damaged_chip_does_not_open(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(own_free) char *path = rig_path(rig, "chip");
    struct fw_options options = rig_options(rig);
    struct fw *fw = NULL;
    struct sevk_error err;

    (void)state;
    assert_true(file_replace(path, 0600, bytes_of_string("x"), NULL));
    assert_fails(fw_open(&options, &fw, &err), &err, SEVK_HOST, "damaged");
    assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
    assert_null(fw);
}

static void the_profile_is_the_platforms(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();

    (void)state;
    assert_string_equal(fw_profile(rig->fw)->name, "milan-1.51");
}

static void closing_ends_the_guests_and_no_others(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct fw *other = rig_connect(rig);
    uint32_t mine = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    uint32_t theirs = 0;

    (void)state;
    assert_int_equal(do_start(other, 0, &theirs), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(other, theirs, 101), SEV_STATUS_SUCCESS);
    fw_close(&other);
    assert_null(other);
    assert_int_equal(guest_state_of(rig->fw, theirs), SEV_GUEST_UNINIT);
    assert_int_equal(guest_state_of(rig->fw, mine), SEV_GUEST_RUNNING);
    /* Its ASID is free, and dirty. */
    assert_int_equal(do_start(rig->fw, 0, &theirs), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, theirs, 101),
                     SEV_STATUS_DF_FLUSH_REQUIRED);
}

static void a_forked_copy_can_do_nothing_and_harms_nothing(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LSECRET, 100);
    int status = 0;
    pid_t pid;

    (void)state;
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        uint32_t got = do_handle(rig->fw, SEV_CMD_LAUNCH_FINISH, handle);

        fw_close(&rig->fw);
        _exit(got == SEV_STATUS_INVALID_PLATFORM_STATE ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(guest_state_of(other, handle), SEV_GUEST_LSECRET);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_LAUNCH_FINISH, handle),
                     SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_without_a_platform_does_not_open),
        cmocka_unit_test(a_damaged_chip_does_not_open),
        cmocka_unit_test(the_profile_is_the_platforms),
        cmocka_unit_test(closing_ends_the_guests_and_no_others),
        cmocka_unit_test(a_forked_copy_can_do_nothing_and_harms_nothing),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
