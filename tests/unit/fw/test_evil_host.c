/* SPDX-License-Identifier: Apache-2.0 */
/* What an evil host can do to a guest, and what its policy forbids. */
#include "base/own.h"
#include "crypto/aes.h"
#include "fw/firmware.h"
#include "unit/fw/guest_owner.h"
#include "unit/fw/owner_key.h"
#include "unit/fw/travel.h"
#include "wire/policy.h"

/*
 * The host is the one who issues commands and whose memory it is. What it gets
 * to see decides, not a status: a secret is looked for in all memory, and in
 * what the host can decrypt.
 */
static const uint8_t secret[] = "correct horse battery staple....";

/* The owner's guest under POLICY, with the owner's secret in its page. */
static uint32_t start_with_secret(struct rig *rig, uint32_t policy)
{
    struct guest_owner owner;
    const uint32_t asid = (policy & POLICY_ES) != 0 ? 1 : 100;
    struct cmd_packet cmd;
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t measure[32];
    uint8_t header[PACKET_HDR_LEN];
    uint8_t payload[32];
    uint32_t handle = 0;

    rig_pdh(rig, pdh);
    guest_owner_make(&owner, pdh, policy, 42);
    assert_int_equal(do_start_owned(rig, &owner, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, handle, asid), SEV_STATUS_SUCCESS);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, GUEST, PAGE_LEN),
        SEV_STATUS_SUCCESS);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_MEASURE, handle, RIG_RAM, 48),
        SEV_STATUS_SUCCESS);
    memcpy(measure, rig_at(rig, RIG_RAM), sizeof measure);
    guest_owner_seal(&owner, fw_profile(rig->fw), 0, measure, secret, 32,
                     header, payload);
    memcpy(rig_at(rig, HDR), header, sizeof header);
    memcpy(rig_at(rig, TRANS), payload, sizeof payload);
    cmd = good_packet(handle, GUEST);
    cmd.guest_len = cmd.trans_len = 32;
    assert_int_equal(packet_cmd(rig->fw, SEV_CMD_LAUNCH_SECRET, &cmd),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_LAUNCH_FINISH, handle),
                     SEV_STATUS_SUCCESS);
    return handle;
}

static bool is_anywhere(struct rig *rig)
{
    return memmem(rig->ram, RIG_RAM_LEN, secret, 16) != NULL;
}

/* It is there: the guest itself reads it. */
static void assert_guest_has_it(struct rig *rig, uint32_t asid)
{
    uint8_t seen[32];

    assert_int_equal(fw_memory_read(rig->fw, asid, GUEST, seen, sizeof seen),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(seen, secret, sizeof seen);
}

/* SEND_START to a key that the host made. */
static uint32_t send_to_own_key(struct rig *rig, uint32_t guest,
                                const struct owner_key *host)
{
    OWN(drop_receiver) struct receiver *r = receiver_of(rig);
    struct sev_cert cert;

    owner_begin_cert(SEV_USAGE_PDH, host->key, &cert);
    sev_cert_encode(&cert, r->pdh);
    return send_start(rig, r, guest);
}

static void a_guest_that_may_be_sent_anywhere_is_sent_to_the_hosts_own_key(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    OWN(owner_key_drop) struct owner_key host;
    uint32_t guest = start_with_secret(rig, 0x07);
    struct guest_owner stolen;
    uint8_t plain[32];
    struct packet_hdr hdr;
    uint8_t pdh[SEV_CERT_LEN];

    (void)state;
    owner_key_make(&host, 3);
    assert_guest_has_it(rig, 1);
    assert_false(is_anywhere(rig));
    rig_pdh(rig, pdh);
    assert_int_equal(send_to_own_key(rig, guest, &host), SEV_STATUS_SUCCESS);
    guest_owner_unwrap(&stolen, host.key, pdh, rig_at(rig, SESSION));
    assert_int_equal(packet(rig->fw, SEV_CMD_SEND_UPDATE_DATA, guest, GUEST),
                     SEV_STATUS_SUCCESS);
    assert_true(packet_hdr_decode(bytes_make(rig_at(rig, HDR), PACKET_HDR_LEN),
                                  &hdr, NULL));
    assert_true(aes128_ctr(BYTES_OF(stolen.tek), hdr.iv,
                           bytes_make(rig_at(rig, TRANS), sizeof plain), plain,
                           NULL));
    assert_memory_equal(plain, secret, 32); /* the host reads the secret */
    assert_false(is_anywhere(rig));
}

static void with_nosend_it_is_refused_with_policy_failure(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    OWN(owner_key_drop) struct owner_key host;
    uint32_t guest = start_with_secret(rig, 0x0f);

    (void)state;
    owner_key_make(&host, 3);
    assert_int_equal(send_to_own_key(rig, guest, &host), 7);
    assert_int_equal(guest_state_of(rig->fw, guest), SEV_GUEST_RUNNING);
    assert_int_equal(packet(rig->fw, SEV_CMD_SEND_UPDATE_DATA, guest, GUEST),
                     SEV_STATUS_INVALID_GUEST_STATE);
    assert_guest_has_it(rig, 1);
    assert_false(is_anywhere(rig));
}

/* The domain, or a real platform, is not the host's to make up. */
static void with_sev_or_domain_the_hosts_key_is_not_enough(void **state)
{
    static const uint32_t policies[] = { 0x07 | POLICY_DOMAIN,
                                         0x07 | POLICY_SEV };

    (void)state;
    for (size_t i = 0; i < N_OF(policies); i++) {
        OWN(rig_close) struct rig *rig = rig_open_encrypted();
        OWN(owner_key_drop) struct owner_key host;
        uint32_t guest = start_with_secret(rig, policies[i]);

        owner_key_make(&host, 3);
        assert_int_not_equal(send_to_own_key(rig, guest, &host),
                             SEV_STATUS_SUCCESS);
        assert_int_equal(guest_state_of(rig->fw, guest), SEV_GUEST_RUNNING);
        assert_false(is_anywhere(rig));
    }
}

static uint32_t decrypt(struct rig *rig, uint32_t guest, uint64_t to)
{
    const struct cmd_dbg cmd = {
        .handle = guest, .src_paddr = GUEST, .dst_paddr = to, .len = 32
    };
    uint8_t buf[CMD_DBG_LEN];

    cmd_dbg_encode(&cmd, buf);
    return fw_command(rig->fw, SEV_CMD_DBG_DECRYPT, buf, sizeof buf);
}

static void without_nodbg_the_host_reads_and_with_it_it_does_not(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t open = start_with_secret(rig, 0);
    uint32_t closed;

    (void)state;
    assert_int_equal(decrypt(rig, open, TRANS), SEV_STATUS_SUCCESS);
    assert_true(is_anywhere(rig));
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, open),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    memset(rig->ram, 0, RIG_RAM_LEN);

    closed = start_with_secret(rig, POLICY_NODBG);
    assert_int_equal(decrypt(rig, closed, TRANS), 7);
    assert_false(is_anywhere(rig));
}

/* A guest of the host's own that shares the key would read everything. */
static void without_noks_a_second_guest_of_the_hosts_reads_the_first(
    void **state)
{
    static const uint32_t policies[] = { 0, POLICY_NOKS };

    (void)state;
    for (size_t i = 0; i < N_OF(policies); i++) {
        OWN(rig_close) struct rig *rig = rig_open_encrypted();
        uint32_t guest = start_with_secret(rig, policies[i]);
        struct cmd_launch_start cmd = { .handle = guest,
                                        .policy = policies[i] };
        uint8_t buf[CMD_LAUNCH_START_LEN];
        uint8_t seen[32];
        uint32_t status;

        cmd_launch_start_encode(&cmd, buf);
        status = fw_command(rig->fw, SEV_CMD_LAUNCH_START, buf, sizeof buf);
        assert_int_equal(status, i == 0 ? 0 : 7);
        if (i == 0) {
            assert_true(cmd_launch_start_decode(BYTES_OF(buf), &cmd, NULL));
            assert_int_equal(do_activate(rig->fw, cmd.handle, 101),
                             SEV_STATUS_SUCCESS);
            assert_int_equal(
                fw_memory_read(rig->fw, 101, GUEST, seen, sizeof seen),
                SEV_STATUS_SUCCESS);
            assert_memory_equal(seen, secret, sizeof seen);
        }
    }
}

/*
 * Memory has no integrity before SEV-SNP: what the host changes or moves is
 * garbage to the guest, and nobody tells it; what the host puts back is plain
 * again, be it out of date.
 */
static void ciphertext_can_be_spoiled_moved_and_put_back(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint8_t kept[32];
    uint8_t seen[32];
    static const uint8_t newer[] = "another password, since Tuesday!";

    (void)state;
    (void)start_with_secret(rig, 0x0f);
    memcpy(kept, rig_at(rig, GUEST), sizeof kept);

    /* One bit: the 16 bytes around it are garbage, the next are not. */
    *rig_at(rig, GUEST + 3) ^= 1;
    assert_int_equal(fw_memory_read(rig->fw, 1, GUEST, seen, sizeof seen),
                     SEV_STATUS_SUCCESS);
    assert_memory_not_equal(seen, secret, 16);
    assert_memory_equal(seen + 16, secret + 16, 16);
    *rig_at(rig, GUEST + 3) ^= 1;

    /* Elsewhere it means something else. */
    memcpy(rig_at(rig, GUEST + 0x2000), kept, sizeof kept);
    assert_int_equal(
        fw_memory_read(rig->fw, 1, GUEST + 0x2000, seen, sizeof seen),
        SEV_STATUS_SUCCESS);
    assert_memory_not_equal(seen, secret, 16);

    /* The guest has moved on; the host takes it back. */
    assert_int_equal(
        fw_memory_write(rig->fw, 1, GUEST, bytes_make(newer, sizeof seen)),
        SEV_STATUS_SUCCESS);
    memcpy(rig_at(rig, GUEST), kept, sizeof kept);
    assert_guest_has_it(rig, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_guest_that_may_be_sent_anywhere_is_sent_to_the_hosts_own_key),
        cmocka_unit_test(with_nosend_it_is_refused_with_policy_failure),
        cmocka_unit_test(with_sev_or_domain_the_hosts_key_is_not_enough),
        cmocka_unit_test(without_nodbg_the_host_reads_and_with_it_it_does_not),
        cmocka_unit_test(
            without_noks_a_second_guest_of_the_hosts_reads_the_first),
        cmocka_unit_test(ciphertext_can_be_spoiled_moved_and_put_back),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
