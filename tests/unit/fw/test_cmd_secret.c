/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_secret.c. */
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/rig.h"

#define HEADER  (RIG_RAM + 0x10000)
#define PAYLOAD (RIG_RAM + 0x11000)
#define GUEST   (RIG_RAM + 0x20000)

/* A guest in LSECRET, and a packet that is right for it. */
struct injection {
    struct rig *rig;
    struct guest_owner owner;
    uint32_t handle;
    uint8_t plain[64];
    struct cmd_packet cmd;
};

static void drop(struct injection *in)
{
    rig_close(&in->rig);
}

static void seal(struct injection *in, uint32_t flags)
{
    guest_owner_seal(&in->owner, fw_profile(in->rig->fw), flags,
                     in->rig->fw->guests[in->handle]->measure, in->plain,
                     sizeof in->plain, rig_at(in->rig, HEADER),
                     rig_at(in->rig, PAYLOAD));
}

static void make_for_api(struct injection *in, uint8_t major, uint8_t minor)
{
    uint8_t pdh[SEV_CERT_LEN];

    in->rig = rig_open_up();
    in->rig->fw->chip.profile.api_major = major;
    in->rig->fw->chip.profile.api_minor = minor;
    rig_pdh(in->rig, pdh);
    guest_owner_make(&in->owner, pdh, 1, 6);
    assert_int_equal(do_start_owned(in->rig, &in->owner, &in->handle),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(in->rig->fw, in->handle, 100),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_range(in->rig->fw, SEV_CMD_LAUNCH_MEASURE, in->handle,
                              RIG_RAM, MEASURE_BUF_LEN),
                     SEV_STATUS_SUCCESS);
    memset(in->plain, 0x77, sizeof in->plain);
    in->cmd = (struct cmd_packet){ .handle = in->handle,
                                   .hdr_paddr = HEADER,
                                   .hdr_len = PACKET_HDR_LEN,
                                   .guest_paddr = GUEST,
                                   .guest_len = sizeof in->plain,
                                   .trans_paddr = PAYLOAD,
                                   .trans_len = sizeof in->plain };
    seal(in, 0);
}

static void make(struct injection *in)
{
    make_for_api(in, 1, 51);
}

static uint32_t inject(const struct injection *in)
{
    uint8_t buf[CMD_PACKET_LEN];

    cmd_packet_encode(&in->cmd, buf);
    return fw_command(in->rig->fw, SEV_CMD_LAUNCH_SECRET, buf, sizeof buf);
}

static bool guest_memory_is_untouched(const struct injection *in)
{
    return bytes_all_zero(bytes_make(rig_at(in->rig, GUEST), 0x6000));
}

static void a_secret_appears_in_guest_memory_and_nowhere_else(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(in.rig, GUEST), in.plain, sizeof in.plain);
    assert_int_equal(*rig_at(in.rig, GUEST + sizeof in.plain), 0);
    assert_int_equal(*rig_at(in.rig, GUEST - 1), 0);
    assert_memory_not_equal(rig_at(in.rig, PAYLOAD), in.plain, sizeof in.plain);
    assert_int_equal(guest_state_of(in.rig->fw, in.handle), SEV_GUEST_LSECRET);
}

static void a_packet_can_be_injected_more_than_once(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
    in.cmd.guest_paddr = GUEST + 0x1000;
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(in.rig, GUEST + 0x1000), in.plain,
                        sizeof in.plain);
}

static void every_flipped_bit_of_a_packet_is_a_bad_measurement(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    for (size_t bit = 0; bit < 8 * PACKET_HDR_LEN; bit++) {
        uint8_t *p = rig_at(in.rig, HEADER + bit / 8);

        *p = (uint8_t)(*p ^ (1u << (bit % 8)));
        assert_int_equal(inject(&in), SEV_STATUS_BAD_MEASUREMENT);
        *p = (uint8_t)(*p ^ (1u << (bit % 8)));
    }
    for (size_t bit = 0; bit < 8 * sizeof in.plain; bit++) {
        uint8_t *p = rig_at(in.rig, PAYLOAD + bit / 8);

        *p = (uint8_t)(*p ^ (1u << (bit % 8)));
        assert_int_equal(inject(&in), SEV_STATUS_BAD_MEASUREMENT);
        *p = (uint8_t)(*p ^ (1u << (bit % 8)));
    }
    assert_true(guest_memory_is_untouched(&in));
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
}

static void part_of_a_packet_is_a_bad_measurement(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    in.cmd.guest_len = in.cmd.trans_len = sizeof in.plain - 16;
    assert_int_equal(inject(&in), SEV_STATUS_BAD_MEASUREMENT);
    in.cmd.guest_len = in.cmd.trans_len = sizeof in.plain + 16;
    assert_int_equal(inject(&in), SEV_STATUS_BAD_MEASUREMENT);
    assert_true(guest_memory_is_untouched(&in));
}

/* The packet was sealed to another launch's measurement: same keys, same
 * content, another nonce. */
static void a_packet_for_another_measurement_is_refused(void **state)
{
    OWN(drop) struct injection in = { 0 };
    uint32_t again = 0;

    (void)state;
    make(&in);
    assert_int_equal(do_start_owned(in.rig, &in.owner, &again),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(in.rig->fw, again, 101), SEV_STATUS_SUCCESS);
    assert_int_equal(do_range(in.rig->fw, SEV_CMD_LAUNCH_MEASURE, again,
                              RIG_RAM, MEASURE_BUF_LEN),
                     SEV_STATUS_SUCCESS);
    in.cmd.handle = again;
    assert_int_equal(inject(&in), SEV_STATUS_BAD_MEASUREMENT);
    assert_true(guest_memory_is_untouched(&in));
}

static void before_api_0_17_a_packet_is_not_bound_to_a_measurement(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make_for_api(&in, 0, 16);
    memset(in.rig->fw->guests[in.handle]->measure, 0xee, 32);
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(in.rig, GUEST), in.plain, sizeof in.plain);
}

static void a_compressed_packet_is_unsupported_once_its_mac_holds(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    seal(&in, PACKET_FLAG_COMPRESSED);
    assert_int_equal(inject(&in), SEV_STATUS_UNSUPPORTED);
    assert_true(guest_memory_is_untouched(&in));
    *rig_at(in.rig, PAYLOAD) ^= 1;
    assert_int_equal(inject(&in), SEV_STATUS_BAD_MEASUREMENT);
}

/* Handle, address, lengths, state, binding, MAC. */
static void checks_come_in_the_sheets_order(void **state)
{
    OWN(drop) struct injection in = { 0 };
    struct run_slot *slot;

    (void)state;
    make(&in);
    slot = &in.rig->fw->run.map->slots[in.handle - 1];
    *rig_at(in.rig, HEADER + 30) ^= 1;
    slot->state = SEV_GUEST_RUNNING;
    slot->asid = 0;
    in.cmd.guest_len = 0;
    in.cmd.guest_paddr = GUEST + 8;
    in.cmd.handle = 55;
    assert_int_equal(inject(&in), SEV_STATUS_INVALID_GUEST);
    in.cmd.handle = in.handle;
    assert_int_equal(inject(&in), SEV_STATUS_INVALID_ADDRESS);
    in.cmd.guest_paddr = GUEST;
    assert_int_equal(inject(&in), SEV_STATUS_INVALID_LENGTH);
    in.cmd.guest_len = sizeof in.plain;
    assert_int_equal(inject(&in), SEV_STATUS_INVALID_GUEST_STATE);
    slot->state = SEV_GUEST_LSECRET;
    assert_int_equal(inject(&in), SEV_STATUS_INACTIVE);
    slot->asid = 100;
    assert_int_equal(inject(&in), SEV_STATUS_BAD_MEASUREMENT);
    *rig_at(in.rig, HEADER + 30) ^= 1;
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
}

static void lengths_have_their_limits(void **state)
{
    static const struct {
        uint32_t hdr, guest, trans, status;
    } rows[] = {
        { 51, 64, 64, SEV_STATUS_INVALID_LENGTH },
        { 53, 64, 64, SEV_STATUS_INVALID_LENGTH },
        { 52, 0, 0, SEV_STATUS_INVALID_LENGTH },
        { 52, 8, 8, SEV_STATUS_INVALID_LENGTH },
        { 52, 65, 65, SEV_STATUS_INVALID_LENGTH },
        { 52, 64, 80, SEV_STATUS_INVALID_LENGTH },
        { 52, 80, 64, SEV_STATUS_INVALID_LENGTH },
        { 52, 0x5010, 0x5010, SEV_STATUS_INVALID_LENGTH },
        { 52, 0xfffffff0, 0xfffffff0, SEV_STATUS_INVALID_LENGTH },
        /* Long enough to be looked at, and then not what was sealed. */
        { 52, 0x5000, 0x5000, SEV_STATUS_BAD_MEASUREMENT },
        { 52, 16, 16, SEV_STATUS_BAD_MEASUREMENT },
    };
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    for (size_t i = 0; i < N_OF(rows); i++) {
        in.cmd.hdr_len = rows[i].hdr;
        in.cmd.guest_len = rows[i].guest;
        in.cmd.trans_len = rows[i].trans;
        assert_int_equal(inject(&in), rows[i].status);
    }
}

static void the_largest_secret_goes_through(void **state)
{
    OWN(drop) struct injection in = { 0 };
    OWN(own_free) uint8_t *large = calloc(1, 0x5000);

    (void)state;
    make(&in);
    memset(large, 0x31, 0x5000);
    guest_owner_seal(&in.owner, fw_profile(in.rig->fw), 0,
                     in.rig->fw->guests[in.handle]->measure, large, 0x5000,
                     rig_at(in.rig, HEADER), rig_at(in.rig, PAYLOAD));
    in.cmd.guest_len = in.cmd.trans_len = 0x5000;
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(in.rig, GUEST), large, 0x5000);
}

static void memory_that_is_not_there_is_an_invalid_address(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    in.cmd.hdr_paddr = 0;
    assert_int_equal(inject(&in), SEV_STATUS_INVALID_ADDRESS);
    in.cmd.hdr_paddr = HEADER;
    in.cmd.trans_paddr = RIG_RAM + RIG_RAM_LEN - 16;
    assert_int_equal(inject(&in), SEV_STATUS_INVALID_ADDRESS);
    in.cmd.trans_paddr = PAYLOAD;
    in.cmd.guest_paddr = 0;
    assert_int_equal(inject(&in), SEV_STATUS_INVALID_ADDRESS);
    in.cmd.guest_paddr = GUEST;
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
}

/* The plaintext may lie over the packet: it was read before. */
static void a_packet_may_be_overwritten_by_its_own_content(void **state)
{
    OWN(drop) struct injection in = { 0 };

    (void)state;
    make(&in);
    in.cmd.guest_paddr = PAYLOAD + 16;
    assert_int_equal(inject(&in), SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(in.rig, PAYLOAD + 16), in.plain,
                        sizeof in.plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_appears_in_guest_memory_and_nowhere_else),
        cmocka_unit_test(a_packet_can_be_injected_more_than_once),
        cmocka_unit_test(every_flipped_bit_of_a_packet_is_a_bad_measurement),
        cmocka_unit_test(part_of_a_packet_is_a_bad_measurement),
        cmocka_unit_test(a_packet_for_another_measurement_is_refused),
        cmocka_unit_test(
            before_api_0_17_a_packet_is_not_bound_to_a_measurement),
        cmocka_unit_test(a_compressed_packet_is_unsupported_once_its_mac_holds),
        cmocka_unit_test(checks_come_in_the_sheets_order),
        cmocka_unit_test(lengths_have_their_limits),
        cmocka_unit_test(the_largest_secret_goes_through),
        cmocka_unit_test(memory_that_is_not_there_is_an_invalid_address),
        cmocka_unit_test(a_packet_may_be_overwritten_by_its_own_content),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
