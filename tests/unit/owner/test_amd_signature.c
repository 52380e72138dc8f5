/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of AMD's format: ARK by itself, ASK by ARK. */
#include "owner/amd_signature.h"

#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "wire/sev_cert.h"

static void assert_fault(struct bytes cert, uint32_t usage, struct bytes parent,
                         const char *part)
{
    const char *fault = amd_signature_fault(cert, usage, parent);

    assert_non_null(fault);
    if (strstr(fault, part) == NULL) {
        fail_msg("'%s' does not contain '%s'", fault, part);
    }
}

static void test_malformed_certificates_are_told(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("certs/naples/ark.cert");

    (void)state;
    for (size_t n = 0; n < ark.n; n++) {
        assert_fault(bytes_make(ark.p, n), SEV_USAGE_ARK, buf_bytes(&ark),
                     "malformed");
        assert_fault(buf_bytes(&ark), SEV_USAGE_ARK, bytes_make(ark.p, n),
                     "malformed");
    }
    assert_true(buf_append_string(&ark, "x", NULL));
    assert_fault(buf_bytes(&ark), SEV_USAGE_ARK, buf_bytes(&ark), "malformed");
}

static void test_each_generation_holds_and_does_not_mix(void **state)
{
    static const char *const arks[] = {
        "certs/naples/ark.cert", "certs/rome/ark.cert",  "certs/milan/ark.cert",
        "certs/genoa/ark.cert",  "certs/turin/ark.cert", "virtual/ark.cert",
    };
    static const char *const asks[] = {
        "certs/naples/ask.cert", "certs/rome/ask.cert",  "certs/milan/ask.cert",
        "certs/genoa/ask.cert",  "certs/turin/ask.cert", "virtual/ask.cert",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(arks); i++) {
        OWN(buf_free) struct buf ark = vector_load(arks[i]);

        assert_null(amd_signature_fault(buf_bytes(&ark), SEV_USAGE_ARK,
                                        buf_bytes(&ark)));
        for (size_t k = 0; k < N_OF(asks); k++) {
            OWN(buf_free) struct buf ask = vector_load(asks[k]);

            if (i == k) {
                assert_null(amd_signature_fault(buf_bytes(&ask), SEV_USAGE_ASK,
                                                buf_bytes(&ark)));
            } else {
                assert_fault(buf_bytes(&ask), SEV_USAGE_ASK, buf_bytes(&ark),
                             "names another key");
            }
        }
    }
}

static void test_an_ask_signs_nothing(void **state)
{
    OWN(buf_free) struct buf ask = vector_load("virtual/ask.cert");

    (void)state;
    assert_fault(buf_bytes(&ask), SEV_USAGE_ASK, buf_bytes(&ask),
                 "not a certificate of that kind");
    assert_fault(buf_bytes(&ask), SEV_USAGE_ARK, buf_bytes(&ask),
                 "not a certificate of that kind");
}

static void test_a_signer_named_falsely_is_found_by_its_signature(void **state)
{
    OWN(buf_free) struct buf ask = vector_load("virtual/ask.cert");
    OWN(buf_free) struct buf ark = vector_load("certs/milan/ark.cert");
    OWN(buf_free) struct buf naples = vector_load("certs/naples/ark.cert");

    (void)state;
    memcpy(ask.p + 20, ark.p + 4, 16);
    assert_fault(buf_bytes(&ask), SEV_USAGE_ASK, buf_bytes(&ark),
                 "does not hold");
    memcpy(ask.p + 20, naples.p + 4, 16);
    assert_fault(buf_bytes(&ask), SEV_USAGE_ASK, buf_bytes(&naples),
                 "of another size");
}

static void test_any_flipped_bit_is_found(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("certs/naples/ark.cert");
    OWN(buf_free) struct buf ask = vector_load("certs/naples/ask.cert");

    (void)state;
    for (size_t at = 0; at < ask.n; at++) {
        ask.p[at] ^= (uint8_t)(1u << at % 8);
        assert_non_null(amd_signature_fault(buf_bytes(&ask), SEV_USAGE_ASK,
                                            buf_bytes(&ark)));
        ask.p[at] ^= (uint8_t)(1u << at % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed_certificates_are_told),
        cmocka_unit_test(test_each_generation_holds_and_does_not_mix),
        cmocka_unit_test(test_an_ask_signs_nothing),
        cmocka_unit_test(test_a_signer_named_falsely_is_found_by_its_signature),
        cmocka_unit_test(test_any_flipped_bit_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
