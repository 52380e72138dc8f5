/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/trust.c. */
#include <sevkit/trust.h>

#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"

static void test_a_new_set_trusts_nobody(void **state)
{
    OWN(sevk_trust_free) struct sevk_trust *trust = NULL;
    struct sevk_error err;

    (void)state;
    sevk_trust_free(&trust); /* NULL is fine */
    assert_works(sevk_trust_new(&trust, &err), &err);
    assert_int_equal(sevk_trust_root_count(trust), 0);
    assert_null(sevk_trust_root_name(trust, 0));
    sevk_trust_free(&trust);
    assert_null(trust);
}

static void test_amd_s_five_roots_have_their_names(void **state)
{
    OWN(sevk_trust_free) struct sevk_trust *trust = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(sevk_trust_new(&trust, &err), &err);
    assert_works(sevk_trust_add_amd(trust, &err), &err);
    assert_int_equal(sevk_trust_root_count(trust), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_memory_equal(sevk_trust_root_name(trust, i), "AMD ", 4);
    }
}

static void test_what_is_no_root_is_refused_and_adds_nothing(void **state)
{
    OWN(sevk_trust_free) struct sevk_trust *trust = NULL;
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");
    struct sevk_error err;

    (void)state;
    assert_works(sevk_trust_new(&trust, &err), &err);
    assert_fails(sevk_trust_add(trust, "", 0, "nothing", &err), &err,
                 SEVK_INPUT, "nothing");
    assert_fails(sevk_trust_add(trust, ark.p, ark.n - 1, "cut", &err), &err,
                 SEVK_INPUT, "cut");
    ark.p[100] ^= 1; /* in its key */
    assert_fails(sevk_trust_add(trust, ark.p, ark.n, "flipped", &err), &err,
                 SEVK_INPUT, "flipped");
    assert_fails(sevk_trust_add_file(trust, "/no/such/file", &err), &err,
                 SEVK_INPUT, "/no/such/file");
    assert_int_equal(sevk_trust_root_count(trust), 0);
    ark.p[100] ^= 1;
    assert_works(sevk_trust_add(trust, ark.p, ark.n, "whole", &err), &err);
    assert_int_equal(sevk_trust_root_count(trust), 1);
}

static void test_so_many_platforms_can_be_pinned(void **state)
{
    OWN(sevk_trust_free) struct sevk_trust *trust = NULL;
    const uint8_t id[SEVK_PLATFORM_ID_LEN] = { 1 };
    struct sevk_error err;

    (void)state;
    assert_works(sevk_trust_new(&trust, &err), &err);
    for (int i = 0; i < 64; i++) {
        assert_works(sevk_trust_pin_platform(trust, id, &err), &err);
    }
    assert_fails(sevk_trust_pin_platform(trust, id, &err), &err, SEVK_USAGE,
                 "64");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_set_trusts_nobody),
        cmocka_unit_test(test_amd_s_five_roots_have_their_names),
        cmocka_unit_test(test_what_is_no_root_is_refused_and_adds_nothing),
        cmocka_unit_test(test_so_many_platforms_can_be_pinned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
