/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual platform as a device: what it shows, and when it is brought up. */
#include "lib/unit.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/own.h"
#include "device/device.h"
#include "fw/driver.h"
#include "fw/platform.h"
#include "lib/clock.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "wire/status.h"

static struct temp_dir dir;
static char *platform;
static int64_t now = 1700000000;
static struct fake_rng seed = { 7 };

static int make_platform(void **state)
{
    struct fw_profile profile;
    struct sevk_error err;

    (void)state;
    dir = temp_dir_make();
    platform = temp_dir_path(&dir, "platform");
    return fw_profile_find("naples-0.17", &profile, &err) &&
                   platform_create(platform, &profile, rng_fake(&seed),
                                   clock_fake(&now), &err)
               ? 0
               : -1;
}

static int drop_platform(void **state)
{
    (void)state;
    free(platform);
    temp_dir_drop(&dir);
    return 0;
}

static struct device *open_it(void)
{
    struct sevk_error err = { 0 };
    struct device *device = NULL;

    assert_works(device_open_virtual(platform, rng_fake(&seed),
                                     clock_fake(&now), &device, &err),
                 &err);
    return device;
}

/* The public copy of a certificate that the platform keeps. */
static struct buf cert(const char *name)
{
    OWN(own_free) char *path = NULL;
    struct buf content = { 0 };
    struct sevk_error err = { 0 };

    assert_works(path_join(platform, name, &path, &err), &err);
    assert_works(file_read(path, 65536, "certificate", &content, &err), &err);
    return content;
}

static void assert_is_cert(const uint8_t *bytes, size_t n, const char *name)
{
    OWN(buf_free) struct buf want = cert(name);

    assert_bytes_equal(bytes_make(bytes, n), buf_bytes(&want));
}

static void test_a_directory_without_a_platform_is_refused(void **state)
{
    struct device *device = NULL;
    struct sevk_error err = { 0 };

    (void)state;
    assert_fails(device_open_virtual(dir.path, rng_fake(&seed),
                                     clock_fake(&now), &device, &err),
                 &err, SEVK_INPUT, dir.path);
    assert_null(device);
}

static void test_asking_for_the_status_does_not_bring_it_up(void **state)
{
    OWN(device_close) struct device *device = open_it();
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };

    (void)state;
    assert_true(device_is_virtual(device));
    for (int i = 0; i < 2; i++) {
        assert_works(device_platform_status(device, &status, &err), &err);
        assert_int_equal(status.state, SEV_PLATFORM_UNINIT);
        assert_int_equal(status.api_major, 0);
        assert_int_equal(status.api_minor, 17);
        assert_int_equal(status.guest_count, 0);
    }
}

static void test_what_is_exported_is_what_the_platform_has(void **state)
{
    OWN(device_close) struct device *device = open_it();
    OWN(own_free) uint8_t *chain = malloc(DEVICE_CHAIN_LEN);
    OWN(buf_free) struct buf cek = cert("cek.cert");
    uint8_t pdh[SEV_CERT_LEN];
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };

    (void)state;
    assert_non_null(chain);
    assert_works(device_export(device, pdh, chain, &err), &err);
    assert_is_cert(pdh, sizeof pdh, "pdh.cert");
    assert_is_cert(chain, SEV_CERT_LEN, "pek.cert");
    assert_is_cert(chain + SEV_CERT_LEN, SEV_CERT_LEN, "oca.cert");
    /* The same key, but without the signature of the vendor. */
    assert_bytes_equal(bytes_make(chain + 2 * SEV_CERT_LEN, SEV_CERT_BODY_LEN),
                       bytes_make(cek.p, SEV_CERT_BODY_LEN));
    assert_memory_not_equal(chain + 2 * SEV_CERT_LEN, cek.p, SEV_CERT_LEN);
    assert_works(device_platform_status(device, &status, &err), &err);
    assert_int_equal(status.state, SEV_PLATFORM_INIT);
}

static void test_the_vendor_s_certificates_are_the_signed_ones(void **state)
{
    OWN(device_close) struct device *device = open_it();
    OWN(buf_free) struct buf want = cert("ask_ark.cert");
    OWN(buf_free) struct buf ask_ark = { 0 };
    uint8_t cek[SEV_CERT_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_vendor_certs(device, cek, &ask_ark, &err), &err);
    assert_is_cert(cek, sizeof cek, "cek.cert");
    assert_bytes_equal(buf_bytes(&ask_ark), buf_bytes(&want));
}

static void test_new_keys_are_new_and_the_chip_stays(void **state)
{
    OWN(device_close) struct device *device = open_it();
    OWN(buf_free) struct buf old_pdh = cert("pdh.cert");
    OWN(buf_free) struct buf old_pek = cert("pek.cert");
    OWN(buf_free) struct buf old_cek = cert("cek.cert");
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_pdh_gen(device, &err), &err);
    {
        OWN(buf_free) struct buf pdh = cert("pdh.cert");

        assert_memory_not_equal(pdh.p, old_pdh.p, SEV_CERT_LEN);
        assert_is_cert(old_pek.p, old_pek.n, "pek.cert");
    }
    assert_works(device_pek_gen(device, &err), &err);
    {
        OWN(buf_free) struct buf pek = cert("pek.cert");

        assert_memory_not_equal(pek.p, old_pek.p, SEV_CERT_LEN);
        assert_is_cert(old_cek.p, old_cek.n, "cek.cert");
    }
}

/* A guest of another process, as far as the platform can tell. */
static struct driver *start_guest(uint32_t *ret_handle)
{
    const struct fw_options options = { .dir = platform,
                                        .rng = rng_fake(&seed),
                                        .clock = clock_fake(&now) };
    const struct bytes nothing = { 0 };
    struct driver *driver = NULL;
    uint32_t asid;
    struct sevk_error err = { 0 };

    assert_works(driver_open(&options, &driver, &err), &err);
    assert_works(driver_launch_start(driver, 0, nothing, nothing, ret_handle,
                                     &asid, &err),
                 &err);
    return driver;
}

static void test_while_guests_run_the_owner_stays(void **state)
{
    OWN(device_close) struct device *device = open_it();
    OWN(buf_free) struct buf pek = cert("pek.cert");
    OWN(buf_free) struct buf oca = cert("oca.cert");
    uint32_t handle = 0;
    OWN(driver_close) struct driver *other = start_guest(&handle);
    struct cmd_guest_status guest;
    uint8_t csr[SEV_CERT_LEN];
    struct sevk_error err;

    (void)state;
    assert_fails(device_pek_gen(device, &err), &err, SEVK_REFUSED,
                 "guests run on this platform; end them all");
    assert_int_equal(err.fw_status, SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_fails(device_pek_cert_import(device, pek.p, oca.p, &err), &err,
                 SEVK_REFUSED, "end them all");
    assert_fails(device_reset(device, &err), &err, SEVK_REFUSED,
                 "end them all");
    assert_is_cert(pek.p, pek.n, "pek.cert");
    /* These do not touch it. */
    assert_works(device_pek_csr(device, csr, &err), &err);
    assert_works(device_pdh_gen(device, &err), &err);
    assert_works(driver_guest_status(other, handle, &guest, &err), &err);
    assert_int_equal(guest.state, SEV_GUEST_LUPDATE);
}

static void test_the_request_is_the_pek_without_signatures(void **state)
{
    OWN(device_close) struct device *device = open_it();
    uint8_t csr[SEV_CERT_LEN];
    struct sev_cert cert_;
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_pek_csr(device, csr, &err), &err);
    {
        OWN(buf_free) struct buf pek = cert("pek.cert");

        assert_memory_equal(csr, pek.p, SEV_CERT_BODY_LEN);
    }
    assert_works(sev_cert_decode(BYTES_OF(csr), &cert_, &err), &err);
    assert_int_equal(cert_.slots[0].usage, SEV_USAGE_INVALID);
    assert_int_equal(cert_.slots[1].usage, SEV_USAGE_INVALID);
}

/* The PEK that the platform has is signed by the OCA that it has. */
static void test_import_makes_it_another_s_and_reset_its_own(void **state)
{
    OWN(device_close) struct device *device = open_it();
    OWN(device_close) struct device *second = open_it();
    uint8_t id[DEVICE_ID_LEN];
    struct cmd_platform_status status;
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(device_pek_gen(second, &err), &err); /* it is up there, too */
    {
        OWN(buf_free) struct buf pek = cert("pek.cert");
        OWN(buf_free) struct buf oca = cert("oca.cert");
        OWN(buf_free) struct buf bad = cert("pek.cert");

        bad.p[SEV_CERT_BODY_LEN + 8] ^= 1; /* the signature of the OCA */
        assert_fails(device_pek_cert_import(device, bad.p, oca.p, &err), &err,
                     SEVK_INPUT, "the signature");
        assert_fails(device_pek_cert_import(device, oca.p, oca.p, &err), &err,
                     SEVK_INPUT, "not the platform's own PEK");
        assert_works(device_pek_cert_import(device, pek.p, oca.p, &err), &err);
        assert_fails(device_pek_cert_import(second, pek.p, oca.p, &err), &err,
                     SEVK_REFUSED, "has an owner already");
    }
    assert_works(device_platform_status(second, &status, &err), &err);
    assert_int_equal(status.owner & 1, 1);
    assert_works(device_reset(second, &err), &err);
    assert_works(device_platform_status(device, &status, &err), &err);
    assert_int_equal(status.state, SEV_PLATFORM_UNINIT);
    /* Who had it open before goes on, on a platform with new keys. */
    assert_works(device_pdh_gen(device, &err), &err);
    assert_works(device_platform_status(device, &status, &err), &err);
    assert_int_equal(status.state, SEV_PLATFORM_INIT);
    assert_int_equal(status.owner & 1, 0);
    assert_works(device_get_id(device, id, &err), &err);
}

static void test_the_id_of_the_chip_does_not_change(void **state)
{
    uint8_t first[DEVICE_ID_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    for (int i = 0; i < 2; i++) {
        OWN(device_close) struct device *device = open_it();
        uint8_t id[DEVICE_ID_LEN];

        assert_works(device_get_id(device, id, &err), &err);
        if (i == 0) {
            memcpy(first, id, sizeof first);
        }
        assert_memory_equal(id, first, sizeof id);
        assert_false(bytes_all_zero(BYTES_OF(id)));
    }
}

static void test_closing_twice_is_harmless(void **state)
{
    struct device *device = open_it();

    (void)state;
    device_close(&device);
    assert_null(device);
    device_close(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_directory_without_a_platform_is_refused),
        cmocka_unit_test(test_asking_for_the_status_does_not_bring_it_up),
        cmocka_unit_test(test_what_is_exported_is_what_the_platform_has),
        cmocka_unit_test(test_the_vendor_s_certificates_are_the_signed_ones),
        cmocka_unit_test(test_new_keys_are_new_and_the_chip_stays),
        cmocka_unit_test(test_while_guests_run_the_owner_stays),
        cmocka_unit_test(test_the_request_is_the_pek_without_signatures),
        cmocka_unit_test(test_import_makes_it_another_s_and_reset_its_own),
        cmocka_unit_test(test_the_id_of_the_chip_does_not_change),
        cmocka_unit_test(test_closing_twice_is_harmless),
    };

    return cmocka_run_group_tests(tests, make_platform, drop_platform);
}
