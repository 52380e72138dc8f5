/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/driver.c. */
#include "fw/driver.h"

#include "base/file.h"
#include "base/own.h"
#include "crypto/hash.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/rig.h"
#include "wire/policy.h"

static const struct bytes nothing;

static struct driver *open_driver(struct rig *rig)
{
    struct fw_options options = rig_options(rig);
    struct driver *d = NULL;
    struct sevk_error err = { 0 };

    assert_works(driver_open(&options, &d, &err), &err);
    return d;
}

static uint32_t start(struct driver *d, uint32_t policy, uint32_t *ret_asid)
{
    struct sevk_error err = { 0 };
    uint32_t handle = 0;

    assert_works(driver_launch_start(d, policy, nothing, nothing, &handle,
                                     ret_asid, &err),
                 &err);
    return handle;
}

static void opening_brings_the_platform_up_with_es(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    OWN(driver_close) struct driver *second = open_driver(rig);
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(driver_platform_status(second, &status, &err), &err);
    assert_int_equal(status.state, SEV_PLATFORM_INIT);
    assert_int_equal(status.config, 1);
    assert_string_equal(driver_profile(d)->name, "milan-1.51");
}

static void a_damaged_platform_says_so_with_its_status(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(own_free) char *path = rig_path(rig, "state");
    struct fw_options options = rig_options(rig);
    struct driver *d = NULL;
    struct sevk_error err;

    (void)state;
    assert_true(file_replace(path, 0600, bytes_of_string("x"), NULL));
    assert_fails(driver_open(&options, &d, &err), &err, SEVK_HOST, "INIT");
    assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
    assert_non_null(strstr(err.message, "SECURE_DATA_INVALID, 18h"));
    assert_null(d);
}

#define IMAGE_LEN 512

/* LAUNCH_START to LAUNCH_MEASURE of a guest with one vCPU. */
static uint32_t launch_owned(struct rig *rig, struct driver *d,
                             const struct guest_owner *owner,
                             uint8_t ret_measure[static MEASURE_BUF_LEN])
{
    const uint8_t *image = rig->ram;
    struct sevk_error err = { 0 };
    uint32_t handle = 0;
    uint32_t asid = 0;

    assert_works(driver_launch_start(d, owner->policy, BYTES_OF(owner->cert),
                                     BYTES_OF(owner->session), &handle, &asid,
                                     &err),
                 &err);
    assert_in_range(asid, 1, 99);
    assert_works(driver_launch_update_buffer(
                     d, handle, bytes_make(image, IMAGE_LEN), &err),
                 &err);
    assert_works(driver_launch_update_vmsa(d, handle, image + IMAGE_LEN, &err),
                 &err);
    assert_works(driver_launch_measure(d, handle, ret_measure, &err), &err);
    return handle;
}

static void make_owner(struct driver *d, uint32_t policy,
                       struct guest_owner *ret)
{
    OWN(own_free) uint8_t *chain = calloc(1, DRIVER_CHAIN_LEN);
    uint8_t pdh[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    assert_works(driver_export(d, pdh, chain, &err), &err);
    guest_owner_make(ret, pdh, policy, 31);
}

/* A whole launch of an owner's guest, with the owner's own view of it. */
static void a_launch_from_session_to_running(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    const uint8_t plain[32] = { 's' };
    uint8_t digest[SHA256_LEN];
    uint8_t expected[32];
    uint8_t m[MEASURE_BUF_LEN];
    uint8_t header[PACKET_HDR_LEN];
    uint8_t payload[sizeof plain];
    struct guest_owner owner;
    struct cmd_guest_status status;
    struct sevk_error err = { 0 };
    uint32_t handle;

    (void)state;
    make_owner(d, 0x07, &owner);
    memset(rig->ram, 0xc3, IMAGE_LEN + VMSA_LEN);
    handle = launch_owned(rig, d, &owner, m);
    sha256(bytes_make(rig->ram, IMAGE_LEN + VMSA_LEN), digest);
    guest_owner_measure(&owner, driver_profile(d), digest, m + 32, expected);
    assert_memory_equal(m, expected, sizeof expected);
    guest_owner_seal(&owner, driver_profile(d), 0, m, plain, sizeof plain,
                     header, payload);
    assert_works(driver_launch_secret(d, handle, BYTES_OF(header),
                                      BYTES_OF(payload), RIG_RAM + 0x8000,
                                      &err),
                 &err);
    assert_memory_equal(rig_at(rig, RIG_RAM + 0x8000), plain, sizeof plain);
    assert_works(driver_launch_finish(d, handle, &err), &err);
    assert_works(driver_guest_status(d, handle, &status, &err), &err);
    assert_int_equal(status.state, SEV_GUEST_RUNNING);
    assert_int_equal(status.policy, 0x07);
}

static void guest_memory_and_buffers_measure_alike(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    const uint8_t nonce[16] = { 5 };
    uint8_t m[MEASURE_BUF_LEN];
    uint8_t reports[2][ATTESTATION_LEN];
    struct sevk_error err = { 0 };
    uint32_t asid = 0;

    (void)state;
    memset(rig->ram, 0x66, 8192);
    for (int i = 0; i < 2; i++) {
        uint32_t handle = start(d, 0, &asid);

        if (i == 0) {
            assert_works(
                driver_launch_update_data(d, handle, RIG_RAM, 8192, &err),
                &err);
        } else {
            assert_works(driver_launch_update_buffer(
                             d, handle, bytes_make(rig->ram, 8192), &err),
                         &err);
        }
        assert_works(driver_launch_measure(d, handle, m, &err), &err);
        assert_works(driver_attestation(d, handle, nonce, reports[i], &err),
                     &err);
    }
    assert_memory_equal(reports[0], reports[1], ATTESTATION_SIGNED_LEN);
}

static void every_guest_gets_an_asid_of_its_kind(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    bool seen[510] = { false };
    struct sevk_error err;
    uint32_t handle = 0;
    uint32_t asid = 0;

    (void)state;
    for (int i = 0; i < 509; i++) {
        uint32_t policy = i % 5 == 0 && i < 99 * 5 ? POLICY_ES : 0;

        start(d, policy, &asid);
        assert_in_range(asid, policy != 0 ? 1 : 100, policy != 0 ? 99 : 509);
        assert_false(seen[asid]);
        seen[asid] = true;
    }
    assert_fails(
        driver_launch_start(d, 0, nothing, nothing, &handle, &asid, &err), &err,
        SEVK_HOST, "all 410 ASIDs for guests without SEV-ES");
    assert_int_equal(err.fw_status, SEV_STATUS_RESOURCE_LIMIT);
    assert_fails(driver_launch_start(d, POLICY_ES, nothing, nothing, &handle,
                                     &asid, &err),
                 &err, SEVK_HOST, "all 99 ASIDs for guests with SEV-ES");
}

static void a_guest_without_an_asid_is_not_left_behind(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };
    uint32_t handle = 0;
    uint32_t asid = 0;

    (void)state;
    for (int i = 0; i < 99; i++) {
        start(d, POLICY_ES, &asid);
    }
    assert_false(driver_launch_start(d, POLICY_ES, nothing, nothing, &handle,
                                     &asid, &err));
    assert_works(driver_platform_status(d, &status, &err), &err);
    assert_int_equal(status.guest_count, 99);
}

/* More guests one after the other than there are ASIDs: the caches are flushed
 * when no clean one is left, and all can be used once more. */
static void an_asid_can_be_used_again_after_its_guest(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    int times[512] = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    for (int i = 0; i < 3 * 410; i++) {
        uint32_t asid = 0;
        uint32_t handle = start(d, 0, &asid);

        assert_in_range(asid, 100, 509);
        assert_true(++times[asid] <= 3);
        assert_works(driver_guest_end(d, handle, &err), &err);
    }
}

static void a_refusal_names_the_command_and_keeps_the_status(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    uint8_t m[MEASURE_BUF_LEN];
    struct sevk_error err;
    uint32_t asid = 0;
    uint32_t handle = start(d, 0, &asid);

    (void)state;
    assert_fails(driver_launch_finish(d, handle, &err), &err, SEVK_HOST,
                 "LAUNCH_FINISH: ");
    assert_int_equal(err.fw_status, SEV_STATUS_INVALID_GUEST_STATE);
    assert_fails(driver_launch_measure(d, 1000, m, &err), &err, SEVK_HOST,
                 "(INVALID_GUEST, 10h)");
    assert_int_equal(err.fw_status, SEV_STATUS_INVALID_GUEST);
    assert_fails(driver_guest_end(d, 1000, &err), &err, SEVK_HOST,
                 "DEACTIVATE");
    assert_fails(driver_pek_gen(d, &err), &err, SEVK_HOST, "PEK_GEN");
    assert_int_equal(err.fw_status, SEV_STATUS_INVALID_PLATFORM_STATE);
}

static void a_wrong_session_leaves_no_guest(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    struct guest_owner owner;
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };
    uint32_t handle = 0;
    uint32_t asid = 0;

    (void)state;
    make_owner(d, 1, &owner);
    assert_fails(driver_launch_start(d, 3, BYTES_OF(owner.cert),
                                     BYTES_OF(owner.session), &handle, &asid,
                                     &err),
                 &err, SEVK_HOST, "LAUNCH_START");
    assert_int_equal(err.fw_status, SEV_STATUS_BAD_MEASUREMENT);
    for (size_t n = 1; n < SESSION_BUF_LEN; n += 17) {
        assert_false(driver_launch_start(d, 1, BYTES_OF(owner.cert),
                                         bytes_make(owner.session, n), &handle,
                                         &asid, &err));
        assert_int_equal(err.fw_status, SEV_STATUS_INVALID_LENGTH);
    }
    assert_works(driver_platform_status(d, &status, &err), &err);
    assert_int_equal(status.guest_count, 0);
}

static void addresses_of_the_drivers_own_are_not_there_afterwards(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    uint8_t image[64] = { 1 };
    struct sevk_error err = { 0 };
    uint32_t asid = 0;
    uint32_t handle = start(d, 0, &asid);

    (void)state;
    assert_works(driver_launch_update_buffer(d, handle, BYTES_OF(image), &err),
                 &err);
    for (uint64_t i = 0; i < 16; i++) {
        assert_false(driver_launch_update_data(
            d, handle, 0xf000000000000000u + (i << 40), 16, &err));
        assert_int_equal(err.fw_status, SEV_STATUS_INVALID_ADDRESS);
    }
}

static void keys_can_be_renewed_and_the_platform_shut_down(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(driver_close) struct driver *d = open_driver(rig);
    OWN(own_free) uint8_t *chain = calloc(2, DRIVER_CHAIN_LEN);
    uint8_t one[SEV_CERT_LEN];
    uint8_t two[SEV_CERT_LEN];
    uint8_t id[DRIVER_ID_LEN] = { 0 };
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(driver_export(d, one, chain, &err), &err);
    assert_works(driver_pdh_gen(d, &err), &err);
    assert_works(driver_export(d, two, chain + DRIVER_CHAIN_LEN, &err), &err);
    assert_memory_not_equal(one, two, sizeof one);
    assert_memory_equal(chain, chain + DRIVER_CHAIN_LEN, DRIVER_CHAIN_LEN);
    assert_works(driver_pek_gen(d, &err), &err);
    assert_works(driver_export(d, two, chain + DRIVER_CHAIN_LEN, &err), &err);
    assert_memory_not_equal(chain, chain + DRIVER_CHAIN_LEN, SEV_CERT_LEN);
    assert_works(driver_get_id(d, id, &err), &err);
    assert_false(bytes_all_zero(BYTES_OF(id)));
    assert_works(driver_shutdown(d, &err), &err);
    assert_works(driver_platform_status(d, &status, &err), &err);
    assert_int_equal(status.state, SEV_PLATFORM_UNINIT);
    assert_works(driver_init(d, &err), &err);
    assert_works(driver_platform_status(d, &status, &err), &err);
    assert_int_equal(status.state, SEV_PLATFORM_INIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_brings_the_platform_up_with_es),
        cmocka_unit_test(a_damaged_platform_says_so_with_its_status),
        cmocka_unit_test(a_launch_from_session_to_running),
        cmocka_unit_test(guest_memory_and_buffers_measure_alike),
        cmocka_unit_test(every_guest_gets_an_asid_of_its_kind),
        cmocka_unit_test(a_guest_without_an_asid_is_not_left_behind),
        cmocka_unit_test(an_asid_can_be_used_again_after_its_guest),
        cmocka_unit_test(a_refusal_names_the_command_and_keeps_the_status),
        cmocka_unit_test(a_wrong_session_leaves_no_guest),
        cmocka_unit_test(addresses_of_the_drivers_own_are_not_there_afterwards),
        cmocka_unit_test(keys_can_be_renewed_and_the_platform_shut_down),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
