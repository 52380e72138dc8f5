/* SPDX-License-Identifier: Apache-2.0 */
/* Whole launches, against digests that are put together by hand. */
#include "unit/fw/guest_owner.h"

#include <sys/mman.h>

#include "base/base64.h"
#include "base/own.h"
#include "crypto/hash.h"
#include "vmm/guest.h"
#include "vmm/kernel_hashes.h"
#include "wire/ovmf_table.h"
#include "wire/policy.h"

#define RAM_LEN      ((size_t)16 << 20)
#define FIRMWARE_LEN 8192
#define SECRETS      0x810000
#define HASHES       0x810c00
#define RESET_VECTOR 0x0080b004

/* A platform, RAM, an image and the parameters of a start. */
struct bench {
    struct rig *rig;
    struct guest_owner owner;
    char *session_file;
    char *dh_cert_file;
    uint8_t *ram;
    struct vmm_memory memory;
    uint8_t firmware[FIRMWARE_LEN];
    struct vmm_params p;
};

/* An image of arbitrary bytes with TABLE at its end. */
static void make_firmware(struct bench *b, const struct ovmf_table *table)
{
    OWN(buf_free) struct buf tail = { 0 };
    struct fake_rng random = { 1 };
    struct sevk_error err;

    fake_rng_bytes(&random, b->firmware, FIRMWARE_LEN);
    assert_works(ovmf_table_encode(table, &tail, &err), &err);
    memcpy(b->firmware + FIRMWARE_LEN - 32 - tail.n, tail.p, tail.n);
}

static struct ovmf_table whole_table(void)
{
    return (struct ovmf_table){ .present = true,
                                .has_reset_vector = true,
                                .reset_vector = RESET_VECTOR,
                                .secret = { true, SECRETS, 0xc00 },
                                .hashes = { true, HASHES, 0x400 } };
}

static char *write_base64(struct bench *b, const char *name, struct bytes data)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    assert_works(base64_append(&text, data, &err), &err);
    return temp_dir_write(&b->rig->dir, name, buf_bytes(&text));
}

/* A session of the owner's for the bench's policy. */
static void set_owner(struct bench *b)
{
    uint8_t pdh[SEV_CERT_LEN];

    rig_pdh(b->rig, pdh);
    guest_owner_make(&b->owner, pdh, b->p.policy, 42);
    b->session_file = write_base64(b, "session", BYTES_OF(b->owner.session));
    b->dh_cert_file = write_base64(b, "godh", BYTES_OF(b->owner.cert));
    b->p.session_file = b->session_file;
    b->p.dh_cert_file = b->dh_cert_file;
}

static struct bench *bench_open(uint32_t policy)
{
    struct bench *b = calloc(1, sizeof *b);
    const struct ovmf_table table = whole_table();

    b->rig = rig_open_up();
    b->ram = mmap(NULL, RAM_LEN, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    b->memory = vmm_memory_make(VMM_MACHINE_Q35, b->ram, RAM_LEN);
    make_firmware(b, &table);
    b->p = (struct vmm_params){
        .platform = b->rig->platform,
        .rng = rng_system(),
        .clock = clock_system(),
        .cbitpos = 51,
        .reduced_phys_bits = 1,
        .policy = policy,
        .firmware = BYTES_OF(b->firmware),
        .vcpus = 1,
        .cpu_signature = 0xa00f11,
        .memory = &b->memory,
    };
    set_owner(b);
    return b;
}

static void bench_close(struct bench **bench)
{
    struct bench *b = *bench;

    munmap(b->ram, RAM_LEN);
    free(b->session_file);
    free(b->dh_cert_file);
    rig_close(&b->rig);
    free(b);
}

static struct vmm_guest *start(struct bench *b)
{
    struct vmm_guest *guest = NULL;
    struct sevk_error err;

    assert_works(vmm_guest_start(&b->p, &guest, &err), &err);
    return guest;
}

/* Nothing of a failed start may be left on the platform. */
static void assert_start_fails(struct bench *b, const char *part)
{
    struct vmm_guest *guest = NULL;
    struct sevk_error err = { 0 };

    assert_false(vmm_guest_start(&b->p, &guest, &err));
    if (strstr(err.message, part) == NULL) {
        fail_msg("'%s' does not contain '%s'", err.message, part);
    }
    assert_null(guest);
    assert_int_equal(platform_state_of(b->rig->fw), SEV_PLATFORM_INIT);
}

/* The measurement is the owner's MAC over PARTS, put together here. */
static void assert_measures(struct bench *b, const struct vmm_guest *guest,
                            const struct bytes *parts, size_t n)
{
    OWN(buf_free) struct buf all = { 0 };
    const struct fw_profile profile = fw_profile_default();
    uint8_t got[MEASURE_BUF_LEN];
    uint8_t digest[SHA256_LEN];
    uint8_t wanted[32];
    struct sevk_error err;

    for (size_t i = 0; i < n; i++) {
        assert_works(buf_append(&all, parts[i], &err), &err);
    }
    sha256(buf_bytes(&all), digest);
    vmm_guest_measurement(guest, got);
    guest_owner_measure(&b->owner, &profile, digest, got + 32, wanted);
    assert_memory_equal(got, wanted, 32);
}

static void firmware_alone_is_measured(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(POLICY_NODBG | POLICY_NOKS);
    OWN(vmm_guest_end) struct vmm_guest *guest = start(b);
    const struct bytes parts[] = { BYTES_OF(b->firmware) };
    struct vmm_info info = vmm_guest_info(guest);

    (void)state;
    assert_measures(b, guest, parts, 1);
    assert_int_equal(info.state, SEV_GUEST_LSECRET);
    assert_int_equal(info.policy, 3);
    assert_int_equal(info.handle, 1);
    assert_int_equal(info.api_major, 1);
    assert_int_equal(info.api_minor, 51);
    assert_int_equal(info.build, 3);
}

static void without_hashes_nothing_of_a_kernel_is_measured(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    const struct bytes parts[] = { BYTES_OF(b->firmware) };

    (void)state;
    b->p.has_kernel = true;
    b->p.kernel = bytes_of_string("kernel");
    guest = start(b);
    assert_measures(b, guest, parts, 1);
    assert_true(bytes_all_zero(bytes_make(b->ram, RAM_LEN)));
}

static void hashes_are_measured_where_they_lie(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    uint8_t table[KERNEL_HASH_TABLE_LEN];
    const struct bytes parts[] = { BYTES_OF(b->firmware), BYTES_OF(table) };

    (void)state;
    b->p.kernel_hashes = true;
    b->p.has_kernel = true;
    b->p.kernel = bytes_of_string("kernel");
    b->p.initrd = bytes_of_string("initrd");
    b->p.cmdline = "quiet";
    guest = start(b);
    vmm_kernel_hashes(b->p.kernel, b->p.initrd, "quiet", table);
    assert_measures(b, guest, parts, 2);
    assert_memory_equal(b->ram + HASHES, table, sizeof table);
}

static void each_vcpu_is_measured_in_its_order(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(POLICY_NODBG | POLICY_ES);
    OWN(own_free) uint8_t *vcpus = calloc(4, VMSA_LEN);

    (void)state;
    for (uint32_t n = 1; n <= 4; n++) {
        OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
        const struct bytes parts[] = { BYTES_OF(b->firmware),
                                       { vcpus, n * VMSA_LEN } };
        const struct vmm_vcpu last = { n - 1, 0xa00f11, RESET_VECTOR,
                                       VMM_GENERATION_LEGACY };

        vmm_reset_state(&last, vcpus + (n - 1) * VMSA_LEN);
        b->p.vcpus = n;
        guest = start(b);
        assert_measures(b, guest, parts, 2);
    }
}

static void without_es_vcpus_are_not_measured(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    const struct bytes parts[] = { BYTES_OF(b->firmware) };

    (void)state;
    b->p.vcpus = 8;
    guest = start(b);
    assert_measures(b, guest, parts, 1);
}

static void numbers_that_do_not_fit_the_host_are_refused(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);

    (void)state;
    b->p.cbitpos = 47;
    assert_start_fails(b, "sev_kvm_init: cbitpos check failed, host '51' "
                          "requested '47'");
    b->p.cbitpos = 51;
    b->p.reduced_phys_bits = 0;
    assert_start_fails(b, "reduced_phys_bits check failed, it should be >=1, "
                          "requested '0'");
}

static void a_session_for_something_else_is_refused(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(3);

    (void)state;
    b->p.policy = 1;
    assert_start_fails(b, "sev_launch_start: LAUNCH_START ret=1 fw_error=11");
    b->p.policy = 3;
    assert_int_equal(do_plain(b->rig->fw, SEV_CMD_PDH_GEN), 0);
    assert_start_fails(b, "make one for this host and this policy");
}

static void a_newer_firmware_than_there_is_is_refused(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1 | 2u << 16);

    (void)state;
    assert_start_fails(b, "fw_error=7");
}

static void bad_files_are_refused(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(own_free)
    char *bad =
        temp_dir_write(&b->rig->dir, "bad", bytes_of_string("*not base64*"));
    OWN(own_free)
    char *empty = temp_dir_write(&b->rig->dir, "empty", (struct bytes){ 0 });

    (void)state;
    b->p.session_file = "/nowhere/session";
    assert_start_fails(b, "SEV: Failed to read '/nowhere/session' (");
    b->p.session_file = bad;
    assert_start_fails(b, "base64");
    b->p.session_file = empty;
    assert_start_fails(b, "fw_error=4");
    b->p.session_file = b->session_file;
    b->p.dh_cert_file = bad;
    assert_start_fails(b, "SEV: Failed to read");
}

/* Each length but the right one, of both. */
static void cut_files_are_refused(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);

    (void)state;
    for (size_t n = 0; n < SESSION_BUF_LEN; n += 7) {
        OWN(own_free)
        char *cut = write_base64(b, "cut", bytes_make(b->owner.session, n));

        b->p.session_file = cut;
        assert_start_fails(b, "fw_error=4");
    }
    b->p.session_file = b->session_file;
    for (size_t n = 1; n < SEV_CERT_LEN; n += 97) {
        OWN(own_free)
        char *cut = write_base64(b, "cut", bytes_make(b->owner.cert, n));

        b->p.dh_cert_file = cut;
        assert_start_fails(b, "fw_error=4");
    }
}

static void unfit_hash_areas_are_refused(void **state)
{
    static const struct {
        struct ovmf_area area;
        const char *part;
    } rows[] = {
        { { false, 0, 0 }, "has no hashes table GUID" },
        { { true, 0, 0 }, "table area is invalid (base=0x0 size=0x0)" },
        { { true, 0, 0x400 }, "(base=0x0 size=0x400)" },
        { { true, HASHES, 0xaf }, "(base=0x810c00 size=0xaf)" },
        { { true, 0x1000000, 0x400 }, "cannot map hashes table" },
        { { true, HASHES + 8, 0x400 }, "fw_error=9" },
    };
    OWN(bench_close) struct bench *b = bench_open(1);

    (void)state;
    b->p.kernel_hashes = true;
    b->p.has_kernel = true;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ovmf_table table = whole_table();

        table.hashes = rows[i].area;
        make_firmware(b, &table);
        assert_start_fails(b, rows[i].part);
    }
    memset(b->firmware, 0xff, FIRMWARE_LEN);
    assert_start_fails(b, "has no hashes table GUID");
}

static void es_needs_a_reset_vector(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(POLICY_ES);
    struct ovmf_table table = whole_table();

    (void)state;
    table.has_reset_vector = false;
    make_firmware(b, &table);
    assert_start_fails(b, "failed to locate and/or save reset vector");
    table.has_reset_vector = true;
    table.reset_vector = 0;
    make_firmware(b, &table);
    assert_start_fails(b, "failed to locate and/or save reset vector");
}

static void odd_firmware_is_refused(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);

    (void)state;
    for (size_t n = 0; n < 16; n++) {
        b->p.firmware.n = n;
        assert_start_fails(b, "fw_error=4");
    }
}

static void a_secret_reaches_its_place(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(vmm_guest_end) struct vmm_guest *guest = start(b);
    const struct fw_profile profile = fw_profile_default();
    const char plain[33] = "a secret of exactly 32 bytes, so";
    uint8_t measurement[MEASURE_BUF_LEN];
    uint8_t header[PACKET_HDR_LEN];
    uint8_t payload[32];
    uint64_t gpa = 0x1000;
    struct sevk_error err;

    (void)state;
    vmm_guest_measurement(guest, measurement);
    guest_owner_seal(&b->owner, &profile, 0, measurement,
                     (const uint8_t *)plain, 32, header, payload);
    assert_works(vmm_guest_inject(guest, BYTES_OF(header), BYTES_OF(payload),
                                  NULL, &err),
                 &err);
    assert_memory_equal(b->ram + SECRETS, plain, 32);
    assert_works(vmm_guest_inject(guest, BYTES_OF(header), BYTES_OF(payload),
                                  &gpa, &err),
                 &err);
    assert_memory_equal(b->ram + 0x1000, plain, 32);

    assert_works(vmm_guest_finish(guest, &err), &err);
    assert_works(vmm_guest_finish(guest, &err), &err);
    assert_int_equal(vmm_guest_info(guest).state, SEV_GUEST_RUNNING);
    assert_fails(vmm_guest_inject(guest, BYTES_OF(header), BYTES_OF(payload),
                                  NULL, &err),
                 &err, SEVK_REFUSED, "SEV: Not in correct state. (LSECRET) 3");
}

static void wrong_secrets_are_refused(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(vmm_guest_end) struct vmm_guest *guest = start(b);
    OWN(own_free) uint8_t *room = calloc(1, 16400);
    const uint8_t header[PACKET_HDR_LEN] = { 0 };
    static const struct {
        size_t header_len;
        size_t len;
        uint64_t gpa;
        const char *part;
    } rows[] = {
        { 0, 16, 0x1000, "SEV: Failed to decode sequence header" },
        { 52, 0, 0x1000, "SEV: Failed to decode data" },
        { 52, 16400, 0x1000, "ret=-22" },
        { 52, 16, RAM_LEN,
          "SEV: Failed to calculate guest address: No memory" },
        { 52, 32, RAM_LEN - 16, "exceeded" },
        { 52, 16, 0xa0000, "is not RAM" },
        { 52, 16, 0x1008, "fw_error=9" },
        { 52, 17, 0x1000, "fw_error=4" },
        { 51, 16, 0x1000, "fw_error=4" },
        { 52, 16, 0x1000, "SEV: failed to inject secret ret=-5 fw_error=11" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err = { 0 };

        assert_false(vmm_guest_inject(
            guest, bytes_make(header, rows[i].header_len),
            bytes_make(room, rows[i].len), &rows[i].gpa, &err));
        if (strstr(err.message, rows[i].part) == NULL) {
            fail_msg("row %zu: '%s'", i, err.message);
        }
    }
    assert_true(bytes_all_zero(bytes_make(b->ram, RAM_LEN)));
}

static void without_a_secret_area_an_address_is_needed(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(vmm_guest_end) struct vmm_guest *guest = NULL;
    const uint8_t header[PACKET_HDR_LEN] = { 0 };
    const uint8_t payload[16] = { 0 };
    struct sevk_error err;

    (void)state;
    memset(b->firmware, 0, FIRMWARE_LEN);
    guest = start(b);
    assert_fails(vmm_guest_inject(guest, BYTES_OF(header), BYTES_OF(payload),
                                  NULL, &err),
                 &err, SEVK_INPUT,
                 "SEV: no secret area found in OVMF, gpa must be specified.");
}

static void the_report_names_digest_and_nonce(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    OWN(vmm_guest_end) struct vmm_guest *guest = start(b);
    const uint8_t mnonce[16] = "0123456789abcde";
    uint8_t digest[SHA256_LEN];
    uint8_t report[ATTESTATION_LEN];
    struct sevk_error err;

    (void)state;
    sha256(BYTES_OF(b->firmware), digest);
    assert_works(vmm_guest_report(guest, BYTES_OF(mnonce), report, &err), &err);
    assert_memory_equal(report, mnonce, 16);
    assert_memory_equal(report + 16, digest, 32);
    for (size_t n = 0; n < 16; n++) {
        assert_fails(
            vmm_guest_report(guest, bytes_make(mnonce, n), report, &err), &err,
            SEVK_INPUT, "SEV: mnonce must be 16 bytes (got ");
    }
}

static void an_ended_guest_leaves_the_platform_free(void **state)
{
    OWN(bench_close) struct bench *b = bench_open(1);
    struct vmm_guest *guest = start(b);

    (void)state;
    assert_int_equal(platform_state_of(b->rig->fw), SEV_PLATFORM_WORKING);
    vmm_guest_end(&guest);
    assert_null(guest);
    vmm_guest_end(&guest);
    assert_int_equal(platform_state_of(b->rig->fw), SEV_PLATFORM_INIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firmware_alone_is_measured),
        cmocka_unit_test(without_hashes_nothing_of_a_kernel_is_measured),
        cmocka_unit_test(hashes_are_measured_where_they_lie),
        cmocka_unit_test(each_vcpu_is_measured_in_its_order),
        cmocka_unit_test(without_es_vcpus_are_not_measured),
        cmocka_unit_test(numbers_that_do_not_fit_the_host_are_refused),
        cmocka_unit_test(a_session_for_something_else_is_refused),
        cmocka_unit_test(a_newer_firmware_than_there_is_is_refused),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(cut_files_are_refused),
        cmocka_unit_test(unfit_hash_areas_are_refused),
        cmocka_unit_test(es_needs_a_reset_vector),
        cmocka_unit_test(odd_firmware_is_refused),
        cmocka_unit_test(a_secret_reaches_its_place),
        cmocka_unit_test(wrong_secrets_are_refused),
        cmocka_unit_test(without_a_secret_area_an_address_is_needed),
        cmocka_unit_test(the_report_names_digest_and_nonce),
        cmocka_unit_test(an_ended_guest_leaves_the_platform_free),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
