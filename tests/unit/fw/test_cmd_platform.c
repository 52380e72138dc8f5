/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_platform.c. */
#include "base/file.h"
#include "base/own.h"
#include "crypto/ec.h"
#include "fw/firmware.h"
#include "unit/fw/rig.h"

static uint32_t init_with(struct fw *fw, uint32_t flags, uint64_t tmr_paddr,
                          uint32_t tmr_len)
{
    const struct cmd_init cmd = { .flags = flags,
                                  .tmr_paddr = tmr_paddr,
                                  .tmr_len = tmr_len };
    uint8_t buf[CMD_INIT_LEN];

    cmd_init_encode(&cmd, buf);
    return fw_command(fw, SEV_CMD_INIT, buf, sizeof buf);
}

/* Each row has the fault in question and all that come later in the order. */
static void init_checks_flags_then_the_tmrs_address_then_its_length(
    void **state)
{
    static const struct {
        uint32_t flags;
        uint64_t paddr;
        uint32_t len;
        uint32_t status;
    } rows[] = {
        { 0x80000001, 1, 1, SEV_STATUS_INVALID_CONFIG },
        { 0x00000002, 1, 1, SEV_STATUS_INVALID_CONFIG },
        { 0x00010001, 0, 1u << 20, SEV_STATUS_INVALID_CONFIG },
        { 1, 0x1000, 1, SEV_STATUS_INVALID_ADDRESS },
        { 1, 0xfffff, 1u << 20, SEV_STATUS_INVALID_ADDRESS },
        { 1, 0x80000, 1u << 20, SEV_STATUS_INVALID_ADDRESS },
        { 1, 0x100000, 0, SEV_STATUS_INVALID_LENGTH },
        { 1, 0x100000, (1u << 20) - 1, SEV_STATUS_INVALID_LENGTH },
        { 1, 0x100000, 2u << 20, SEV_STATUS_INVALID_LENGTH },
    };
    OWN(rig_close) struct rig *rig = rig_open();

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(
            init_with(rig->fw, rows[i].flags, rows[i].paddr, rows[i].len),
            rows[i].status);
        assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_UNINIT);
    }
    assert_int_equal(init_with(rig->fw, 1, 0x100000, 1u << 20),
                     SEV_STATUS_SUCCESS);
    /* Once it is up, the state is what is wrong, whatever the rest. */
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(
            init_with(rig->fw, rows[i].flags, rows[i].paddr, rows[i].len),
            SEV_STATUS_INVALID_PLATFORM_STATE);
    }
}

static void without_es_the_tmr_does_not_matter(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct cmd_platform_status status;

    (void)state;
    assert_int_equal(init_with(rig->fw, 0, 3, 7), SEV_STATUS_SUCCESS);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.config, 0);
}

static void a_chip_without_es_asids_does_not_do_es(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();

    (void)state;
    rig->fw->chip.profile.min_sev_asid = 1;
    assert_int_equal(init_with(rig->fw, 1, 1, 1), SEV_STATUS_UNSUPPORTED);
    assert_int_equal(init_with(rig->fw, 0, 0, 0), SEV_STATUS_SUCCESS);
}

static void status_in_uninit_tells_the_version_and_zeros(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    static const uint8_t expected[CMD_PLATFORM_STATUS_LEN] = { 1, 51, 0, 0,
                                                               0, 0,  0, 3 };
    uint8_t buf[CMD_PLATFORM_STATUS_LEN];

    (void)state;
    memset(buf, 0xee, sizeof buf);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf),
        SEV_STATUS_SUCCESS);
    assert_memory_equal(buf, expected, sizeof buf);
}

static void status_counts_guests_and_shows_es_in_byte_4(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    static const uint8_t expected[CMD_PLATFORM_STATUS_LEN] = { 1, 51, 2, 0,
                                                               1, 0,  0, 3,
                                                               2, 0,  0, 0 };
    uint8_t buf[CMD_PLATFORM_STATUS_LEN];

    (void)state;
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_INIT);
    rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    rig_guest(rig, 0, SEV_GUEST_RUNNING, 101);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf),
        SEV_STATUS_SUCCESS);
    assert_memory_equal(buf, expected, sizeof buf);
}

static void status_shows_an_external_owner_while_up(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(file_set_drop) struct file_set set = { .replace = true };
    OWN(own_free) struct identity *identity = calloc(1, sizeof *identity);
    struct cmd_platform_status status;

    (void)state;
    assert_true(identity_load(rig->platform, identity, NULL));
    identity->external = true;
    assert_true(identity_save(identity, rig->platform, &set, NULL));
    assert_true(file_set_commit(&set, NULL));
    identity_clear(identity);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.owner, 0);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.owner, 1);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PEK_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.owner, 0);
}

static void shutdown_ends_the_guests_of_all_processes(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    uint32_t mine = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    uint32_t theirs = 0;

    (void)state;
    assert_int_equal(do_start(other, 0, &theirs), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_state_of(other), SEV_PLATFORM_UNINIT);
    assert_int_equal(
        do_range(other, SEV_CMD_LAUNCH_UPDATE_DATA, theirs, RIG_RAM, 16),
        SEV_STATUS_INVALID_PLATFORM_STATE);
    /* Up again, and with other guests under the same handles. */
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_start(rig->fw, 0, &mine), SEV_STATUS_SUCCESS);
    assert_int_equal(mine, 1);
    assert_int_equal(do_start(rig->fw, 0, &mine), SEV_STATUS_SUCCESS);
    assert_int_equal(mine, theirs);
    assert_int_equal(
        do_range(other, SEV_CMD_LAUNCH_UPDATE_DATA, theirs, RIG_RAM, 16),
        SEV_STATUS_INVALID_GUEST);
    assert_null(other->guests[theirs]);
}

static void shutdown_wipes_the_keys_of_this_process(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);

    (void)state;
    assert_non_null(rig->fw->guests[handle]);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_null(rig->fw->guests[handle]);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
}

static void df_flush_wants_wbinvd_after_init_and_after_each_deactivate(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint32_t handle;

    (void)state;
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_DF_FLUSH),
                     SEV_STATUS_WBINVD_REQUIRED);
    fw_wbinvd(rig->fw);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_DF_FLUSH), SEV_STATUS_SUCCESS);
    handle = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_DF_FLUSH), SEV_STATUS_SUCCESS);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, handle),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_DF_FLUSH),
                     SEV_STATUS_WBINVD_REQUIRED);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
}

static uint32_t get_id(struct fw *fw, uint64_t paddr, uint32_t *len)
{
    const struct cmd_range cmd = { .paddr = paddr, .len = *len };
    struct cmd_range out;
    uint8_t buf[CMD_RANGE_LEN];
    uint32_t status;

    cmd_range_encode(&cmd, buf);
    status = fw_command(fw, SEV_CMD_GET_ID, buf, sizeof buf);
    assert_true(cmd_range_decode(BYTES_OF(buf), &out, NULL));
    *len = out.len;
    return status;
}

static void get_id_gives_64_bytes_of_the_chip_in_any_state(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t expected[CHIP_ID_LEN];
    uint32_t len = 63;

    (void)state;
    assert_true(chip_id(&rig->fw->chip, expected, NULL));
    assert_int_equal(get_id(rig->fw, RIG_RAM, &len), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(len, 64);
    assert_int_equal(*rig_at(rig, RIG_RAM), 0);
    assert_int_equal(get_id(rig->fw, RIG_RAM, &len), SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(rig, RIG_RAM), expected, sizeof expected);
    assert_int_equal(*rig_at(rig, RIG_RAM + 64), 0);
    len = 128;
    assert_int_equal(get_id(rig->fw, 0, &len), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(get_id(rig->fw, RIG_RAM, &len), SEV_STATUS_SUCCESS);
}

static void init_makes_an_identity_when_there_is_none(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(own_free) char *path = rig_path(rig, "state");
    uint8_t before[SEV_CERT_LEN];
    uint8_t after[SEV_CERT_LEN];

    (void)state;
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, before);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, after);
    assert_memory_not_equal(before, after, sizeof before);
    assert_int_equal(access(path, R_OK), 0);
}

static void init_keeps_the_identity_that_there_is(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t before[SEV_CERT_LEN];
    uint8_t after[SEV_CERT_LEN];

    (void)state;
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, before);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, after);
    assert_memory_equal(before, after, sizeof before);
}

/* Reported once, and put aside where a person finds it (formats.md 4.5). */
static void init_reports_a_damaged_identity_and_the_next_makes_another(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(own_free) char *path = rig_path(rig, "state");
    OWN(own_free) char *aside = rig_path(rig, "state.damaged");
    OWN(buf_free) struct buf whole = { 0 };
    OWN(buf_free) struct buf after = { 0 };

    (void)state;
    assert_true(file_read(path, 1 << 20, "file", &whole, NULL));
    whole.p[whole.n / 2] ^= 1;
    assert_true(file_replace(path, 0600, buf_bytes(&whole), NULL));
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SECURE_DATA_INVALID);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_UNINIT);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(file_read(aside, 1 << 20, "file", &after, NULL));
    assert_bytes_equal(buf_bytes(&whole), buf_bytes(&after));
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    /* A copy from elsewhere can be put back. */
    whole.p[whole.n / 2] ^= 1;
    assert_true(file_replace(path, 0600, buf_bytes(&whole), NULL));
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
}

static uint32_t download(struct fw *fw, uint64_t paddr, uint32_t len)
{
    const struct cmd_range cmd = { .paddr = paddr, .len = len };
    uint8_t buf[CMD_RANGE_LEN];

    cmd_range_encode(&cmd, buf);
    return fw_command(fw, SEV_CMD_DOWNLOAD_FIRMWARE, buf, sizeof buf);
}

/* formats.md 4.5: the state, then the alignment to 32 bytes. */
static void download_firmware_finds_no_image_signed_for_it(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();

    (void)state;
    for (uint64_t off = 1; off < 32; off++) {
        assert_int_equal(download(rig->fw, RIG_RAM + off, 4096),
                         SEV_STATUS_INVALID_ADDRESS);
    }
    assert_int_equal(download(rig->fw, RIG_RAM, 0), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(download(rig->fw, 0, 64), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(download(rig->fw, RIG_RAM, 4096),
                     SEV_STATUS_BAD_SIGNATURE);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(download(rig->fw, RIG_RAM + 1, 4096),
                     SEV_STATUS_INVALID_PLATFORM_STATE);
}

static void reset_erases_the_store_and_what_shows_it(void **state)
{
    static const char *const names[] = { "state", "oca.cert", "pek.cert",
                                         "pdh.cert" };
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t before[SEV_CERT_LEN];
    uint8_t after[SEV_CERT_LEN];

    (void)state;
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, before);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PLATFORM_RESET),
                     SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PLATFORM_RESET),
                     SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < N_OF(names); i++) {
        OWN(own_free) char *path = rig_path(rig, names[i]);

        assert_int_not_equal(access(path, F_OK), 0);
    }
    /* Twice is as good as once. */
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PLATFORM_RESET),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, after);
    assert_memory_not_equal(before, after, sizeof before);
}

static void init_without_random_bytes_makes_no_identity(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(own_free) char *path = rig_path(rig, "state");

    (void)state;
    assert_int_equal(unlink(path), 0);
    rig->fw->rng = rng_failing();
    assert_int_equal(do_init(rig->fw), SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_UNINIT);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            init_checks_flags_then_the_tmrs_address_then_its_length),
        cmocka_unit_test(without_es_the_tmr_does_not_matter),
        cmocka_unit_test(a_chip_without_es_asids_does_not_do_es),
        cmocka_unit_test(status_in_uninit_tells_the_version_and_zeros),
        cmocka_unit_test(status_counts_guests_and_shows_es_in_byte_4),
        cmocka_unit_test(status_shows_an_external_owner_while_up),
        cmocka_unit_test(shutdown_ends_the_guests_of_all_processes),
        cmocka_unit_test(shutdown_wipes_the_keys_of_this_process),
        cmocka_unit_test(
            df_flush_wants_wbinvd_after_init_and_after_each_deactivate),
        cmocka_unit_test(get_id_gives_64_bytes_of_the_chip_in_any_state),
        cmocka_unit_test(init_makes_an_identity_when_there_is_none),
        cmocka_unit_test(init_keeps_the_identity_that_there_is),
        cmocka_unit_test(
            init_reports_a_damaged_identity_and_the_next_makes_another),
        cmocka_unit_test(download_firmware_finds_no_image_signed_for_it),
        cmocka_unit_test(reset_erases_the_store_and_what_shows_it),
        cmocka_unit_test(init_without_random_bytes_makes_no_identity),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
