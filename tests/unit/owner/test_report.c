/* SPDX-License-Identifier: Apache-2.0 */
/* The attestation report: whose signature it carries. */
#include "owner/report.h"

#include <string.h>

#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "wire/sev_cert.h"

struct files {
    struct buf report;
    struct buf pek;
};

static void close_files(struct files *f)
{
    buf_free(&f->report);
    buf_free(&f->pek);
}

static struct files open_files(void)
{
    return (struct files){ vector_load("attestation/report.bin"),
                           vector_load("attestation/pek.cert") };
}

/* The verdict; malformed input fails the test. */
static bool judge(const struct files *f, struct attestation *ret)
{
    char reason[REPORT_REASON_LEN];
    struct sevk_error err;
    bool yes = false;

    assert_works(report_verify(buf_bytes(&f->report), buf_bytes(&f->pek), ret,
                               &yes, reason, &err),
                 &err);
    assert_int_equal(yes, reason[0] == '\0');
    return yes;
}

static void test_malformed_bytes_are_refused(void **state)
{
    OWN(close_files) struct files f = open_files();
    OWN(buf_free) struct buf oca = vector_load("session/oca.cert");
    char reason[REPORT_REASON_LEN];
    struct attestation a;
    struct sevk_error err;
    bool yes;

    (void)state;
    for (size_t n = 0; n < f.report.n; n += 51) {
        assert_false(report_verify(bytes_make(f.report.p, n), buf_bytes(&f.pek),
                                   &a, &yes, reason, &err));
        assert_int_equal(err.code, SEVK_INPUT);
    }
    assert_false(report_verify(buf_bytes(&f.report), bytes_make(f.pek.p, 100),
                               &a, &yes, reason, &err));
    assert_int_equal(err.code, SEVK_INPUT);
    assert_false(report_verify(buf_bytes(&f.report), buf_bytes(&oca), &a, &yes,
                               reason, &err));
    assert_non_null(strstr(err.message, "no PEK's"));
}

static void test_no_report_with_a_flipped_bit_is_a_yes(void **state)
{
    OWN(close_files) struct files f = open_files();
    char reason[REPORT_REASON_LEN];
    struct attestation a;
    size_t n_no = 0;

    (void)state;
    assert_true(judge(&f, &a));
    assert_int_equal(a.policy, 5);
    for (size_t i = 0; i < f.report.n; i++) {
        bool yes = false;

        f.report.p[i] ^= 1;
        /* Where zeros have to be it is malformed. */
        if (report_verify(buf_bytes(&f.report), buf_bytes(&f.pek), &a, &yes,
                          reason, NULL)) {
            n_no++;
        }
        assert_false(yes);
        f.report.p[i] ^= 1;
    }
    assert_true(n_no >= ATTESTATION_SIGNED_LEN + 2 * 48);
}

static void test_another_platforms_pek_did_not_sign_it(void **state)
{
    OWN(close_files) struct files f = open_files();
    struct attestation a;

    (void)state;
    buf_free(&f.pek);
    f.pek = vector_load("certs/naples/pek.cert");
    assert_false(judge(&f, &a));
    f.pek.p[0x10] = 1; /* another curve */
    assert_false(judge(&f, &a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed_bytes_are_refused),
        cmocka_unit_test(test_no_report_with_a_flipped_bit_is_a_yes),
        cmocka_unit_test(test_another_platforms_pek_did_not_sign_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
