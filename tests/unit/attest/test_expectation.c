/* SPDX-License-Identifier: Apache-2.0 */
/* Options, reference and description: merged, or refused with both values. */
#include "attest/expectation.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "unit/attest/case.h"
#include "wire/policy.h"

/* The case's own values; a test changes a copy. */
static struct expectation_options options_of(struct test_case *c)
{
    struct expectation_options o = c->options.expect;

    o.has_policy = false;
    return o;
}

static void assert_wrong_usage(struct test_case *c,
                               const struct expectation_options *o,
                               const char *part)
{
    struct expectation *e = NULL;

    assert_fails(expectation_read(o, &c->vm, &e, &c->err), &c->err, SEVK_USAGE,
                 part);
    assert_null(e);
}

/* A reference with BODY behind the two members that it must have. */
static char *reference(struct test_case *c, const char *type, const char *body)
{
    char text[1024];

    snprintf(text, sizeof text,
             "{ \"schema\": \"sevkit.reference/1\", \"type\": \"%s\"%s }", type,
             body);
    return temp_dir_write(&c->dir, "reference.json", bytes_of_string(text));
}

static struct expectation *read_with(struct test_case *c,
                                     const struct expectation_options *o)
{
    struct expectation *e = NULL;

    assert_works(expectation_read(o, NULL, &e, &c->err), &c->err);
    return e;
}

/* -- Rules. ------------------------------------------------------------------------ */

static void rules_are_strict_unless_the_owner_says_otherwise(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(expectation_free) struct expectation *e = read_with(c, &o);
    uint32_t policy = 99;

    assert_int_equal(e->rules.min_api_major, 1);
    assert_int_equal(e->rules.min_api_minor, 51);
    assert_false(e->rules.allow_weak_policy || e->rules.unmeasured_boot);
    assert_int_equal(e->rules.n_platforms, 0);
    assert_false(expectation_policy(e, &policy));
    assert_int_equal(policy, 99);
}

static void an_option_wins_over_the_reference(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(own_free)
    char *path = reference(c, "sev",
                           ", \"min_api\": \"1.40\", \"policy\": \"0x1\", "
                           "\"vcpus\": 2, \"vm_type\": \"init2\"");
    OWN(expectation_free) struct expectation *from_file = NULL;
    OWN(expectation_free) struct expectation *from_options = NULL;

    o.reference = path;
    from_file = read_with(c, &o);
    assert_int_equal(from_file->rules.min_api_minor, 40);
    assert_int_equal(from_file->reference.policy, 1);
    assert_int_equal(from_file->reference.vcpus, 2);
    assert_int_equal(from_file->reference.vm_type, VMSA_INIT2);

    o.has_min_api = o.has_policy = o.has_vcpus = true;
    o.min_api_major = 1;
    o.min_api_minor = 52;
    o.policy = 3;
    o.vcpus = 4;
    o.vm_type = "legacy";
    from_options = read_with(c, &o);
    assert_int_equal(from_options->rules.min_api_minor, 52);
    assert_int_equal(from_options->reference.policy, 3);
    assert_int_equal(from_options->reference.vcpus, 4);
    assert_int_equal(from_options->reference.vm_type, VMSA_LEGACY);
}

static void platform_ids_of_options_replace_those_of_the_reference(void **state)
{
    static const char *const id[] = {
        "00000000000000000000000000000000000000000000000000000000000000ff"
    };
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(own_free)
    char *path = reference(
        c, "sev",
        ", \"platform_ids_hex\": ["
        "\"0000000000000000000000000000000000000000000000000000000000000001\","
        "\"0000000000000000000000000000000000000000000000000000000000000002\""
        "]");
    OWN(expectation_free) struct expectation *from_file = NULL;
    OWN(expectation_free) struct expectation *from_options = NULL;

    o.reference = path;
    from_file = read_with(c, &o);
    assert_int_equal(from_file->rules.n_platforms, 2);
    assert_int_equal(from_file->rules.platforms[1][31], 2);
    o.platform_ids = id;
    o.n_platform_ids = 1;
    from_options = read_with(c, &o);
    assert_int_equal(from_options->rules.n_platforms, 1);
    assert_int_equal(from_options->rules.platforms[0][31], 0xff);
}

static void another_firmware_than_the_references_is_refused(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    struct expectation *e = NULL;
    OWN(own_free)
    char *path = reference(
        c, "sev",
        ", \"firmware\": { \"sha256_hex\": "
        "\"0000000000000000000000000000000000000000000000000000000000000001\","
        " \"size\": 4096 }");

    o.reference = path;
    assert_fails(expectation_read(&o, NULL, &e, &c->err), &c->err, SEVK_REFUSED,
                 "0000000000000000000000000000000000000000000000000000000000000"
                 "001");
}

/* -- The description. ----------------------------------------------------------------- */

static void a_description_that_contradicts_is_refused_with_both(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);

    o.cmdline = "other";
    assert_wrong_usage(c, &o, "'other'");
    o = options_of(c);
    o.initrd = NULL;
    assert_wrong_usage(c, &o, "--initrd");
    c->vm.has_initrd = false;
    o = options_of(c);
    assert_wrong_usage(c, &o, "no <initrd>");
    c->vm.has_initrd = true;

    o.has_policy = true;
    o.policy = 7;
    c->vm.has_policy = true;
    c->vm.policy = 3;
    assert_wrong_usage(c, &o, "<policy> is 0x03, but 0x07");
    o.policy = 3;
    o.has_vcpus = true;
    o.vcpus = 2;
    assert_wrong_usage(c, &o, "has 1 vCPUs, but 2");
    o.has_vcpus = false;
    o.cpu = "EPYC-Rome";
    c->vm.cpu_model = "EPYC-Milan";
    assert_wrong_usage(c, &o, "0x00a00f11, but 0x00830f10");
}

static void kernels_and_kernel_hashes_go_together(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);

    c->vm.kernel_hashes = false;
    assert_wrong_usage(c, &o, "kernelHashes='yes' into");
    c->vm.kernel_hashes = true;
    o.kernel = o.initrd = o.cmdline = NULL;
    assert_wrong_usage(c, &o, "give --kernel");
    o.cmdline = "quiet";
    assert_wrong_usage(c, &o, "need --kernel");
    o.cmdline = NULL;
    o.initrd = c->initrd;
    assert_wrong_usage(c, &o, "need --kernel");
}

static void the_command_line_may_come_from_the_owners_description(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(expectation_free) struct expectation *given = NULL;
    OWN(expectation_free) struct expectation *described = NULL;

    assert_works(expectation_read(&o, &c->vm, &given, &c->err), &c->err);
    o.cmdline = NULL;
    assert_works(expectation_read(&o, &c->vm, &described, &c->err), &c->err);
    assert_memory_equal(given->reference.kernel_hashes.cmdline,
                        described->reference.kernel_hashes.cmdline, 32);
}

static void a_cpu_that_nobody_knows_is_left_to_the_option(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(expectation_free) struct expectation *e = NULL;

    c->vm.cpu_model = "Unheard-Of";
    assert_works(expectation_read(&o, &c->vm, &e, &c->err), &c->err);
    assert_false(e->reference.has_cpu_signature);
    assert_fails(expectation_settle(e, 7, &c->err), &c->err, SEVK_USAGE,
                 "--cpu is needed");
}

/* -- Settling. --------------------------------------------------------------------------- */

static void without_es_the_digest_needs_no_vcpus(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(expectation_free) struct expectation *e = NULL;
    struct sha256 h;
    uint8_t digest[SHA256_LEN];

    e = read_with(c, &o);
    assert_works(expectation_settle(e, 3, &c->err), &c->err);
    sha256_init(&h);
    sha256_update(&h, buf_bytes(&c->host.loaded));
    sha256_final(&h, digest);
    assert_int_equal(e->n_digests, 1);
    assert_memory_equal(e->digests[0], digest, SHA256_LEN);
    assert_int_equal(e->vcpus, 0);
    assert_true(e->settled);
}

static void with_es_vcpus_and_cpu_are_asked_for_by_name(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(expectation_free) struct expectation *without = NULL;
    OWN(expectation_free) struct expectation *vcpus = NULL;
    OWN(expectation_free) struct expectation *both = NULL;

    without = read_with(c, &o);
    assert_fails(expectation_settle(without, 7, &c->err), &c->err, SEVK_USAGE,
                 "--vcpus");
    o.has_vcpus = true;
    o.vcpus = 2;
    vcpus = read_with(c, &o);
    assert_fails(expectation_settle(vcpus, 7, &c->err), &c->err, SEVK_USAGE,
                 "--cpu");
    o.cpu = "25/1/1";
    both = read_with(c, &o);
    assert_works(expectation_settle(both, 7, &c->err), &c->err);
    assert_int_equal(both->vcpus, 2);
}

static void vmsas_from_files_give_the_digest_of_the_model(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(own_free)
    char *bsp = vector_path("vmsa/milan-EPYC-Milan_legacy_bsp.bin");
    OWN(own_free)
    char *ap = vector_path("vmsa/milan-EPYC-Milan_legacy_ap_80b004.bin");
    OWN(expectation_free) struct expectation *by_model = NULL;
    OWN(expectation_free) struct expectation *by_files = NULL;
    OWN(expectation_free) struct expectation *half = NULL;

    o.has_vcpus = true;
    o.vcpus = 3;
    o.cpu = "EPYC-Milan";
    by_model = read_with(c, &o);
    o.cpu = NULL;
    o.vmsa_bsp = bsp;
    half = read_with(c, &o);
    o.vmsa_ap = ap;
    by_files = read_with(c, &o);
    assert_works(expectation_settle(by_model, 7, &c->err), &c->err);
    assert_works(expectation_settle(by_files, 7, &c->err), &c->err);
    assert_memory_equal(by_model->digests[0], by_files->digests[0], SHA256_LEN);
    assert_fails(expectation_settle(half, 7, &c->err), &c->err, SEVK_USAGE,
                 "--vmsa-cpu1");
}

static void a_vmsa_of_another_length_is_refused(void **state)
{
    static const uint8_t page[VMSA_LEN + 1];
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    static const size_t lengths[] = { 0, 1, VMSA_LEN - 1, VMSA_LEN + 1 };

    for (size_t i = 0; i < N_OF(lengths); i++) {
        OWN(own_free)
        char *path =
            temp_dir_write(&c->dir, "vmsa", bytes_make(page, lengths[i]));
        struct expectation *e = NULL;

        o.vmsa_bsp = path;
        assert_fails(expectation_read(&o, NULL, &e, &c->err), &c->err,
                     SEVK_INPUT, "vmsa");
    }
}

static void the_policy_must_be_the_one_that_was_named(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(own_free) char *path = reference(c, "sev-es", "");
    OWN(expectation_free) struct expectation *named = NULL;
    OWN(expectation_free) struct expectation *typed = NULL;

    o.has_policy = true;
    o.policy = 3;
    named = read_with(c, &o);
    assert_fails(expectation_settle(named, 1, &c->err), &c->err, SEVK_USAGE,
                 "0x03 is expected, not 0x01");
    o.has_policy = false;
    o.reference = path;
    typed = read_with(c, &o);
    assert_fails(expectation_settle(typed, 3, &c->err), &c->err, SEVK_USAGE,
                 "the reference is for SEV-ES");
}

static void without_an_image_there_must_be_digests(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = { 0 };
    OWN(expectation_free) struct expectation *none = NULL;
    OWN(expectation_free) struct expectation *listed = NULL;
    OWN(own_free) char *path = NULL;

    none = read_with(c, &o);
    assert_fails(expectation_settle(none, 3, &c->err), &c->err, SEVK_USAGE,
                 "--firmware is needed");
    path = reference(
        c, "sev",
        ", \"launch_digests_hex\": ["
        "\"0000000000000000000000000000000000000000000000000000000000000001\","
        "\"0000000000000000000000000000000000000000000000000000000000000002\""
        "]");
    o.reference = path;
    listed = read_with(c, &o);
    assert_works(expectation_settle(listed, 3, &c->err), &c->err);
    assert_int_equal(listed->n_digests, 2);
    assert_int_equal(listed->digests[1][31], 2);
}

/* One option at a time that a digest is made from, beside listed digests. */
static void set_digest_option(struct expectation_options *o,
                              struct test_case *c, unsigned int i)
{
    o->firmware = i == 0 ? c->firmware : NULL;
    o->kernel = i == 1 ? c->kernel : NULL;
    o->cpu = i == 2 ? "EPYC-Milan" : NULL;
    o->vm_type = i == 3 ? "init2" : NULL;
    o->has_vcpus = i == 4;
    o->vcpus = 4;
    o->initrd = o->cmdline = NULL;
}

static void an_option_that_changes_the_digest_drops_listed_ones(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(own_free)
    char *path = reference(
        c, "sev-es",
        ", \"vcpus\": 4, \"cpu_signature\": \"0x00a00f11\", "
        "\"launch_digests_hex\": ["
        "\"0000000000000000000000000000000000000000000000000000000000000001\""
        "]");

    o.reference = path;
    for (unsigned int i = 0; i < 6; i++) {
        OWN(expectation_free) struct expectation *e = NULL;

        set_digest_option(&o, c, i);
        e = read_with(c, &o);
        assert_int_equal(e->reference.n_launch_digests, i == 5 ? 1 : 0);
        if (i != 5 && i != 0) {
            assert_fails(expectation_settle(e, 7, &c->err), &c->err, SEVK_USAGE,
                         "--firmware is needed");
            continue;
        }
        assert_works(expectation_settle(e, 7, &c->err), &c->err);
        assert_int_equal(e->n_digests, 1);
        assert_int_equal(e->digests[0][0] == 0, i == 5);
    }
}

static void a_kernel_to_try_is_only_for_unmeasured_kernels(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(expectation_free) struct expectation *e = NULL;

    o.try_kernel = c->kernel;
    assert_wrong_usage(c, &o, "--kernel or the reference says that it is");
    o.kernel = o.initrd = o.cmdline = o.try_kernel = NULL;
    o.try_initrd = c->initrd;
    assert_wrong_usage(c, &o, "need --try-kernel");
    o.try_initrd = NULL;
    o.try_cmdline = "";
    assert_wrong_usage(c, &o, "need --try-kernel");
    o.try_kernel = c->kernel;
    e = read_with(c, &o);
    assert_true(e->has_try);
    assert_false(e->reference.has_kernel_hashes);
}

static void sev_features_change_the_digest(void **state)
{
    struct test_case *c = *state;
    struct expectation_options o = options_of(c);
    OWN(expectation_free) struct expectation *none = NULL;
    OWN(expectation_free) struct expectation *swap = NULL;

    o.has_vcpus = true;
    o.vcpus = 1;
    o.cpu = "EPYC-Milan";
    none = read_with(c, &o);
    o.has_sev_features = true;
    o.sev_features = 0x20;
    swap = read_with(c, &o);
    assert_works(expectation_settle(none, 7, &c->err) &&
                     expectation_settle(swap, 7, &c->err),
                 &c->err);
    assert_memory_not_equal(none->digests[0], swap->digests[0], 32);
}

#define CASE_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE_TEST(rules_are_strict_unless_the_owner_says_otherwise),
        CASE_TEST(an_option_wins_over_the_reference),
        CASE_TEST(platform_ids_of_options_replace_those_of_the_reference),
        CASE_TEST(another_firmware_than_the_references_is_refused),
        CASE_TEST(a_description_that_contradicts_is_refused_with_both),
        CASE_TEST(kernels_and_kernel_hashes_go_together),
        CASE_TEST(the_command_line_may_come_from_the_owners_description),
        CASE_TEST(a_cpu_that_nobody_knows_is_left_to_the_option),
        CASE_TEST(without_es_the_digest_needs_no_vcpus),
        CASE_TEST(a_kernel_to_try_is_only_for_unmeasured_kernels),
        CASE_TEST(sev_features_change_the_digest),
        CASE_TEST(with_es_vcpus_and_cpu_are_asked_for_by_name),
        CASE_TEST(vmsas_from_files_give_the_digest_of_the_model),
        CASE_TEST(a_vmsa_of_another_length_is_refused),
        CASE_TEST(the_policy_must_be_the_one_that_was_named),
        CASE_TEST(without_an_image_there_must_be_digests),
        CASE_TEST(an_option_that_changes_the_digest_drops_listed_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
