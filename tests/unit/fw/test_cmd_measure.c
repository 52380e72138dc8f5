/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_measure.c. */
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/rig.h"

#define OUT (RIG_RAM + 0x4000)

/* A guest of OWNER in LUPDATE with 64 bytes measured; its digest. */
static uint32_t launch(struct rig *rig, const struct guest_owner *owner,
                       uint8_t ret_digest[static SHA256_LEN])
{
    uint32_t handle = 0;

    assert_int_equal(do_start_owned(rig, owner, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, handle, 100), SEV_STATUS_SUCCESS);
    memset(rig->ram, 0x5a, 64);
    sha256(bytes_make(rig->ram, 64), ret_digest);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM, 64),
        SEV_STATUS_SUCCESS);
    return handle;
}

static void make_owner(struct rig *rig, uint32_t policy,
                       struct guest_owner *ret)
{
    uint8_t pdh[SEV_CERT_LEN];

    rig_pdh(rig, pdh);
    guest_owner_make(ret, pdh, policy, 12);
}

/* *LEN goes in and comes back. */
static uint32_t measure(struct fw *fw, uint32_t handle, uint64_t paddr,
                        uint32_t *len)
{
    struct cmd_guest_range cmd = { .handle = handle,
                                   .paddr = paddr,
                                   .len = *len };
    uint8_t buf[CMD_GUEST_RANGE_LEN];
    uint32_t status;

    cmd_guest_range_encode(&cmd, buf);
    status = fw_command(fw, SEV_CMD_LAUNCH_MEASURE, buf, sizeof buf);
    assert_true(cmd_guest_range_decode(BYTES_OF(buf), &cmd, NULL));
    *len = cmd.len;
    return status;
}

static void the_owner_computes_the_same_measurement(void **state)
{
    static const uint8_t versions[][3] = { { 1, 51, 3 },
                                           { 0, 17, 48 },
                                           { 0, 16, 11 } };

    (void)state;
    for (size_t i = 0; i < N_OF(versions); i++) {
        OWN(rig_close) struct rig *rig = rig_open_up();
        struct fw_profile *profile = &rig->fw->chip.profile;
        struct guest_owner owner;
        uint8_t digest[SHA256_LEN];
        uint8_t expected[32];
        const uint8_t *out = rig_at(rig, OUT);
        uint32_t len = MEASURE_BUF_LEN;
        uint32_t handle;

        profile->api_major = versions[i][0];
        profile->api_minor = versions[i][1];
        profile->build = versions[i][2];
        make_owner(rig, 3, &owner);
        handle = launch(rig, &owner, digest);
        assert_int_equal(measure(rig->fw, handle, OUT, &len),
                         SEV_STATUS_SUCCESS);
        guest_owner_measure(&owner, profile, digest, out + 32, expected);
        assert_memory_equal(out, expected, sizeof expected);
        assert_int_equal(guest_state_of(rig->fw, handle), SEV_GUEST_LSECRET);
    }
}

static void two_guests_get_different_nonces(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t one = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    uint32_t two = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 101);
    uint32_t len = MEASURE_BUF_LEN;

    (void)state;
    assert_int_equal(measure(rig->fw, one, OUT, &len), SEV_STATUS_SUCCESS);
    assert_int_equal(measure(rig->fw, two, OUT + 64, &len), SEV_STATUS_SUCCESS);
    assert_memory_not_equal(rig_at(rig, OUT + 32), rig_at(rig, OUT + 96), 16);
}

static void a_short_buffer_is_told_48_and_the_launch_goes_on(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);

    (void)state;
    for (uint32_t n = 0; n < MEASURE_BUF_LEN; n++) {
        uint32_t len = n;

        assert_int_equal(measure(rig->fw, handle, 0, &len),
                         SEV_STATUS_INVALID_LENGTH);
        assert_int_equal(len, MEASURE_BUF_LEN);
    }
    assert_int_equal(guest_state_of(rig->fw, handle), SEV_GUEST_LUPDATE);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM, 16),
        SEV_STATUS_SUCCESS);
}

static void a_longer_buffer_gets_48_bytes_and_the_length(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    uint32_t len = 4096;

    (void)state;
    memset(rig_at(rig, OUT), 0xee, 64);
    assert_int_equal(measure(rig->fw, handle, OUT, &len), SEV_STATUS_SUCCESS);
    assert_int_equal(len, MEASURE_BUF_LEN);
    assert_int_equal(*rig_at(rig, OUT + 48), 0xee);
}

static void what_can_not_be_delivered_leaves_the_launch_as_it_was(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct guest_owner owner;
    uint8_t digest[SHA256_LEN];
    uint8_t expected[32];
    uint32_t len = MEASURE_BUF_LEN;
    uint32_t handle;
    struct rng rng = rig->fw->rng;

    (void)state;
    make_owner(rig, 0, &owner);
    handle = launch(rig, &owner, digest);
    assert_int_equal(measure(rig->fw, handle, 0, &len),
                     SEV_STATUS_INVALID_ADDRESS);
    rig->fw->rng = rng_failing();
    assert_int_equal(measure(rig->fw, handle, OUT, &len),
                     SEV_STATUS_HWERROR_PLATFORM);
    assert_int_equal(guest_state_of(rig->fw, handle), SEV_GUEST_LUPDATE);
    rig->fw->rng = rng;
    assert_int_equal(measure(rig->fw, handle, OUT, &len), SEV_STATUS_SUCCESS);
    guest_owner_measure(&owner, fw_profile(rig->fw), digest,
                        rig_at(rig, OUT + 32), expected);
    assert_memory_equal(rig_at(rig, OUT), expected, sizeof expected);
}

static uint32_t attest(struct fw *fw, uint32_t handle, uint64_t paddr,
                       uint32_t *len)
{
    struct cmd_attestation cmd = { .handle = handle,
                                   .paddr = paddr,
                                   .len = *len };
    uint8_t buf[CMD_ATTESTATION_LEN];
    uint32_t status;

    for (uint8_t i = 0; i < sizeof cmd.mnonce; i++) {
        cmd.mnonce[i] = i;
    }
    cmd_attestation_encode(&cmd, buf);
    status = fw_command(fw, SEV_CMD_ATTESTATION, buf, sizeof buf);
    assert_true(cmd_attestation_decode(BYTES_OF(buf), &cmd, NULL));
    *len = cmd.len;
    return status;
}

static bool pek_signed(const struct rig *rig, const uint8_t *report)
{
    OWN(own_free)
    struct platform_certs *certs = calloc(1, sizeof *certs);
    struct sev_cert pek;
    struct sev_ec_field field;
    struct ec_point point;
    struct ec_signature s;

    assert_true(platform_load_certs(rig->platform, certs, NULL));
    assert_true(sev_cert_decode(BYTES_OF(certs->pek), &pek, NULL));
    sev_cert_get_ec(&pek, &field);
    memcpy(point.x, field.x, sizeof point.x);
    memcpy(point.y, field.y, sizeof point.y);
    memcpy(s.r, report + 64, sizeof s.r);
    memcpy(s.s, report + 136, sizeof s.s);
    return p384_verify(&point, EC_SHA256,
                       bytes_make(report, ATTESTATION_SIGNED_LEN), &s);
}

/* formats.md 5: the report's bytes, and whose signature it carries. */
static void a_report_holds_nonce_digest_and_policy_signed_by_the_pek(
    void **state)
{
    static const uint8_t nonce[16] = { 0, 1, 2,  3,  4,  5,  6,  7,
                                       8, 9, 10, 11, 12, 13, 14, 15 };
    static const uint8_t middle[16] = { 3, 0, 0, 0, 2, 0x10, 0, 0,
                                        2, 0, 0, 0, 0, 0,    0, 0 };
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint8_t *report = rig_at(rig, OUT);
    struct guest_owner owner;
    uint8_t digest[SHA256_LEN];
    uint32_t len = MEASURE_BUF_LEN;
    uint32_t handle;

    (void)state;
    make_owner(rig, 3, &owner);
    handle = launch(rig, &owner, digest);
    assert_int_equal(measure(rig->fw, handle, OUT, &len), SEV_STATUS_SUCCESS);
    len = 4096;
    assert_int_equal(attest(rig->fw, handle, OUT, &len), SEV_STATUS_SUCCESS);
    assert_int_equal(len, ATTESTATION_LEN);
    assert_memory_equal(report, nonce, sizeof nonce);
    assert_memory_equal(report + 16, digest, sizeof digest);
    assert_memory_equal(report + 48, middle, sizeof middle);
    assert_true(pek_signed(rig, report));
    report[20] ^= 1;
    assert_false(pek_signed(rig, report));
}

static void a_report_can_be_had_again_once_the_guest_runs(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    uint32_t len = ATTESTATION_LEN;

    (void)state;
    assert_int_equal(attest(rig->fw, handle, OUT, &len), SEV_STATUS_SUCCESS);
    assert_true(pek_signed(rig, rig_at(rig, OUT)));
}

static void a_short_report_buffer_is_told_208(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LSECRET, 100);

    (void)state;
    for (uint32_t n = 0; n < ATTESTATION_LEN; n += 23) {
        uint32_t len = n;

        assert_int_equal(attest(rig->fw, handle, OUT, &len),
                         SEV_STATUS_INVALID_LENGTH);
        assert_int_equal(len, ATTESTATION_LEN);
    }
    assert_int_equal(*rig_at(rig, OUT), 0);
}

static void a_report_that_has_no_place_is_an_invalid_address(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_LSECRET, 100);
    uint32_t len = ATTESTATION_LEN;

    (void)state;
    assert_int_equal(attest(rig->fw, handle, 0, &len),
                     SEV_STATUS_INVALID_ADDRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_owner_computes_the_same_measurement),
        cmocka_unit_test(two_guests_get_different_nonces),
        cmocka_unit_test(a_short_buffer_is_told_48_and_the_launch_goes_on),
        cmocka_unit_test(a_longer_buffer_gets_48_bytes_and_the_length),
        cmocka_unit_test(what_can_not_be_delivered_leaves_the_launch_as_it_was),
        cmocka_unit_test(
            a_report_holds_nonce_digest_and_policy_signed_by_the_pek),
        cmocka_unit_test(a_report_can_be_had_again_once_the_guest_runs),
        cmocka_unit_test(a_short_report_buffer_is_told_208),
        cmocka_unit_test(a_report_that_has_no_place_is_an_invalid_address),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
