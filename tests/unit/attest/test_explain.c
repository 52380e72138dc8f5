/* SPDX-License-Identifier: Apache-2.0 */
/* Explanations: each value that may differ, each pair of them, and nothing. */
#include "attest/explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "attest/explain_images.h"
#include "base/file.h"
#include "base/own.h"
#include "crypto/hash.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/cpu_model.h"
#include "owner/kernel_hashes.h"
#include "owner/measurement.h"
#include "wire/policy.h"

#define STRANGE_BYTE 0x3f0

#define CMDLINE "root=/dev/vda console=ttyS0"
#define POLICY                                                                 \
    (POLICY_NODBG | POLICY_NOKS | POLICY_ES) /* as most of the tests have it */

/* What the host really started. */
struct started {
    struct bytes image;
    bool hashes;
    struct bytes initrd;
    struct bytes cmdline; /* with its NUL */
    uint32_t vcpus;
    struct vmsa_init init;
    bool strange; /* the first vCPU has a bit set that we have no field for */
    struct measure_input header;
};

struct fixture {
    struct temp_dir dir;
    struct temp_dir descriptors;
    char *paths[5]; /* image, kernel, initrd, other image, descriptor */
    struct buf image;
    struct buf other;
    struct explain_images images;
    struct expectation_options options;
    struct expectation *expectation;
    struct started started;
    struct sevk_secret tik;
    struct sevk_error err;
};

static const uint8_t key[MEASUREMENT_KEY_LEN] = { 5, 4, 3 };

static void read_image(struct fixture *f)
{
    OWN(own_free) char *path = vector_path("ovmf/ovmf_AmdSev_suffix.bin");

    assert_works(file_read(path, 1 << 20, "image", &f->image, &f->err) &&
                     buf_append_string(&f->other, "another build", &f->err) &&
                     buf_append(&f->other, buf_bytes(&f->image), &f->err),
                 &f->err);
}

static void describe_other(struct fixture *f)
{
    OWN(own_free) char *text = NULL;

    assert_true(asprintf(&text,
                         "{\"mapping\": {\"device\": \"flash\", "
                         "\"executable\": {\"filename\": \"%s\"}}, "
                         "\"targets\": [{\"architecture\": \"x86_64\"}]}",
                         f->paths[3]) > 0);
    f->paths[4] =
        temp_dir_write(&f->descriptors, "50-x.json", bytes_of_string(text));
    assert_works(explain_images_add(&f->images, f->descriptors.path, &f->err),
                 &f->err);
    assert_int_equal(f->images.n, 1);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->dir = temp_dir_make();
    f->descriptors = temp_dir_make();
    read_image(f);
    f->paths[0] = temp_dir_write(&f->dir, "image.fd", buf_bytes(&f->image));
    f->paths[1] = temp_dir_write(&f->dir, "kernel", bytes_of_string("kernel"));
    f->paths[2] = temp_dir_write(&f->dir, "initrd", bytes_of_string("initrd"));
    f->paths[3] = temp_dir_write(&f->dir, "other.fd", buf_bytes(&f->other));
    describe_other(f);
    f->options = (struct expectation_options){
        .firmware = f->paths[0],
        .kernel = f->paths[1],
        .initrd = f->paths[2],
        .cmdline = CMDLINE,
        .cpu = "EPYC-Milan",
        .has_vcpus = true,
        .vcpus = 3,
    };
    f->started = (struct started){
        .image = buf_bytes(&f->image),
        .hashes = true,
        .initrd = bytes_of_string("initrd"),
        .cmdline = BYTES_OF(CMDLINE),
        .vcpus = 3,
        .init = { .cpu_signature = 0xa00f11, .reset_vector = 0x80b004 },
        .header = { .api_major = 1,
                    .api_minor = 51,
                    .build = 3,
                    .policy = POLICY,
                    .mnonce = { 1, 2, 3 } },
    };
    assert_works(secret_copy(&f->tik, BYTES_OF(key), &f->err), &f->err);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(f->paths); i++) {
        free(f->paths[i]);
    }
    temp_dir_drop(&f->dir);
    temp_dir_drop(&f->descriptors);
    buf_free(&f->image);
    buf_free(&f->other);
    explain_images_clear(&f->images);
    expectation_free(&f->expectation);
    secret_clear(&f->tik);
    free(f);
    return 0;
}

/* The guest's MAC, made here from the bytes that are loaded. */
static void measure(const struct started *s, uint8_t ret[static 32])
{
    OWN(buf_free) struct buf loaded = { 0 };
    struct measure_input in = s->header;
    uint8_t page[VMSA_LEN];
    uint8_t raw[MEASURE_INPUT_LEN];
    struct bytes part = BYTES_OF(raw);

    assert_true(buf_append(&loaded, s->image, NULL));
    if (s->hashes) {
        struct kernel_hash_table table;
        uint8_t bytes[KERNEL_HASH_TABLE_LEN];

        sha256(s->cmdline, table.cmdline);
        sha256(s->initrd, table.initrd);
        sha256(bytes_of_string("kernel"), table.kernel);
        kernel_hash_table_encode(&table, bytes);
        assert_true(buf_append(&loaded, BYTES_OF(bytes), NULL));
    }
    for (uint32_t i = 0; (in.policy & POLICY_ES) != 0 && i < s->vcpus; i++) {
        (i == 0 ? vmsa_init_bsp : vmsa_init_ap)(&s->init, page);
        page[STRANGE_BYTE] |= i == 0 && s->strange;
        assert_true(buf_append(&loaded, BYTES_OF(page), NULL));
    }
    sha256(buf_bytes(&loaded), in.digest);
    measure_input_encode(&in, raw);
    hmac_sha256(BYTES_OF(key), &part, 1, ret);
}

/* What STARTED answers, told by a host that says what the owner expects. */
static void explain(struct fixture *f, const struct started *s, uint32_t policy,
                    struct explanation *ret)
{
    struct evidence evidence = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = policy
    };

    measure(s, evidence.measure.measure);
    memcpy(evidence.measure.mnonce, s->header.mnonce,
           sizeof evidence.measure.mnonce);
    expectation_free(&f->expectation);
    *ret = (struct explanation){ 0 };
    assert_works(
        expectation_read(&f->options, NULL, &f->expectation, &f->err) &&
            expectation_settle(f->expectation, policy, &f->err) &&
            explain_search(&evidence, f->expectation, &f->tik, &f->images, ret,
                           &f->err),
        &f->err);
}

static void assert_says(const struct explanation *x, const char *expected)
{
    char text[EXPLAIN_TEXT_LEN];

    explanation_text(x, text);
    assert_string_equal(text, expected);
}

/* -- Each value, and each pair. ------------------------------------------------ */

static void other_image(struct fixture *f, struct started *s)
{
    s->image = buf_bytes(&f->other);
}

static void no_hashes(struct fixture *f, struct started *s)
{
    (void)f;
    s->hashes = false;
}

static void no_initrd(struct fixture *f, struct started *s)
{
    (void)f;
    s->initrd = (struct bytes){ 0 };
}

static void newline(struct fixture *f, struct started *s)
{
    (void)f;
    s->cmdline = BYTES_OF(CMDLINE "\n");
}

static void other_cpu(struct fixture *f, struct started *s)
{
    (void)f;
    s->init.cpu_signature = 0x830f10;
}

static void other_type(struct fixture *f, struct started *s)
{
    (void)f;
    s->init.type = VMSA_INIT2;
}

static void debug_swap(struct fixture *f, struct started *s)
{
    (void)f;
    s->init.sev_features = VMSA_FEATURE_DEBUG_SWAP;
}

static void two_vcpus(struct fixture *f, struct started *s)
{
    (void)f;
    s->vcpus = 2;
}

static void other_policy(struct fixture *f, struct started *s)
{
    (void)f;
    s->header.policy = POLICY_ES;
}

static void other_api(struct fixture *f, struct started *s)
{
    (void)f;
    s->header.api_minor = 49;
}

static void other_build(struct fixture *f, struct started *s)
{
    (void)f;
    s->header.build = 17;
}

static const struct deviation {
    void (*make)(struct fixture *f, struct started *s);
    enum explain_what what;
    const char *found; /* NULL: the path of the other image */
} deviations[] = {
    { other_image, EXPLAIN_FIRMWARE, NULL },
    { no_hashes, EXPLAIN_KERNEL_HASHES, "off" },
    { no_initrd, EXPLAIN_INITRD, "none" },
    { newline, EXPLAIN_CMDLINE, "with a newline at its end" },
    { other_cpu, EXPLAIN_CPU, "EPYC-Rome" },
    { other_type, EXPLAIN_VM_TYPE, "init2" },
    { debug_swap, EXPLAIN_SEV_FEATURES, "0x20" },
    { two_vcpus, EXPLAIN_VCPUS, "2" },
    { other_policy, EXPLAIN_POLICY, "0x04" },
    { other_api, EXPLAIN_API, "1.49" },
    { other_build, EXPLAIN_BUILD, "17" },
};

static void assert_names(const struct fixture *f, const struct explanation *x,
                         const struct deviation *d)
{
    const char *found = d->found == NULL ? f->paths[3] : d->found;

    for (size_t i = 0; i < x->n_changes; i++) {
        if (x->changes[i].what == d->what) {
            assert_string_equal(x->changes[i].found, found);
            return;
        }
    }
    fail_msg("'%s' is not explained", explain_what_name(d->what));
}

static void each_value_that_differs_is_named(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(deviations); i++) {
        struct started s = f->started;
        struct explanation x;

        deviations[i].make(f, &s);
        explain(f, &s, POLICY, &x);
        assert_int_equal(x.n_changes, 1);
        assert_names(f, &x, &deviations[i]);
        assert_true(x.complete);
    }
}

/* Without hashes, the table's values are not measured: no pair. */
static bool is_pair(const struct deviation *a, const struct deviation *b)
{
    return a->what != EXPLAIN_KERNEL_HASHES ||
           (b->what != EXPLAIN_INITRD && b->what != EXPLAIN_CMDLINE);
}

static void each_pair_of_values_is_named(void **state)
{
    struct fixture *f = *state;
    size_t pairs = 0;

    for (size_t i = 0; i < N_OF(deviations); i++) {
        for (size_t k = i + 1; k < N_OF(deviations); k++) {
            struct started s = f->started;
            struct explanation x;

            if (!is_pair(&deviations[i], &deviations[k])) {
                continue;
            }
            deviations[i].make(f, &s);
            deviations[k].make(f, &s);
            explain(f, &s, POLICY, &x);
            assert_int_equal(x.n_changes, 2);
            assert_names(f, &x, &deviations[i]);
            assert_names(f, &x, &deviations[k]);
            pairs++;
        }
    }
    assert_int_equal(pairs, 11 * 10 / 2 - 2);
}

static void the_command_line_is_spoilt_in_many_ways(void **state)
{
    static const struct {
        struct bytes cmdline;
        const char *text;
    } cases[] = {
        { { (const uint8_t *)"", 1 }, "matches if cmdline=empty" },
        { { (const uint8_t *)CMDLINE, sizeof CMDLINE - 1 },
          "matches if cmdline=without its NUL" },
        { { (const uint8_t *)CMDLINE " ", sizeof CMDLINE + 1 },
          "matches if cmdline=with a space at its end" },
        { { (const uint8_t *)"initrd=initrd " CMDLINE, sizeof CMDLINE + 14 },
          "matches if cmdline=with 'initrd=initrd ' before it" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(cases); i++) {
        struct started s = f->started;
        struct explanation x;

        s.cmdline = cases[i].cmdline;
        explain(f, &s, POLICY, &x);
        assert_says(&x, cases[i].text);
    }
}

static void a_newline_that_the_owner_has_too_much_is_found(void **state)
{
    struct fixture *f = *state;
    struct explanation x;

    f->options.cmdline = CMDLINE "\n";
    explain(f, &f->started, POLICY, &x);
    assert_says(&x, "matches if cmdline=without white space at its ends");
}

/* -- A kernel that is not expected to be measured. ------------------------------ */

static void expect_no_hashes(struct fixture *f, const char *cmdline)
{
    f->options.kernel = f->options.initrd = f->options.cmdline = NULL;
    f->options.try_kernel = f->paths[1];
    f->options.try_initrd = f->paths[2];
    f->options.try_cmdline = cmdline;
}

static void hashes_that_are_on_are_found_with_a_kernel_to_try(void **state)
{
    struct fixture *f = *state;
    struct started s = f->started;
    struct explanation x;

    expect_no_hashes(f, CMDLINE);
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if kernel_hashes=on");
    s.vcpus = 2;
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if vcpus=2 and kernel_hashes=on");
    s = f->started;
    s.initrd = bytes_of_string("");
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if kernel_hashes=on and initrd=none");
    s = f->started;
    expect_no_hashes(f, CMDLINE "\n");
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if kernel_hashes=on and cmdline=without white "
                    "space at its ends");
}

static void without_a_kernel_to_try_they_are_not(void **state)
{
    struct fixture *f = *state;
    struct explanation x;

    expect_no_hashes(f, CMDLINE);
    f->options.try_kernel = f->options.try_initrd = NULL;
    f->options.try_cmdline = NULL;
    explain(f, &f->started, POLICY, &x);
    assert_int_equal(x.n_changes, 0);
}

static void a_kernel_to_try_does_not_change_what_is_expected(void **state)
{
    struct fixture *f = *state;
    struct started s = f->started;
    struct explanation x;

    expect_no_hashes(f, CMDLINE);
    s.hashes = false;
    s.vcpus = 2;
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if vcpus=2");
}

/* -- Policies that turn SEV-ES on and off. ------------------------------------- */

static void a_guest_without_sev_es_is_found(void **state)
{
    struct fixture *f = *state;
    struct started s = f->started;
    struct explanation x;

    s.header.policy = POLICY & ~POLICY_ES;
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if policy=0x03");
    s.hashes = false;
    explain(f, &s, POLICY, &x);
    assert_int_equal(x.n_changes, 2);
}

static void a_guest_with_sev_es_is_found_when_its_vcpus_are_known(void **state)
{
    struct fixture *f = *state;
    struct explanation x;

    explain(f, &f->started, POLICY & ~POLICY_ES, &x);
    assert_says(&x, "matches if policy=0x07");
    f->options.has_vcpus = false;
    f->options.cpu = NULL;
    explain(f, &f->started, POLICY & ~POLICY_ES, &x);
    assert_int_equal(x.n_changes, 0);
}

static void a_policy_that_the_host_reports_falsely_is_found(void **state)
{
    struct fixture *f = *state;
    struct started s = f->started;
    struct evidence evidence = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = POLICY_ES
    };
    struct explanation x;

    explain(f, &s, POLICY, &x); /* settles */
    measure(&s, evidence.measure.measure);
    memcpy(evidence.measure.mnonce, s.header.mnonce, 16);
    assert_works(
        explain_search(&evidence, f->expectation, &f->tik, NULL, &x, &f->err),
        &f->err);
    assert_says(&x, "matches if policy=0x07");
}

/* -- VMSAs from files, and digests from a reference. --------------------------- */

static void write_pages(struct fixture *f, bool strange)
{
    uint8_t page[VMSA_LEN];

    free(f->paths[1]);
    free(f->paths[2]);
    vmsa_init_bsp(&f->started.init, page);
    page[STRANGE_BYTE] = strange;
    f->paths[1] = temp_dir_write(&f->dir, "vmsa0", BYTES_OF(page));
    vmsa_init_ap(&f->started.init, page);
    f->paths[2] = temp_dir_write(&f->dir, "vmsa1", BYTES_OF(page));
    f->options.kernel = f->options.initrd = f->options.cmdline = NULL;
    f->options.cpu = NULL;
    f->options.vmsa_bsp = f->paths[1];
    f->options.vmsa_ap = f->paths[2];
    f->started.hashes = false;
}

static void the_owners_own_pages_are_understood(void **state)
{
    struct fixture *f = *state;
    struct started s;
    struct explanation x;

    write_pages(f, false);
    s = f->started;
    s.init.cpu_signature = 0x830f10;
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if cpu=EPYC-Rome");
    s.init.type = VMSA_INIT2;
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if cpu=EPYC-Rome and vm_type=init2");
}

static void of_unknown_pages_only_the_number_changes(void **state)
{
    struct fixture *f = *state;
    struct started s;
    struct explanation x;

    write_pages(f, true);
    s = f->started;
    s.strange = true;
    s.vcpus = 2;
    explain(f, &s, POLICY, &x);
    assert_says(&x, "matches if vcpus=2");
    s.init.cpu_signature = 0x830f10;
    explain(f, &s, POLICY, &x);
    assert_int_equal(x.n_changes, 0);
}

/* -- Nothing. ------------------------------------------------------------------- */

static void what_is_not_known_is_not_explained(void **state)
{
    struct fixture *f = *state;
    struct started s = f->started;
    struct explanation x;
    char text[EXPLAIN_TEXT_LEN];

    s.initrd = bytes_of_string("another initrd");
    explain(f, &s, POLICY, &x);
    assert_int_equal(x.n_changes, 0);
    assert_true(x.complete);
    assert_true(x.candidates > 100000);
    explanation_text(&x, text);
    assert_non_null(strstr(text, "nothing known explains it"));
}

static void three_changes_are_too_many(void **state)
{
    struct fixture *f = *state;
    struct started s = f->started;
    struct explanation x;

    two_vcpus(f, &s);
    other_cpu(f, &s);
    no_initrd(f, &s);
    explain(f, &s, POLICY, &x);
    assert_int_equal(x.n_changes, 0);
}

static void other_keys_are_not_explained(void **state)
{
    struct fixture *f = *state;
    struct explanation x;

    secret_expose_mutable(&f->tik)[0] ^= 1;
    explain(f, &f->started, POLICY, &x);
    assert_int_equal(x.n_changes, 0);
}

static void a_tik_of_another_length_is_refused(void **state)
{
    struct fixture *f = *state;
    struct evidence evidence = { .policy = POLICY };
    struct explanation x;

    explain(f, &f->started, POLICY, &x);
    assert_true(secret_copy(&f->tik, bytes_make(key, 15), &f->err));
    assert_fails(
        explain_search(&evidence, f->expectation, &f->tik, NULL, &x, &f->err),
        &f->err, SEVK_INPUT, "15 bytes");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_value_that_differs_is_named),
        TEST(each_pair_of_values_is_named),
        TEST(the_command_line_is_spoilt_in_many_ways),
        TEST(a_newline_that_the_owner_has_too_much_is_found),
        TEST(hashes_that_are_on_are_found_with_a_kernel_to_try),
        TEST(without_a_kernel_to_try_they_are_not),
        TEST(a_kernel_to_try_does_not_change_what_is_expected),
        TEST(a_guest_without_sev_es_is_found),
        TEST(a_guest_with_sev_es_is_found_when_its_vcpus_are_known),
        TEST(a_policy_that_the_host_reports_falsely_is_found),
        TEST(the_owners_own_pages_are_understood),
        TEST(of_unknown_pages_only_the_number_changes),
        TEST(what_is_not_known_is_not_explained),
        TEST(three_changes_are_too_many),
        TEST(other_keys_are_not_explained),
        TEST(a_tik_of_another_length_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
