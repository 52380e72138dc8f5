/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/chain.c with a real platform's certificates. */
#include "fw/chain.h"

#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"

#define AMD_LEN AMD_CERT_LEN_2048

/* A Naples machine, and its roots. */
struct real {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t pek[SEV_CERT_LEN];
    uint8_t oca[SEV_CERT_LEN];
    uint8_t cek[SEV_CERT_LEN];
    uint8_t amd[2 * AMD_LEN]; /* ASK, ARK */
};

static struct real *load(void)
{
    struct real *r = calloc(1, sizeof *r);

    assert_non_null(r);
    vector_load_exact("certs/naples/pdh.cert", r->pdh, sizeof r->pdh);
    vector_load_exact("certs/naples/pek.cert", r->pek, sizeof r->pek);
    vector_load_exact("certs/naples/oca.cert", r->oca, sizeof r->oca);
    vector_load_exact("certs/naples/cek.cert", r->cek, sizeof r->cek);
    vector_load_exact("certs/naples/ask.cert", r->amd, AMD_LEN);
    vector_load_exact("certs/naples/ark.cert", r->amd + AMD_LEN, AMD_LEN);
    return r;
}

static uint32_t roots(const struct real *r, struct bytes trusted,
                      struct amd_cert *ret)
{
    return chain_read_roots(BYTES_OF(r->amd), trusted, ret);
}

static void a_real_chain_is_good_from_root_to_pdh(void **state)
{
    OWN(own_free) struct real *r = load();
    struct amd_cert ask;

    (void)state;
    assert_int_equal(roots(r, bytes_make(r->amd + AMD_LEN, AMD_LEN), &ask),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(chain_check_cek(r->cek, &ask), SEV_STATUS_SUCCESS);
    assert_int_equal(chain_check(r->pek, r->cek), SEV_STATUS_SUCCESS);
    assert_int_equal(chain_check(r->pek, r->oca), SEV_STATUS_SUCCESS);
    assert_int_equal(chain_check(r->oca, r->oca), SEV_STATUS_SUCCESS);
    assert_int_equal(chain_check(r->pdh, r->pek), SEV_STATUS_SUCCESS);
}

static void who_did_not_sign_is_no_parent(void **state)
{
    OWN(own_free) struct real *r = load();

    (void)state;
    assert_int_equal(chain_check(r->pdh, r->cek),
                     SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(chain_check(r->pdh, r->oca),
                     SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(chain_check(r->oca, r->pek),
                     SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(chain_check(r->cek, r->pek),
                     SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(chain_check(r->pek, r->pdh),
                     SEV_STATUS_INVALID_CERTIFICATE);
}

/* Whichever byte it is: of the body, or of the signature that counts. */
static void no_flipped_bit_passes(void **state)
{
    OWN(own_free) struct real *r = load();

    (void)state;
    for (size_t at = 0; at < SEV_CERT_BODY_LEN + 8 + 144; at += 7) {
        r->pdh[at] ^= 2;
        assert_int_not_equal(chain_check(r->pdh, r->pek), SEV_STATUS_SUCCESS);
        r->pdh[at] ^= 2;
    }
    assert_int_equal(chain_check(r->pdh, r->pek), SEV_STATUS_SUCCESS);
}

static void a_root_that_is_not_known_is_refused(void **state)
{
    OWN(own_free) struct real *r = load();
    uint8_t several[3 * AMD_LEN];
    struct amd_cert ask;

    (void)state;
    assert_int_equal(roots(r, (struct bytes){ 0 }, &ask),
                     SEV_STATUS_INVALID_CERTIFICATE);
    assert_int_equal(roots(r, bytes_make(r->amd, AMD_LEN), &ask),
                     SEV_STATUS_INVALID_CERTIFICATE);
    /* The one of several; a piece of one is none. */
    memcpy(several, r->amd, AMD_LEN);
    memcpy(several + AMD_LEN, r->amd + AMD_LEN, AMD_LEN);
    memcpy(several + 2 * AMD_LEN, r->amd, AMD_LEN);
    assert_int_equal(roots(r, BYTES_OF(several), &ask), SEV_STATUS_SUCCESS);
    assert_int_equal(roots(r, bytes_make(several, 2 * AMD_LEN - 1), &ask),
                     SEV_STATUS_INVALID_CERTIFICATE);
}

static void roots_of_another_length_or_order_are_refused(void **state)
{
    OWN(own_free) struct real *r = load();
    struct bytes ark = bytes_make(r->amd + AMD_LEN, AMD_LEN);
    uint8_t turned[2 * AMD_LEN];
    struct amd_cert ask;

    (void)state;
    for (size_t n = 0; n < sizeof r->amd; n += 41) {
        assert_int_equal(chain_read_roots(bytes_make(r->amd, n), ark, &ask),
                         SEV_STATUS_INVALID_LENGTH);
    }
    memcpy(turned, r->amd + AMD_LEN, AMD_LEN);
    memcpy(turned + AMD_LEN, r->amd, AMD_LEN);
    assert_int_equal(chain_read_roots(BYTES_OF(turned), ark, &ask),
                     SEV_STATUS_INVALID_CERTIFICATE);
}

static void a_changed_ask_is_refused(void **state)
{
    OWN(own_free) struct real *r = load();
    uint8_t kept[AMD_LEN];
    struct amd_cert ask;

    (void)state;
    memcpy(kept, r->amd + AMD_LEN, AMD_LEN);
    for (size_t at = 0; at < 2 * AMD_LEN; at += 23) {
        r->amd[at] ^= 8;
        assert_int_not_equal(roots(r, BYTES_OF(kept), &ask),
                             SEV_STATUS_SUCCESS);
        r->amd[at] ^= 8;
    }
    assert_int_equal(roots(r, BYTES_OF(kept), &ask), SEV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_chain_is_good_from_root_to_pdh),
        cmocka_unit_test(who_did_not_sign_is_no_parent),
        cmocka_unit_test(no_flipped_bit_passes),
        cmocka_unit_test(a_root_that_is_not_known_is_refused),
        cmocka_unit_test(roots_of_another_length_or_order_are_refused),
        cmocka_unit_test(a_changed_ask_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
