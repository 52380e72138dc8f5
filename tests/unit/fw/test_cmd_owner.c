/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_owner.c: a platform is taken over, and given back. */
#include "base/cursor.h"
#include "base/own.h"
#include "fw/chain.h"
#include "fw/firmware.h"
#include "unit/fw/owner_key.h"

static uint32_t csr_into(struct fw *fw, uint64_t paddr, uint32_t *len)
{
    struct cmd_range cmd = { .paddr = paddr, .len = *len };
    uint8_t buf[CMD_RANGE_LEN];
    uint32_t status;

    cmd_range_encode(&cmd, buf);
    status = fw_command(fw, SEV_CMD_PEK_CSR, buf, sizeof buf);
    assert_true(cmd_range_decode(BYTES_OF(buf), &cmd, NULL));
    *len = cmd.len;
    return status;
}

static void a_short_csr_buffer_is_told_the_length(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();

    (void)state;
    for (uint32_t n = 0; n < SEV_CERT_LEN; n += 521) {
        uint32_t len = n;

        assert_int_equal(csr_into(rig->fw, 0, &len), SEV_STATUS_INVALID_LENGTH);
        assert_int_equal(len, SEV_CERT_LEN);
    }
    assert_int_equal(csr_into(rig->fw, 0, &(uint32_t){ SEV_CERT_LEN }),
                     SEV_STATUS_INVALID_ADDRESS);
}

static void a_csr_is_the_pek_without_signatures(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint8_t csr[SEV_CERT_LEN];
    struct sev_cert cert;

    (void)state;
    assert_int_equal(do_csr(rig, csr), SEV_STATUS_SUCCESS);
    assert_int_equal(fw_load_identity(rig->fw), SEV_STATUS_SUCCESS);
    assert_memory_equal(csr, rig->fw->identity.pek, SEV_CERT_BODY_LEN);
    assert_true(sev_cert_decode(BYTES_OF(csr), &cert, NULL));
    assert_true(sev_cert_slot_is_empty(&cert.slots[0]));
    assert_true(sev_cert_slot_is_empty(&cert.slots[1]));
}

/* An owner, and the PEK that it signed for the rig's platform. */
struct owned {
    struct owner_key owner;
    uint8_t pek[SEV_CERT_LEN];
};

static void drop_owned(struct owned **o)
{
    owner_key_drop(&(*o)->owner);
    free(*o);
}

static struct owned *make_owned(struct rig *rig)
{
    struct owned *o = calloc(1, sizeof *o);
    uint8_t csr[SEV_CERT_LEN];

    assert_non_null(o);
    owner_key_make(&o->owner, 5);
    assert_int_equal(do_csr(rig, csr), SEV_STATUS_SUCCESS);
    owner_sign_csr(&o->owner, csr, o->pek);
    return o;
}

static void an_import_makes_the_owner_and_another_pdh(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(drop_owned) struct owned *o = make_owned(rig);
    struct cmd_platform_status status;
    uint8_t before[SEV_CERT_LEN];
    uint8_t after[SEV_CERT_LEN];

    (void)state;
    rig_pdh(rig, before);
    assert_int_equal(do_import(rig, o->pek, o->owner.oca), SEV_STATUS_SUCCESS);
    rig_pdh(rig, after);
    assert_memory_not_equal(before, after, SEV_CERT_LEN);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.owner, 1);
    assert_memory_equal(rig->fw->identity.oca, o->owner.oca, SEV_CERT_LEN);
    assert_int_equal(chain_check(after, rig->fw->identity.pek),
                     SEV_STATUS_SUCCESS);
}

/* Signed by both: in whatever slot the owner's signature came. */
static void the_imported_pek_keeps_the_ceks_signature(void **state)
{
    (void)state;
    for (size_t slot = 0; slot < 2; slot++) {
        OWN(rig_close) struct rig *rig = rig_open_up();
        OWN(drop_owned) struct owned *o = make_owned(rig);
        const struct identity *identity = &rig->fw->identity;
        struct sev_cert pek;

        assert_true(sev_cert_decode(BYTES_OF(o->pek), &pek, NULL));
        sev_cert_slot_set_empty(&pek.slots[0]);
        owner_sign(&pek, slot, SEV_USAGE_OCA, o->owner.key);
        sev_cert_encode(&pek, o->pek);
        assert_int_equal(do_import(rig, o->pek, o->owner.oca),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(chain_check(identity->pek, identity->oca),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(chain_check(identity->pek, rig->fw->chip.cek),
                         SEV_STATUS_SUCCESS);
    }
}

static void an_owner_is_kept_over_a_shutdown(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(drop_owned) struct owned *o = make_owned(rig);
    struct cmd_platform_status status;

    (void)state;
    assert_int_equal(do_import(rig, o->pek, o->owner.oca), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.owner, 0);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.owner, 1);
}

static void an_owned_platform_is_imported_into_after_pek_gen_only(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(drop_owned) struct owned *o = make_owned(rig);
    struct cmd_platform_status status;

    (void)state;
    assert_int_equal(do_import(rig, o->pek, o->owner.oca), SEV_STATUS_SUCCESS);
    assert_int_equal(do_import(rig, o->pek, o->owner.oca),
                     SEV_STATUS_ALREADY_OWNED);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PEK_GEN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_status(rig->fw, &status), SEV_STATUS_SUCCESS);
    assert_int_equal(status.owner, 0);
    /* The PEK is another now. */
    assert_int_equal(do_import(rig, o->pek, o->owner.oca),
                     SEV_STATUS_INVALID_CERTIFICATE);
}

static void another_length_is_refused_before_the_addresses(void **state)
{
    static const struct {
        uint32_t pek;
        uint32_t oca;
    } rows[] = { { SEV_CERT_LEN - 1, SEV_CERT_LEN },
                 { SEV_CERT_LEN + 1, SEV_CERT_LEN },
                 { SEV_CERT_LEN, SEV_CERT_LEN - 1 },
                 { SEV_CERT_LEN, SEV_CERT_LEN + 1 },
                 { 0, 0 } };
    OWN(rig_close) struct rig *rig = rig_open_up();
    const struct cmd_pek_cert_import nowhere = { .pek_len = SEV_CERT_LEN,
                                                 .oca_len = SEV_CERT_LEN };
    uint8_t buf[CMD_PEK_CERT_IMPORT_LEN];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct cmd_pek_cert_import cmd = { .pek_len = rows[i].pek,
                                                 .oca_len = rows[i].oca };

        cmd_pek_cert_import_encode(&cmd, buf);
        assert_int_equal(
            fw_command(rig->fw, SEV_CMD_PEK_CERT_IMPORT, buf, sizeof buf),
            SEV_STATUS_INVALID_LENGTH);
    }
    cmd_pek_cert_import_encode(&nowhere, buf);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_PEK_CERT_IMPORT, buf, sizeof buf),
        SEV_STATUS_INVALID_ADDRESS);
}

/* Each fault alone, and the code that the sheet gives it; all the rest of the
 * platform is as before. */
static void a_wrong_certificate_changes_nothing(void **state)
{
    static const struct {
        bool in_oca;
        size_t at; /* one bit of this byte is flipped */
        uint32_t status;
    } rows[] = {
        { true, 0x000, SEV_STATUS_INVALID_CERTIFICATE }, /* version */
        { true, 0x004, SEV_STATUS_BAD_SIGNATURE },       /* API, signed */
        { true, 0x006, SEV_STATUS_INVALID_CERTIFICATE }, /* reserved */
        { true, 0x008, SEV_STATUS_INVALID_CERTIFICATE }, /* usage */
        { true, 0x014, SEV_STATUS_INVALID_CERTIFICATE }, /* X */
        { true, 0x414, SEV_STATUS_BAD_SIGNATURE }, /* slot's usage: 1000h */
        { true, 0x415, SEV_STATUS_INVALID_CERTIFICATE },
        { true, 0x41c, SEV_STATUS_BAD_SIGNATURE }, /* r */
        { false, 0x000, SEV_STATUS_INVALID_CERTIFICATE },
        { false, 0x004, SEV_STATUS_BAD_SIGNATURE },
        { false, 0x414, SEV_STATUS_BAD_SIGNATURE },
        { false, 0x415, SEV_STATUS_INVALID_CERTIFICATE },
        { false, 0x41c, SEV_STATUS_BAD_SIGNATURE },
    };
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(drop_owned) struct owned *o = make_owned(rig);
    uint8_t before[SEV_CERT_LEN];
    uint8_t after[SEV_CERT_LEN];

    (void)state;
    rig_pdh(rig, before);
    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t *p = (rows[i].in_oca ? o->owner.oca : o->pek) + rows[i].at;
        uint32_t status;

        *p ^= 1;
        status = do_import(rig, o->pek, o->owner.oca);
        *p ^= 1;
        if (status != rows[i].status) {
            fail_msg("row %zu: %s", i, sev_status_name(status));
        }
    }
    rig_pdh(rig, after);
    assert_memory_equal(before, after, SEV_CERT_LEN);
    assert_int_equal(do_import(rig, o->pek, o->owner.oca), SEV_STATUS_SUCCESS);
}

/* Of the same owner, well signed, but not this platform's key. */
static void another_platforms_pek_is_refused(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(drop_owned) struct owned *o = make_owned(rig);
    struct sev_cert pek;

    (void)state;
    assert_true(sev_cert_decode(BYTES_OF(o->pek), &pek, NULL));
    pek.api_minor++;
    owner_sign(&pek, 0, SEV_USAGE_OCA, o->owner.key);
    sev_cert_encode(&pek, o->pek);
    assert_int_equal(do_import(rig, o->pek, o->owner.oca),
                     SEV_STATUS_INVALID_CERTIFICATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_csr_buffer_is_told_the_length),
        cmocka_unit_test(a_csr_is_the_pek_without_signatures),
        cmocka_unit_test(an_import_makes_the_owner_and_another_pdh),
        cmocka_unit_test(the_imported_pek_keeps_the_ceks_signature),
        cmocka_unit_test(an_owner_is_kept_over_a_shutdown),
        cmocka_unit_test(an_owned_platform_is_imported_into_after_pek_gen_only),
        cmocka_unit_test(another_length_is_refused_before_the_addresses),
        cmocka_unit_test(a_wrong_certificate_changes_nothing),
        cmocka_unit_test(another_platforms_pek_is_refused),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
