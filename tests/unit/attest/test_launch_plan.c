/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner brings: refused before the host hears of it. */
#include "attest/launch_plan.h"

#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "unit/attest/case.h"

static bool prepare(struct test_case *c, struct launch_plan **ret)
{
    return launch_prepare(&c->options, &c->vm, ret, &c->err);
}

static void assert_not_prepared(struct test_case *c, enum sevk_code code,
                                const char *part)
{
    struct launch_plan *plan = NULL;

    assert_fails(prepare(c, &plan), &c->err, code, part);
    assert_null(plan);
}

static void without_a_policy_it_is_the_strictest_that_needs_no_thought(
    void **state)
{
    struct test_case *c = *state;
    OWN(launch_plan_free) struct launch_plan *plan = NULL;
    OWN(launch_plan_free) struct launch_plan *described = NULL;

    c->options.expect.has_policy = false;
    c->options.expect.cpu = "EPYC-Milan";
    assert_works(prepare(c, &plan), &c->err);
    assert_int_equal(launch_plan_policy(plan), 0x0f);
    c->vm.has_policy = true;
    c->vm.policy = 3;
    assert_works(prepare(c, &described), &c->err);
    assert_int_equal(launch_plan_policy(described), 3);
}

static void the_secrets_become_one_table(void **state)
{
    static const char guid[] = "11111111-2222-4333-8444-555555555555";
    struct test_case *c = *state;
    const struct launch_secret_file two[] = { { "luks-key", c->secret },
                                              { guid, c->kernel } };
    OWN(launch_plan_free) struct launch_plan *plan = NULL;

    c->options.secrets = two;
    c->options.n_secrets = 2;
    assert_works(prepare(c, &plan), &c->err);
    /* 20 + (20 + 11) + (20 + 6), padded */
    assert_int_equal(plan->table.n, 80);
}

static void a_bad_secret_is_named_but_never_shown(void **state)
{
    struct test_case *c = *state;
    OWN(own_free)
    char *empty = temp_dir_write(&c->dir, "empty", bytes_of_string(""));
    const struct launch_secret_file twice[] = { { "luks-key", c->secret },
                                                { "luks-key", c->secret } };

    c->secrets[0].name = "no-such-name";
    assert_not_prepared(c, SEVK_USAGE, "--secret no-such-name");
    c->secrets[0] = (struct launch_secret_file){ "luks-key", empty };
    assert_not_prepared(c, SEVK_INPUT, "--secret luks-key");
    c->secrets[0].path = "/nowhere/secret";
    assert_not_prepared(c, SEVK_INPUT, "/nowhere/secret");
    c->options.secrets = twice;
    c->options.n_secrets = 2;
    assert_not_prepared(c, SEVK_USAGE, "--secret luks-key");
    assert_null(strstr(c->err.message, CASE_SECRET));
}

static void whom_to_trust_is_read_from_all_that_is_named(void **state)
{
    struct test_case *c = *state;
    const char *both[] = { "amd", c->root };
    OWN(launch_plan_free) struct launch_plan *plan = NULL;
    OWN(launch_plan_free) struct launch_plan *amd = NULL;

    c->options.trust.n = 0;
    assert_works(prepare(c, &amd), &c->err);
    c->options.trust = (struct launch_names){ both, 2 };
    assert_works(prepare(c, &plan), &c->err);
    assert_int_equal(plan->trust.n, amd->trust.n + 1);
    c->trust[0] = c->kernel;
    c->options.trust = (struct launch_names){ c->trust, 1 };
    assert_not_prepared(c, SEVK_INPUT, "--trust");
}

static void more_certificates_are_read_or_refused(void **state)
{
    struct test_case *c = *state;
    OWN(own_free) char *cek = vector_path("virtual/cek.cert");
    const char *good[] = { cek };
    const char *bad[] = { c->kernel };
    OWN(launch_plan_free) struct launch_plan *plan = NULL;

    c->options.chain = (struct launch_names){ good, 1 };
    assert_works(prepare(c, &plan), &c->err);
    assert_int_equal(chain_cert(plan->chain, CHAIN_CEK).n, SEV_CERT_LEN);
    c->options.chain = (struct launch_names){ bad, 1 };
    assert_not_prepared(c, SEVK_INPUT, "--chain");
}

static void kernel_hashes_need_an_area_in_the_firmware(void **state)
{
    static const uint8_t plain[4096] = { 1 };
    struct test_case *c = *state;
    OWN(own_free)
    char *path = temp_dir_write(&c->dir, "plain.fd", BYTES_OF(plain));

    c->options.expect.firmware = path;
    assert_not_prepared(c, SEVK_REFUSED, "hash");
}

#define CASE_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE_TEST(without_a_policy_it_is_the_strictest_that_needs_no_thought),
        CASE_TEST(the_secrets_become_one_table),
        CASE_TEST(a_bad_secret_is_named_but_never_shown),
        CASE_TEST(whom_to_trust_is_read_from_all_that_is_named),
        CASE_TEST(more_certificates_are_read_or_refused),
        CASE_TEST(kernel_hashes_need_an_area_in_the_firmware),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
