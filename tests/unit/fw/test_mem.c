/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/mem.c. */
#include "fw/mem.h"

#include "base/own.h"
#include "unit/fw/rig.h"

static void memory_ends_where_it_ends(void **state)
{
    static const struct {
        uint64_t paddr;
        size_t n;
        uint32_t status;
    } rows[] = {
        { RIG_RAM, 16, SEV_STATUS_SUCCESS },
        { RIG_RAM + RIG_RAM_LEN - 16, 16, SEV_STATUS_SUCCESS },
        { RIG_RAM + RIG_RAM_LEN - 15, 16, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM - 1, 16, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM, 0, SEV_STATUS_INVALID_ADDRESS },
        { UINT64_MAX, 16, SEV_STATUS_INVALID_ADDRESS },
        { UINT64_MAX - 15, 16, SEV_STATUS_INVALID_ADDRESS },
    };
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t bytes[16] = { 9 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(mem_read(rig->fw, rows[i].paddr, bytes, rows[i].n),
                         rows[i].status);
        assert_int_equal(
            mem_write(rig->fw, rows[i].paddr, bytes_make(bytes, rows[i].n)),
            rows[i].status);
    }
}

static void memory_that_can_only_be_read_is_not_written(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t bytes[16] = { 9 };

    (void)state;
    rig->read_only = true;
    assert_int_equal(mem_write(rig->fw, RIG_RAM, BYTES_OF(bytes)),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(mem_write_guest(rig->fw, NULL, RIG_RAM, BYTES_OF(bytes)),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(mem_read(rig->fw, RIG_RAM, bytes, sizeof bytes),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(bytes[0], 0);
}

static void a_caller_without_memory_has_no_addresses(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t bytes[16];

    (void)state;
    rig->fw->memory.map = NULL;
    assert_int_equal(mem_read(rig->fw, RIG_RAM, bytes, sizeof bytes),
                     SEV_STATUS_INVALID_ADDRESS);
}

/* A launch needs to read only: an image in a sealed file can be measured. */
static void measuring_does_not_ask_for_writing(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct fw_guest guest = { 0 };
    uint8_t digest[SHA256_LEN];
    uint8_t expected[SHA256_LEN];

    (void)state;
    rig->read_only = true;
    memset(rig->ram, 0x42, 4096);
    sha256_init(&guest.launch);
    assert_int_equal(mem_measure_guest(rig->fw, &guest, RIG_RAM, 4096),
                     SEV_STATUS_SUCCESS);
    sha256_final(&guest.launch, digest);
    sha256(bytes_make(rig->ram, 4096), expected);
    assert_memory_equal(digest, expected, sizeof digest);
}

#define PAGE (RIG_RAM + 0x4000)

static const char secret[32] = "plaintext that nobody is to see";

static bool shows(struct fw *fw, uint32_t asid, uint64_t paddr)
{
    char out[32];

    assert_int_equal(
        fw_memory_read(fw, asid, paddr, (uint8_t *)out, sizeof out),
        SEV_STATUS_SUCCESS);
    return memmem(out, sizeof out, secret, 8) != NULL;
}

/* Two guests, a host, and the bare memory look at the same page. */
static void a_launched_page_is_plain_to_its_guest_alone(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t guest = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);

    (void)state;
    rig_guest(rig, 0, SEV_GUEST_LUPDATE, 101);
    memcpy(rig_at(rig, PAGE), secret, sizeof secret);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, guest, PAGE, 4096),
        SEV_STATUS_SUCCESS);
    assert_null(memmem(rig->ram, RIG_RAM_LEN, secret, 8));
    assert_true(shows(rig->fw, 100, PAGE));
    assert_false(shows(rig->fw, 101, PAGE));
    assert_false(shows(rig->fw, 0, PAGE));
    assert_false(shows(rig->fw, 400, PAGE));
    memcpy(rig_at(rig, PAGE + 0x2000), rig_at(rig, PAGE), 4096);
    assert_false(shows(rig->fw, 100, PAGE + 0x2000));
}

static void a_guest_writes_what_the_host_can_not_read(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();

    (void)state;
    rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    assert_int_equal(
        fw_memory_write(rig->fw, 100, PAGE + 5, bytes_make(secret, 32)),
        SEV_STATUS_SUCCESS);
    assert_null(memmem(rig->ram, RIG_RAM_LEN, secret, 8));
    assert_true(shows(rig->fw, 100, PAGE + 5));
    assert_int_equal(fw_memory_write(rig->fw, 100, 0, bytes_make(secret, 32)),
                     SEV_STATUS_INVALID_ADDRESS);
}

/* Encryption changes nothing that the owner sees. */
static void the_digest_is_that_of_the_plaintext_either_way(void **state)
{
    uint8_t digests[2][SHA256_LEN];

    (void)state;
    for (int i = 0; i < 2; i++) {
        OWN(rig_close)
        struct rig *rig = i == 0 ? rig_open_up() : rig_open_encrypted();
        uint32_t guest = rig_guest(rig, 4, SEV_GUEST_LUPDATE, 1);

        memset(rig_at(rig, PAGE), 0x42, 0x2000);
        assert_int_equal(
            do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, guest, PAGE, 0x1010),
            SEV_STATUS_SUCCESS);
        assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, guest,
                                  PAGE + 0x2000, 4096),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_MEASURE, guest,
                                  RIG_RAM, MEASURE_BUF_LEN),
                         SEV_STATUS_SUCCESS);
        memcpy(digests[i], rig->fw->guests[guest]->digest, SHA256_LEN);
    }
    assert_memory_equal(digests[0], digests[1], SHA256_LEN);
}

static void a_vmsa_that_somebody_changed_is_noticed(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t handle = rig_guest(rig, 4, SEV_GUEST_LUPDATE, 1);
    struct fw_guest *guest = rig->fw->guests[handle];
    uint8_t page[4096];

    (void)state;
    memset(rig_at(rig, PAGE), 0x17, 4096);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, handle, PAGE, 4096),
        SEV_STATUS_SUCCESS);
    for (size_t at = 0; at < 4096; at += 113) {
        *rig_at(rig, PAGE + at) ^= 1;
        assert_int_equal(mem_read_vmsa(rig->fw, guest, PAGE, page),
                         SEV_STATUS_INVALID_PARAM);
        *rig_at(rig, PAGE + at) ^= 1;
    }
    assert_int_equal(mem_read_vmsa(rig->fw, guest, PAGE, page),
                     SEV_STATUS_SUCCESS);
    for (size_t at = 0; at < 4096; at++) {
        assert_int_equal(page[at], at >= 0x380 && at < 0x390 ? 0 : 0x17);
    }
}

/* The tweak key is another: what was kept from before reads as garbage. */
static void ciphertext_of_an_earlier_boot_looks_different(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint8_t vek[16] = { 1, 2, 3 };
    uint8_t seen[2][32];

    (void)state;
    for (int i = 0; i < 2; i++) {
        uint32_t guest = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);

        memcpy(secret_expose_mutable(&rig->fw->guests[guest]->vek), vek, 16);
        assert_int_equal(
            fw_memory_write(rig->fw, 100, PAGE, bytes_make(secret, 32)),
            SEV_STATUS_SUCCESS);
        memcpy(seen[i], rig_at(rig, PAGE), 32);
        assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
        assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    }
    assert_memory_not_equal(seen[0], seen[1], 32);
}

/* One platform encrypts memory itself, the other shows what it would be. */
static void what_memory_would_hold_is_what_it_holds(void **state)
{
    static const uint64_t places[] = { PAGE, PAGE + 0x10, PAGE + 0xff0 };
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t guest = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    uint8_t plain[64];
    uint8_t seen[64];

    (void)state;
    memset(plain, 0x33, sizeof plain);
    for (size_t i = 0; i < N_OF(places); i++) {
        assert_int_equal(
            fw_memory_write(rig->fw, 100, places[i], BYTES_OF(plain)),
            SEV_STATUS_SUCCESS);
        assert_int_equal(fw_guest_ciphertext(rig->fw, guest, places[i],
                                             BYTES_OF(plain), seen),
                         SEV_STATUS_SUCCESS);
        assert_memory_equal(seen, rig_at(rig, places[i]), sizeof seen);
    }
}

static void a_platform_that_does_not_encrypt_shows_it_too(void **state)
{
    static const uint32_t nobody[] = { 0, 2, 1024, 1025, UINT32_MAX };
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t guest = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    uint8_t buf[32] = { 5 };
    uint8_t again[32] = { 5 };

    (void)state;
    assert_int_equal(
        fw_guest_ciphertext(rig->fw, guest, PAGE, BYTES_OF(buf), buf),
        SEV_STATUS_SUCCESS);
    assert_int_equal(
        fw_guest_ciphertext(rig->fw, guest, PAGE, BYTES_OF(again), again),
        SEV_STATUS_SUCCESS);
    assert_memory_equal(buf, again, sizeof buf);
    assert_true(buf[0] != 5 || buf[1] != 0);

    /* Its own memory stays as it is. */
    memset(rig_at(rig, PAGE), 7, 16);
    assert_int_equal(fw_memory_read(rig->fw, 100, PAGE, again, 16),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(again[0], 7);

    for (size_t i = 0; i < N_OF(nobody); i++) {
        assert_int_equal(
            fw_guest_ciphertext(rig->fw, nobody[i], PAGE, BYTES_OF(buf), buf),
            SEV_STATUS_INVALID_GUEST);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_ends_where_it_ends),
        cmocka_unit_test(memory_that_can_only_be_read_is_not_written),
        cmocka_unit_test(a_caller_without_memory_has_no_addresses),
        cmocka_unit_test(measuring_does_not_ask_for_writing),
        cmocka_unit_test(a_launched_page_is_plain_to_its_guest_alone),
        cmocka_unit_test(a_guest_writes_what_the_host_can_not_read),
        cmocka_unit_test(the_digest_is_that_of_the_plaintext_either_way),
        cmocka_unit_test(a_vmsa_that_somebody_changed_is_noticed),
        cmocka_unit_test(ciphertext_of_an_earlier_boot_looks_different),
        cmocka_unit_test(what_memory_would_hold_is_what_it_holds),
        cmocka_unit_test(a_platform_that_does_not_encrypt_shows_it_too),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
