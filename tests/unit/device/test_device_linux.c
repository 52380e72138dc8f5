/* SPDX-License-Identifier: Apache-2.0 */
/* Linux's /dev/sev: the bytes that reach the driver, and what it answers. */
#include "lib/unit.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/own.h"
#include "device/device.h"
#include "wire/status.h"

/* The linker leads ioctl() here (-Wl,--wrap=ioctl): a driver of our own. */
static struct {
    int calls;
    unsigned long request;
    uint32_t cmd;
    uint32_t error_before; /* what the caller put there */
    int fail_errno;        /* 0: succeed */
    uint32_t fail_status;
    uint8_t arg[24]; /* of the commands that name buffers */
} driver;

static uint8_t *at_address(uint64_t address)
{
    return (uint8_t *)(uintptr_t)address; /* as the kernel does it */
}

static void answer(uint32_t cmd, uint8_t *data)
{
    static const uint8_t status[] = { 1, 51, 2, 1, 1, 0, 0, 3, 9, 0, 0, 0 };

    if (cmd == 1) {
        memcpy(data, status, sizeof status);
    } else if (cmd == 5) {
        memcpy(driver.arg, data, sizeof driver.arg);
        memset(at_address(load_le64(data)), 0xaa, load_le32(data + 8));
        memset(at_address(load_le64(data + 12)), 0xbb, load_le32(data + 20));
    } else if (cmd == 3) {
        memcpy(driver.arg, data, 12);
        memset(at_address(load_le64(data)), 0xcc, load_le32(data + 8));
    } else if (cmd == 6) {
        memcpy(driver.arg, data, sizeof driver.arg);
    } else if (cmd == 7) {
        memset(data, 0xc1, 64);
        memset(data + 64, 0xc2, 64);
    }
}

int __wrap_ioctl(int fd, unsigned long request, uint8_t *arg);

int __wrap_ioctl(int fd, unsigned long request, uint8_t *arg)
{
    (void)fd;
    driver.calls++;
    driver.request = request;
    driver.cmd = load_le32(arg);
    driver.error_before = load_le32(arg + 12);
    if (driver.fail_errno == EINTR) {
        driver.fail_errno = 0;
        errno = EINTR;
        return -1;
    }
    if (driver.fail_errno != 0) {
        store_le32(arg + 12, driver.fail_status);
        errno = driver.fail_errno;
        return -1;
    }
    answer(driver.cmd, at_address(load_le64(arg + 4)));
    return 0;
}

static struct device *open_it(int fail_errno, uint32_t fail_status)
{
    struct device *device = NULL;
    struct sevk_error err = { 0 };

    memset(&driver, 0, sizeof driver);
    driver.fail_errno = fail_errno;
    driver.fail_status = fail_status;
    assert_works(device_open_linux("/dev/null", true, &device, &err), &err);
    return device;
}

static void test_a_machine_without_the_device_says_what_to_do(void **state)
{
    struct device *device = NULL;
    struct sevk_error err = { 0 };

    (void)state;
    assert_fails(device_open_linux("/nonexistent/sev", false, &device, &err),
                 &err, SEVK_HOST, "--virtual");
    assert_fails(device_open_linux("/dev/null/sev", false, &device, &err), &err,
                 SEVK_HOST, "/dev/null/sev");
    assert_null(device);
}

static void test_status_is_asked_as_the_header_of_linux_has_it(void **state)
{
    OWN(device_close) struct device *device = open_it(0, 0);
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };

    (void)state;
    assert_false(device_is_virtual(device));
    assert_works(device_platform_status(device, &status, &err), &err);
    assert_true(driver.request == 0xc0105300ul);
    assert_int_equal(driver.cmd, 1);
    assert_int_equal(driver.error_before, 0xffffffffu);
    assert_int_equal(status.api_major, 1);
    assert_int_equal(status.api_minor, 51);
    assert_int_equal(status.state, SEV_PLATFORM_WORKING);
    assert_int_equal(status.owner & 1, 1);
    assert_int_equal(status.config & 1, 1);
    assert_int_equal(status.build, 3);
    assert_int_equal(status.guest_count, 9);
}

static void test_certificates_come_back_in_two_parts(void **state)
{
    OWN(device_close) struct device *device = open_it(0, 0);
    OWN(own_free) uint8_t *chain = malloc(DEVICE_CHAIN_LEN);
    uint8_t pdh[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    assert_non_null(chain);
    assert_works(device_export(device, pdh, chain, &err), &err);
    assert_int_equal(load_le32(driver.arg + 8), SEV_CERT_LEN);
    assert_int_equal(load_le32(driver.arg + 20), 3 * SEV_CERT_LEN);
    for (size_t i = 0; i < sizeof pdh; i++) {
        assert_int_equal(pdh[i], 0xaa);
    }
    for (size_t i = 0; i < DEVICE_CHAIN_LEN; i++) {
        assert_int_equal(chain[i], 0xbb);
    }
}

static void test_the_id_is_that_of_the_first_socket(void **state)
{
    OWN(device_close) struct device *device = open_it(0, 0);
    uint8_t id[DEVICE_ID_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_get_id(device, id, &err), &err);
    assert_int_equal(driver.cmd, 7);
    for (size_t i = 0; i < sizeof id; i++) {
        assert_int_equal(id[i], 0xc1);
    }
}

static void test_keys_are_made_by_the_right_commands(void **state)
{
    OWN(device_close) struct device *device = open_it(0, 0);
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_pek_gen(device, &err), &err);
    assert_int_equal(driver.cmd, 2);
    assert_works(device_pdh_gen(device, &err), &err);
    assert_int_equal(driver.cmd, 4);
}

static void test_a_refusal_of_the_firmware_keeps_its_status(void **state)
{
    OWN(device_close)
    struct device *device = open_it(EIO, SEV_STATUS_INVALID_PLATFORM_STATE);
    uint8_t id[DEVICE_ID_LEN] = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_fails(device_pek_gen(device, &err), &err, SEVK_REFUSED, "PEK_GEN");
    assert_int_equal(err.fw_status, SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_fails(device_get_id(device, id, &err), &err, SEVK_HOST, "GET_ID");
    assert_true(bytes_all_zero(BYTES_OF(id)));
}

static void test_a_driver_that_did_not_ask_is_told_from_a_refusal(void **state)
{
    static const struct {
        int errnum;
        uint32_t status;
        const char *part;
    } cases[] = {
        { EIO, 0xffffffffu, "did not ask the firmware" },
        { ENOTTY, 0, "did not ask the firmware" },
        { ENODEV, 0xffffffffu, "did not ask the firmware" },
        { EPERM, 0xffffffffu, "opened for writing" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        OWN(device_close)
        struct device *device = open_it(cases[i].errnum, cases[i].status);
        struct cmd_platform_status status;
        struct sevk_error err = { 0 };

        assert_fails(device_platform_status(device, &status, &err), &err,
                     SEVK_HOST, cases[i].part);
        assert_int_equal(err.sys_errno, cases[i].errnum);
        assert_int_equal(err.fw_status, 0);
    }
}

static void test_the_request_comes_back_as_the_driver_wrote_it(void **state)
{
    OWN(device_close) struct device *device = open_it(0, 0);
    uint8_t csr[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_pek_csr(device, csr, &err), &err);
    assert_int_equal(driver.cmd, 3);
    assert_int_equal(load_le32(driver.arg + 8), SEV_CERT_LEN);
    for (size_t i = 0; i < sizeof csr; i++) {
        assert_int_equal(csr[i], 0xcc);
    }
}

static void test_import_names_both_certificates(void **state)
{
    OWN(device_close) struct device *device = open_it(0, 0);
    uint8_t pek[SEV_CERT_LEN] = { 1 };
    uint8_t oca[SEV_CERT_LEN] = { 2 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_pek_cert_import(device, pek, oca, &err), &err);
    assert_int_equal(driver.cmd, 6);
    assert_true(at_address(load_le64(driver.arg)) == pek);
    assert_int_equal(load_le32(driver.arg + 8), SEV_CERT_LEN);
    assert_true(at_address(load_le64(driver.arg + 12)) == oca);
    assert_int_equal(load_le32(driver.arg + 20), SEV_CERT_LEN);
    assert_works(device_reset(device, &err), &err);
    assert_int_equal(driver.cmd, 0);
}

/* What a person has to do about it, and the category that the exit status is
 * made of. */
static void test_refusals_say_what_to_do(void **state)
{
    static const struct {
        int errnum;
        uint32_t status;
        enum sevk_code code;
        const char *part;
    } cases[] = {
        { EIO, SEV_STATUS_INVALID_PLATFORM_STATE, SEVK_REFUSED, "guests run" },
        { EIO, SEV_STATUS_ALREADY_OWNED, SEVK_REFUSED, "reset it first" },
        { EIO, SEV_STATUS_INVALID_CERTIFICATE, SEVK_INPUT, "new request" },
        { EIO, SEV_STATUS_BAD_SIGNATURE, SEVK_INPUT, "key of this OCA" },
        { EIO, SEV_STATUS_HWERROR_PLATFORM, SEVK_HOST, "PEK_CERT_IMPORT" },
        { EBUSY, 0xffffffffu, SEVK_REFUSED, "guests run" },
    };
    const uint8_t cert[SEV_CERT_LEN] = { 0 };

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        OWN(device_close)
        struct device *device = open_it(cases[i].errnum, cases[i].status);
        struct sevk_error err = { 0 };

        assert_fails(device_pek_cert_import(device, cert, cert, &err), &err,
                     cases[i].code, cases[i].part);
        assert_int_equal(err.fw_status,
                         cases[i].errnum == EIO ? cases[i].status : 0);
        assert_false(device_reset(device, NULL)); /* who does not care */
    }
}

static void test_an_interrupted_call_is_made_again(void **state)
{
    OWN(device_close) struct device *device = open_it(EINTR, 0);
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_pdh_gen(device, &err), &err);
    assert_int_equal(driver.calls, 2);
}

static void test_the_vendor_s_certificates_are_not_to_be_had_here(void **state)
{
    OWN(device_close) struct device *device = open_it(0, 0);
    OWN(buf_free) struct buf ask_ark = { 0 };
    uint8_t cek[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    assert_fails(device_vendor_certs(device, cek, &ask_ark, &err), &err,
                 SEVK_REFUSED, "key server");
    assert_int_equal(driver.calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_machine_without_the_device_says_what_to_do),
        cmocka_unit_test(test_status_is_asked_as_the_header_of_linux_has_it),
        cmocka_unit_test(test_certificates_come_back_in_two_parts),
        cmocka_unit_test(test_the_id_is_that_of_the_first_socket),
        cmocka_unit_test(test_keys_are_made_by_the_right_commands),
        cmocka_unit_test(test_a_refusal_of_the_firmware_keeps_its_status),
        cmocka_unit_test(test_a_driver_that_did_not_ask_is_told_from_a_refusal),
        cmocka_unit_test(test_the_request_comes_back_as_the_driver_wrote_it),
        cmocka_unit_test(test_import_names_both_certificates),
        cmocka_unit_test(test_refusals_say_what_to_do),
        cmocka_unit_test(test_an_interrupted_call_is_made_again),
        cmocka_unit_test(test_the_vendor_s_certificates_are_not_to_be_had_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
