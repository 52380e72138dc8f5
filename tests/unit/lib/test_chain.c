/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/chain.c. */
#include "base/own.h"
#include "lib/vector.h"
#include "unit/lib/stage.h"

static void test_an_empty_chain_is_a_no_with_reasons(void **state)
{
    OWN(sevk_trust_free) struct sevk_trust *trust = NULL;
    OWN(sevk_chain_free) struct sevk_chain *chain = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;
    struct sevk_session *session = NULL;
    uint8_t id[SEVK_PLATFORM_ID_LEN];
    struct sevk_error err;
    size_t n;

    (void)state;
    assert_works(sevk_trust_new(&trust, &err), &err);
    assert_works(sevk_chain_new(&chain, &err), &err);
    assert_null(sevk_chain_cert(chain, SEVK_CHAIN_PDH, &n));
    assert_null(sevk_chain_cert(chain, (enum sevk_chain_role)6, &n));
    assert_works(sevk_chain_verify(chain, trust, &v, &err), &err);
    assert_refuses(v, "ARK");
    assert_false(sevk_verdict_is_verified(v));
    assert_false(sevk_verdict_platform_id(v, id));
    assert_string_equal(sevk_verdict_root(v), "");
    assert_fails(sevk_session_create(v, 0x0f, 0, &session, &err), &err,
                 SEVK_REFUSED, "not accepted");
    assert_null(session);
}

static void test_what_is_malformed_adds_nothing(void **state)
{
    OWN(sevk_chain_free) struct sevk_chain *chain = NULL;
    OWN(buf_free) struct buf pdh = vector_load("session/pdh.cert");
    struct sevk_error err;
    size_t n = 0;

    (void)state;
    assert_works(sevk_chain_new(&chain, &err), &err);
    assert_fails(sevk_chain_add(chain, pdh.p, pdh.n - 1, "cut", &err), &err,
                 SEVK_INPUT, "cut");
    assert_fails(sevk_chain_add(chain, pdh.p, (size_t)1 << 40, "endless", &err),
                 &err, SEVK_INPUT, "endless");
    assert_fails(sevk_chain_add_file(chain, "/no/such/file", &err), &err,
                 SEVK_INPUT, "/no/such/file");
    assert_null(sevk_chain_cert(chain, SEVK_CHAIN_PDH, &n));
    assert_works(sevk_chain_add(chain, pdh.p, pdh.n, "whole", &err), &err);
    assert_memory_equal(sevk_chain_cert(chain, SEVK_CHAIN_PDH, &n), pdh.p,
                        pdh.n);
    assert_int_equal(n, pdh.n);
}

static void test_a_real_platform_with_old_keys_is_a_no(void **state)
{
    static const char *const names[] = { "pdh", "pek", "oca",
                                         "cek", "ask", "ark" };
    OWN(sevk_trust_free) struct sevk_trust *trust = NULL;
    OWN(sevk_chain_free) struct sevk_chain *chain = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;
    struct sevk_session *session = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(sevk_trust_new(&trust, &err), &err);
    assert_works(sevk_trust_add_amd(trust, &err), &err);
    assert_works(sevk_chain_new(&chain, &err), &err);
    for (size_t i = 0; i < N_OF(names); i++) {
        OWN(own_free) char *path = NULL;
        char name[64];

        snprintf(name, sizeof name, "certs/naples/%s.cert", names[i]);
        path = vector_path(name);
        assert_works(sevk_chain_add_file(chain, path, &err), &err);
    }
    assert_works(sevk_chain_verify(chain, trust, &v, &err), &err);
    assert_refuses(v, "CVE-2019-9836");
    assert_string_equal(sevk_verdict_generation(v), "Naples");
    assert_string_equal(sevk_verdict_root(v), "AMD Naples");
    assert_false(sevk_verdict_is_virtual(v));
    assert_fails(sevk_session_create(v, 0x0f, 0, &session, &err), &err,
                 SEVK_REFUSED, "CVE-2019-9836");
}

static void test_a_virtual_platform_is_trusted_only_when_named(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_trust_free) struct sevk_trust *amd = NULL;
    OWN(sevk_chain_free) struct sevk_chain *chain = stage_chain(s);
    OWN(sevk_verdict_free) struct sevk_verdict *no = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *yes = stage_verdict(s);
    struct sevk_error err;

    (void)state;
    assert_works(sevk_trust_new(&amd, &err), &err);
    assert_works(sevk_trust_add_amd(amd, &err), &err);
    assert_works(sevk_chain_verify(chain, amd, &no, &err), &err);
    assert_refuses(no, "ARK");
    assert_true(sevk_verdict_yes(yes));
    assert_true(sevk_verdict_is_verified(yes));
    assert_true(sevk_verdict_is_virtual(yes));
    assert_int_equal(sevk_verdict_count(yes, SEVK_VERDICT_REASONS), 0);
}

static void test_a_pinned_platform_is_that_one_and_no_other(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_trust_free) struct sevk_trust *trust = stage_trust(s);
    OWN(sevk_chain_free) struct sevk_chain *chain = stage_chain(s);
    OWN(sevk_verdict_free) struct sevk_verdict *v = stage_verdict(s);
    OWN(sevk_verdict_free) struct sevk_verdict *other = NULL;
    OWN(sevk_verdict_free) struct sevk_verdict *same = NULL;
    uint8_t id[SEVK_PLATFORM_ID_LEN];
    struct sevk_session *session = NULL;
    struct sevk_error err;

    (void)state;
    assert_true(sevk_verdict_platform_id(v, id));
    id[0] ^= 1;
    assert_works(sevk_trust_pin_platform(trust, id, &err), &err);
    assert_works(sevk_chain_verify(chain, trust, &other, &err), &err);
    assert_refuses(other, "genuine");
    assert_fails(sevk_session_create(other, 0x0f, 0, &session, &err), &err,
                 SEVK_REFUSED, "genuine");
    id[0] ^= 1;
    assert_works(sevk_trust_pin_platform(trust, id, &err), &err);
    assert_works(sevk_chain_verify(chain, trust, &same, &err), &err);
    assert_true(sevk_verdict_yes(same));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_chain_is_a_no_with_reasons),
        cmocka_unit_test(test_what_is_malformed_adds_nothing),
        cmocka_unit_test(test_a_real_platform_with_old_keys_is_a_no),
        cmocka_unit_test(test_a_virtual_platform_is_trusted_only_when_named),
        cmocka_unit_test(test_a_pinned_platform_is_that_one_and_no_other),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
