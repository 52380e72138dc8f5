/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the firmware with arbitrary sequences of commands. */
#include "base/cursor.h"
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/rig.h"
#include "wire/policy.h"

#define COMMANDS    30000
#define CONNECTIONS 3

static uint32_t pick(struct fake_rng *random, const uint32_t *values, size_t n)
{
    return values[fake_rng_below(random, (uint32_t)n)];
}

/* Values around every limit, and some of no meaning at all. */
static uint32_t some_u32(struct fake_rng *random)
{
    static const uint32_t values[] = {
        0,    1,      2,      3,    4,    15,      16,       17,         47,
        48,   51,     52,     64,   99,   100,     101,      127,        128,
        207,  208,    509,    510,  1024, 1025,    2083,     2084,       4095,
        4096, 0x5000, 0x5010, 6251, 6252, 1 << 20, 1u << 31, UINT32_MAX,
    };

    return pick(random, values, N_OF(values));
}

static uint64_t some_paddr(struct fake_rng *random)
{
    static const uint64_t values[] = {
        0,
        1,
        RIG_RAM,
        RIG_RAM + 16,
        RIG_RAM + 8,
        RIG_RAM + RIG_RAM_LEN - 16,
        RIG_RAM + RIG_RAM_LEN,
        RIG_RAM - 16,
        UINT64_MAX,
        UINT64_MAX - 15,
        (uint64_t)1 << 51,
        RIG_RAM + 0x8000,
    };

    return values[fake_rng_below(random, N_OF(values))];
}

/* Four bytes a time; eight where an address may stand. */
static void fill(struct fake_rng *random, uint8_t *buf, size_t n)
{
    memset(buf, 0, n);
    for (size_t at = 0; at + 8 <= n; at += 4) {
        if (at % 8 == 0 && at > 0 && fake_rng_below(random, 2) == 0) {
            store_le64(buf + at, some_paddr(random));
            at += 4;
        } else {
            store_le32(buf + at, some_u32(random));
        }
    }
    /* Handles that exist are few: name one of them more often. */
    if (n >= 4 && fake_rng_below(random, 4) != 0) {
        store_le32(buf, fake_rng_below(random, 6));
    }
}

static uint32_t some_command(struct fake_rng *random)
{
    struct fw_command_info info;
    uint32_t row = fake_rng_below(random, 48);

    if (fw_command_info(row, &info)) {
        /* SHUTDOWN ends everything: rarely. */
        return info.id == SEV_CMD_SHUTDOWN && fake_rng_below(random, 20) != 0
                   ? SEV_CMD_PLATFORM_STATUS
                   : info.id;
    }
    return fake_rng_below(random, 0x90);
}

/* Legal steps among the arbitrary ones, or no guest gets anywhere. */
static void legal_step(struct fake_rng *random, struct fw *fw)
{
    uint32_t handle = 1 + fake_rng_below(random, 6);

    switch (fake_rng_below(random, 8)) {
    case 0:
        (void)do_init(fw);
        break;
    case 1:
        (void)do_flush(fw);
        break;
    case 2:
        (void)do_start(fw, fake_rng_below(random, 2) * POLICY_ES, &handle);
        break;
    case 3:
        (void)do_activate(fw, handle, 1 + fake_rng_below(random, 509));
        break;
    case 4:
        (void)do_range(fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM, 4096);
        break;
    case 5:
        (void)do_range(fw, SEV_CMD_LAUNCH_MEASURE, handle, RIG_RAM, 48);
        break;
    case 6:
        (void)do_handle(fw, SEV_CMD_LAUNCH_FINISH, handle);
        break;
    default:
        (void)do_handle(fw, SEV_CMD_DEACTIVATE, handle);
        (void)do_handle(fw, SEV_CMD_DECOMMISSION, handle);
        break;
    }
}

/* What holds whatever was asked (formats.md 4.1, run.h). */
static void assert_makes_sense(struct rig *rig)
{
    const struct run_state *run = rig->fw->run.map;
    bool used[510] = { false };
    struct cmd_platform_status status;
    uint32_t guests = 0;

    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    for (uint32_t i = 0; i < RUN_HANDLES; i++) {
        const struct run_slot *slot = &run->slots[i];

        if (slot->state == SEV_GUEST_UNINIT) {
            continue;
        }
        guests++;
        assert_in_range(slot->state, SEV_GUEST_LUPDATE, SEV_GUEST_SENT);
        assert_true(slot->asid <= 509);
        if (slot->asid != 0) {
            assert_false(used[slot->asid]);
            used[slot->asid] = true;
            assert_int_equal(slot->asid < 100, (slot->policy & POLICY_ES) != 0);
        }
    }
    if (status.state == SEV_PLATFORM_UNINIT) {
        assert_int_equal(guests, 0);
    } else {
        assert_int_equal(status.guest_count, guests);
        assert_int_equal(status.state == SEV_PLATFORM_WORKING, guests > 0);
    }
}

static bool is_known_status(uint32_t status)
{
    return status <= SEV_STATUS_SECURE_DATA_INVALID;
}

static void arbitrary_commands_never_lead_out_of_the_tables(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct fake_rng random = { .seed = 2024 };
    struct fw *connections[CONNECTIONS];
    size_t worked = 0;

    (void)state;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        connections[i] = i == 0 ? rig->fw : rig_connect(rig);
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        struct fw *fw = connections[fake_rng_below(&random, CONNECTIONS)];
        uint32_t cmd = some_command(&random);
        /* Of exactly its length, so that ASan sees a byte too many. */
        size_t n = 1 + fake_rng_below(&random, 80);
        OWN(own_free) uint8_t *buf = malloc(n);
        uint32_t status;

        /* New keys take a millisecond each: not every time. */
        if ((cmd == SEV_CMD_PEK_GEN || cmd == SEV_CMD_PDH_GEN) &&
            fake_rng_below(&random, 40) != 0) {
            continue;
        }
        if (fake_rng_below(&random, 2) == 0) {
            legal_step(&random, fw);
        }
        fill(&random, buf, n);
        status = fw_command(fw, cmd, buf, n);
        assert_true(is_known_status(status));
        worked += status == SEV_STATUS_SUCCESS;
        if (i % 16 == 0) {
            assert_makes_sense(rig);
        }
    }
    /* It would prove little if all had been refused. */
    assert_true(worked > COMMANDS / 20);
    for (size_t i = 1; i < CONNECTIONS; i++) {
        fw_close(&connections[i]);
    }
    assert_makes_sense(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arbitrary_commands_never_lead_out_of_the_tables),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
