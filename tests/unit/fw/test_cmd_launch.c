/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_launch.c. */
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/rig.h"
#include "wire/policy.h"
#include "wire/vmsa.h"

#define CERT_AT    (RIG_RAM + 0x8000)
#define SESSION_AT (RIG_RAM + 0x9000)

/* A platform that is up, and an owner with a session for POLICY. */
struct launch {
    struct rig *rig;
    struct guest_owner owner;
    struct cmd_launch_start cmd; /* as do_start_owned() would issue it */
};

static void drop(struct launch *launch)
{
    rig_close(&launch->rig);
}

static void lay_out(struct launch *l)
{
    memcpy(rig_at(l->rig, CERT_AT), l->owner.cert, SEV_CERT_LEN);
    memcpy(rig_at(l->rig, SESSION_AT), l->owner.session, SESSION_BUF_LEN);
}

static void make(struct launch *l, uint32_t policy)
{
    uint8_t pdh[SEV_CERT_LEN];

    l->rig = rig_open_up();
    rig_pdh(l->rig, pdh);
    guest_owner_make(&l->owner, pdh, policy, 8);
    l->cmd = (struct cmd_launch_start){ .policy = policy,
                                        .dh_paddr = CERT_AT,
                                        .dh_len = SEV_CERT_LEN,
                                        .session_paddr = SESSION_AT,
                                        .session_len = SESSION_BUF_LEN };
    lay_out(l);
}

static uint32_t issue(const struct launch *l, uint32_t *ret_handle)
{
    struct cmd_launch_start out;
    uint8_t buf[CMD_LAUNCH_START_LEN];
    uint32_t status;

    cmd_launch_start_encode(&l->cmd, buf);
    status = fw_command(l->rig->fw, SEV_CMD_LAUNCH_START, buf, sizeof buf);
    assert_true(cmd_launch_start_decode(BYTES_OF(buf), &out, NULL));
    *ret_handle = out.handle;
    return status;
}

/* The command fails with STATUS, leaves its buffer alone and makes no guest. */
static void assert_refused(const struct launch *l, uint32_t status)
{
    uint32_t handle = 0;
    struct cmd_platform_status before;
    struct cmd_platform_status after;

    assert_int_equal(do_status(l->rig->fw, &before), SEV_STATUS_SUCCESS);
    assert_int_equal(issue(l, &handle), status);
    assert_int_equal(handle, l->cmd.handle);
    assert_int_equal(do_status(l->rig->fw, &after), SEV_STATUS_SUCCESS);
    assert_int_equal(after.guest_count, before.guest_count);
}

static void a_session_starts_a_guest_with_the_owners_keys(void **state)
{
    OWN(drop) struct launch l = { 0 };
    uint32_t handle = 0;
    const struct fw_guest *guest;

    (void)state;
    make(&l, 0x07);
    assert_int_equal(issue(&l, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(handle, 1);
    guest = l.rig->fw->guests[handle];
    assert_bytes_equal(secret_expose(&guest->channel.tek),
                       BYTES_OF(l.owner.tek));
    assert_bytes_equal(secret_expose(&guest->channel.tik),
                       BYTES_OF(l.owner.tik));
    assert_int_equal(guest_state_of(l.rig->fw, handle), SEV_GUEST_LUPDATE);
}

/* As hardware does: that a session serves once is the owner's care. */
static void the_same_session_is_accepted_again(void **state)
{
    OWN(drop) struct launch l = { 0 };
    uint32_t one = 0;
    uint32_t two = 0;

    (void)state;
    make(&l, 1);
    assert_int_equal(issue(&l, &one), SEV_STATUS_SUCCESS);
    assert_int_equal(issue(&l, &two), SEV_STATUS_SUCCESS);
    assert_int_not_equal(one, two);
}

static void lengths_are_checked_before_what_they_hold(void **state)
{
    OWN(drop) struct launch l = { 0 };

    (void)state;
    make(&l, 1);
    l.owner.cert[0] ^= 1;
    lay_out(&l);
    l.cmd.session_len = SESSION_BUF_LEN - 1;
    assert_refused(&l, SEV_STATUS_INVALID_LENGTH);
    l.cmd.session_len = SESSION_BUF_LEN + 1;
    assert_refused(&l, SEV_STATUS_INVALID_LENGTH);
    l.cmd.session_len = SESSION_BUF_LEN;
    l.cmd.dh_len = SEV_CERT_LEN - 1;
    assert_refused(&l, SEV_STATUS_INVALID_LENGTH);
    l.cmd.dh_len = SEV_CERT_LEN + 1;
    assert_refused(&l, SEV_STATUS_INVALID_LENGTH);
    l.cmd.dh_len = SEV_CERT_LEN;
    assert_refused(&l, SEV_STATUS_INVALID_CERTIFICATE);
}

static void memory_that_is_not_there_is_an_invalid_address(void **state)
{
    OWN(drop) struct launch l = { 0 };

    (void)state;
    make(&l, 1);
    l.cmd.dh_paddr = 16;
    assert_refused(&l, SEV_STATUS_INVALID_ADDRESS);
    l.cmd.dh_paddr = CERT_AT;
    l.cmd.session_paddr = RIG_RAM + RIG_RAM_LEN - SESSION_BUF_LEN + 1;
    assert_refused(&l, SEV_STATUS_INVALID_ADDRESS);
}

/* Certificate, WRAP_MAC, policy's MAC, policy: each hides those behind it. */
static void the_session_is_checked_in_the_sheets_order(void **state)
{
    OWN(drop) struct launch l = { 0 };

    (void)state;
    make(&l, 0x40 | POLICY_ES); /* reserved bit 6: the last of the checks */
    assert_refused(&l, SEV_STATUS_POLICY_FAILURE);
    l.cmd.policy = 0x80;
    assert_refused(&l, SEV_STATUS_BAD_MEASUREMENT);
    l.owner.session[64] ^= 1;
    lay_out(&l);
    assert_refused(&l, SEV_STATUS_BAD_MEASUREMENT);
    l.owner.cert[0x0c] = SEV_ALGO_ECDSA_SHA256;
    lay_out(&l);
    assert_refused(&l, SEV_STATUS_INVALID_CERTIFICATE);
}

static void a_point_off_the_curve_is_an_invalid_certificate(void **state)
{
    OWN(drop) struct launch l = { 0 };

    (void)state;
    make(&l, 1);
    l.owner.cert[0x14] ^= 1;
    lay_out(&l);
    assert_refused(&l, SEV_STATUS_INVALID_CERTIFICATE);
}

static void the_policys_least_api_is_compared_as_a_pair(void **state)
{
    static const struct {
        uint8_t major, minor;
        uint32_t status;
    } rows[] = {
        { 0, 0, 0 },
        { 0, 255, 0 },
        { 1, 0, 0 },
        { 1, 51, 0 },
        { 1, 52, SEV_STATUS_POLICY_FAILURE },
        { 2, 0, SEV_STATUS_POLICY_FAILURE },
        { 255, 255, SEV_STATUS_POLICY_FAILURE },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(drop) struct launch l = { 0 };
        uint32_t handle = 0;

        make(&l, (uint32_t)rows[i].major << 16 | (uint32_t)rows[i].minor << 24);
        assert_int_equal(issue(&l, &handle), rows[i].status);
    }
}

static void every_reserved_bit_of_a_policy_is_a_policy_failure(void **state)
{
    (void)state;
    for (uint32_t bit = 6; bit <= 15; bit++) {
        OWN(drop) struct launch l = { 0 };

        make(&l, 1u << bit);
        assert_refused(&l, SEV_STATUS_POLICY_FAILURE);
    }
}

static void without_an_owner_keys_are_zeros_and_the_policy_is_not_judged(
    void **state)
{
    static const uint8_t zeros[16];
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = 0;

    (void)state;
    assert_int_equal(do_start(rig->fw, 0xffff0040, &handle),
                     SEV_STATUS_SUCCESS);
    assert_bytes_equal(secret_expose(&rig->fw->guests[handle]->channel.tik),
                       BYTES_OF(zeros));
    assert_bytes_equal(secret_expose(&rig->fw->guests[handle]->channel.tek),
                       BYTES_OF(zeros));
}

static void es_guests_need_a_platform_with_es(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t init[CMD_INIT_LEN] = { 0 };
    uint32_t handle = 0;

    (void)state;
    assert_int_equal(fw_command(rig->fw, SEV_CMD_INIT, init, sizeof init),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_start(rig->fw, POLICY_ES, &handle),
                     SEV_STATUS_UNSUPPORTED);
    assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
}

static void guests_have_keys_of_their_own_and_share_them_when_told_to(
    void **state)
{
    OWN(drop) struct launch l = { 0 };
    uint32_t one = 0;
    uint32_t two = 0;
    uint32_t shared = 0;
    struct fw_guest **guests;

    (void)state;
    make(&l, 1);
    guests = l.rig->fw->guests;
    assert_int_equal(issue(&l, &one), SEV_STATUS_SUCCESS);
    assert_int_equal(issue(&l, &two), SEV_STATUS_SUCCESS);
    assert_int_equal(secret_expose(&guests[one]->vek).n, 16);
    assert_memory_not_equal(secret_expose(&guests[one]->vek).p,
                            secret_expose(&guests[two]->vek).p, 16);
    l.cmd.handle = two;
    assert_int_equal(issue(&l, &shared), SEV_STATUS_SUCCESS);
    assert_int_not_equal(shared, two);
    assert_bytes_equal(secret_expose(&guests[shared]->vek),
                       secret_expose(&guests[two]->vek));
}

static void a_key_is_shared_only_among_equal_policies_that_allow_it(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct launch l = { .rig = rig };
    uint32_t open = 0;
    uint32_t closed = 0;

    (void)state;
    assert_int_equal(do_start(rig->fw, 1, &open), SEV_STATUS_SUCCESS);
    assert_int_equal(do_start(rig->fw, POLICY_NOKS, &closed),
                     SEV_STATUS_SUCCESS);
    l.cmd.handle = 77;
    assert_refused(&l, SEV_STATUS_INVALID_GUEST);
    l.cmd.handle = UINT32_MAX;
    assert_refused(&l, SEV_STATUS_INVALID_GUEST);
    l.cmd.handle = open;
    l.cmd.policy = 0;
    assert_refused(&l, SEV_STATUS_POLICY_FAILURE);
    l.cmd.handle = closed;
    l.cmd.policy = POLICY_NOKS;
    assert_refused(&l, SEV_STATUS_POLICY_FAILURE);
}

static void after_1024_guests_there_is_no_slot_which_shows_before_es(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct launch l = { .rig = rig };
    uint32_t handle = 0;

    (void)state;
    rig->fw->run.map->es = 0;
    for (uint32_t i = 1; i <= RUN_HANDLES; i++) {
        assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
        assert_int_equal(handle, i);
    }
    assert_refused(&l, SEV_STATUS_RESOURCE_LIMIT);
    l.cmd.policy = POLICY_ES;
    assert_refused(&l, SEV_STATUS_RESOURCE_LIMIT);
}

static void without_random_bytes_no_guest_is_made(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct launch l = { .rig = rig };

    (void)state;
    rig->fw->rng = rng_failing();
    assert_refused(&l, SEV_STATUS_HWERROR_PLATFORM);
}

/* States are walked in test_commands.c; here is what comes behind them. */
static void update_data_checks_binding_address_and_length_in_this_order(
    void **state)
{
    static const struct {
        uint64_t paddr;
        uint32_t len;
        uint32_t status;
    } rows[] = {
        { RIG_RAM + 1, 0, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM + 8, 16, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM, 0, SEV_STATUS_INVALID_LENGTH },
        { RIG_RAM, 15, SEV_STATUS_INVALID_LENGTH },
        { RIG_RAM, 17, SEV_STATUS_INVALID_LENGTH },
        { 0, 8, SEV_STATUS_INVALID_LENGTH },
        { 0, 16, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM, RIG_RAM_LEN + 16, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM + RIG_RAM_LEN, 16, SEV_STATUS_INVALID_ADDRESS },
        { UINT64_MAX - 15, 16, SEV_STATUS_INVALID_ADDRESS },
        { UINT64_MAX - 15, 0xfffffff0, SEV_STATUS_INVALID_ADDRESS },
    };
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = 0;

    (void)state;
    assert_int_equal(do_start(rig->fw, 0, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM + 1, 0),
        SEV_STATUS_INACTIVE);
    assert_int_equal(do_activate(rig->fw, handle, 100), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle,
                                  rows[i].paddr, rows[i].len),
                         rows[i].status);
    }
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle,
                              RIG_RAM, RIG_RAM_LEN),
                     SEV_STATUS_SUCCESS);
}

static void update_vmsa_checks_its_length_before_everything(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint32_t plain = 0;
    uint32_t es = 0;

    (void)state;
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, 1, 1, 4095),
                     SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, 1, 1, 4096),
                     SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_start(rig->fw, 0, &plain), SEV_STATUS_SUCCESS);
    assert_int_equal(do_start(rig->fw, POLICY_ES, &es), SEV_STATUS_SUCCESS);
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, 9, 1, 8192),
                     SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, 9, 1, 4096),
                     SEV_STATUS_INVALID_GUEST);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, plain, 1, 4096),
        SEV_STATUS_UNSUPPORTED);
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, es, 1, 4096),
                     SEV_STATUS_INACTIVE);
    assert_int_equal(do_activate(rig->fw, es, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, es, RIG_RAM + 8, 4096),
        SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, es, RIG_RAM, 4096),
        SEV_STATUS_SUCCESS);
}

static void updates_hash_in_order_without_separators(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, POLICY_ES, SEV_GUEST_LUPDATE, 1);
    struct fake_rng random = { .seed = 4 };
    uint8_t expected[SHA256_LEN];
    struct sha256 copy;
    uint8_t digest[SHA256_LEN];

    (void)state;
    fake_rng_bytes(&random, rig->ram, 0x3000);
    sha256(bytes_make(rig->ram, 0x3000), expected);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM, 0x1ff0),
        SEV_STATUS_SUCCESS);
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle,
                              RIG_RAM + 0x1ff0, 16),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, handle,
                              RIG_RAM + 0x2000, VMSA_LEN),
                     SEV_STATUS_SUCCESS);
    copy = rig->fw->guests[handle]->launch;
    sha256_final(&copy, digest);
    assert_memory_equal(digest, expected, sizeof digest);
}

static void an_update_that_fails_leaves_the_digest_alone(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    struct sha256 before = rig->fw->guests[handle]->launch;

    (void)state;
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle,
                              RIG_RAM, RIG_RAM_LEN + 16),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_memory_equal(&before, &rig->fw->guests[handle]->launch,
                        sizeof before);
}

static void finish_wipes_the_channel_and_does_not_ask_for_an_asid(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LSECRET, 100);
    const struct fw_guest *guest = rig->fw->guests[handle];

    (void)state;
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, handle),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(secret_expose(&guest->channel.tik).n, 16);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_LAUNCH_FINISH, handle),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(secret_expose(&guest->channel.tik).n, 0);
    assert_int_equal(secret_expose(&guest->channel.tek).n, 0);
    assert_int_equal(secret_expose(&guest->vek).n, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_starts_a_guest_with_the_owners_keys),
        cmocka_unit_test(the_same_session_is_accepted_again),
        cmocka_unit_test(lengths_are_checked_before_what_they_hold),
        cmocka_unit_test(memory_that_is_not_there_is_an_invalid_address),
        cmocka_unit_test(the_session_is_checked_in_the_sheets_order),
        cmocka_unit_test(a_point_off_the_curve_is_an_invalid_certificate),
        cmocka_unit_test(the_policys_least_api_is_compared_as_a_pair),
        cmocka_unit_test(every_reserved_bit_of_a_policy_is_a_policy_failure),
        cmocka_unit_test(
            without_an_owner_keys_are_zeros_and_the_policy_is_not_judged),
        cmocka_unit_test(es_guests_need_a_platform_with_es),
        cmocka_unit_test(
            guests_have_keys_of_their_own_and_share_them_when_told_to),
        cmocka_unit_test(
            a_key_is_shared_only_among_equal_policies_that_allow_it),
        cmocka_unit_test(
            after_1024_guests_there_is_no_slot_which_shows_before_es),
        cmocka_unit_test(without_random_bytes_no_guest_is_made),
        cmocka_unit_test(
            update_data_checks_binding_address_and_length_in_this_order),
        cmocka_unit_test(update_vmsa_checks_its_length_before_everything),
        cmocka_unit_test(updates_hash_in_order_without_separators),
        cmocka_unit_test(an_update_that_fails_leaves_the_digest_alone),
        cmocka_unit_test(finish_wipes_the_channel_and_does_not_ask_for_an_asid),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
