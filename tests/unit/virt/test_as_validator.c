/* SPDX-License-Identifier: Apache-2.0 */
/* A VM that exists, judged by the rules of virt-qemu-sev-validate. */
#include "virt/as_validator.h"

#include <string.h>

#include "lib/unit.h"
#include "virt/domain_xml.h"

/* A VM that nothing speaks against, seen from another machine. */
struct bench {
    struct domain_facts facts;
    struct as_validator_view view;
    struct virt_validate_options options;
    struct expectation_options with;
    enum virt_trouble trouble;
    struct sevk_error err;
};

static char loader[] = "/fw.fd";
static char sev[] = "sev";
static char snp[] = "sev-snp";
static char base64[] = "AAAA";
static char kernel[] = "/k";
static char initrd[] = "/i";
static char cmdline[] = "quiet";

static struct domain_facts good_facts(void)
{
    return (struct domain_facts){
        .has_vcpus = true,
        .vcpus = 4,
        .vcpus_current = 4,
        .has_loader = true,
        .loader = loader,
        .security_type = sev,
        .dh_cert = base64,
        .session = base64,
    };
}

static void set_up(struct bench *b)
{
    *b = (struct bench){ .view = { .state = "paused", .remote = true } };
}

static bool check(struct bench *b)
{
    b->view.facts = &b->facts;
    b->trouble = VIRT_TROUBLE_NONE;
    return as_validator_check(&b->view, &b->options, &b->trouble, &b->err);
}

static void assert_trouble(struct bench *b, enum sevk_code code,
                           enum virt_trouble trouble)
{
    assert_false(check(b));
    assert_int_equal(b->err.code, code);
    assert_int_equal(b->trouble, trouble);
}

static void test_only_a_paused_vm_is_judged_unless_insecure(void **state)
{
    struct bench b;

    (void)state;
    set_up(&b);
    b.facts = good_facts();
    assert_works(check(&b), &b.err);
    b.view.state = "running";
    assert_trouble(&b, SEVK_REFUSED, VIRT_TROUBLE_STATE);
    b.view.state = "shut off";
    assert_trouble(&b, SEVK_REFUSED, VIRT_TROUBLE_STATE);
    b.options.validate.insecure = true;
    assert_trouble(&b, SEVK_REFUSED, VIRT_TROUBLE_STATE);
    b.view.state = "running";
    assert_works(check(&b), &b.err);
}

static void test_each_fault_of_the_configuration_has_its_category(void **state)
{
    static const struct {
        const char *name;
        enum sevk_code code;
        enum virt_trouble trouble;
        bool also_insecure; /* refused then, too */
    } table[] = {
        { "no sev", SEVK_REFUSED, VIRT_TROUBLE_CONFIG, true },
        { "snp", SEVK_REFUSED, VIRT_TROUBLE_CONFIG, true },
        { "no dhCert", SEVK_REFUSED, VIRT_TROUBLE_CONFIG, true },
        { "no session", SEVK_REFUSED, VIRT_TROUBLE_CONFIG, true },
        { "no loader", SEVK_REFUSED, VIRT_TROUBLE_CONFIG, true },
        { "hashes of nothing", SEVK_REFUSED, VIRT_TROUBLE_CONFIG, true },
        { "option for unmeasured kernel", SEVK_USAGE, VIRT_TROUBLE_NONE, true },
        { "nvram", SEVK_REFUSED, VIRT_TROUBLE_NONE, false },
        { "writable", SEVK_REFUSED, VIRT_TROUBLE_NONE, false },
        { "foreign", SEVK_REFUSED, VIRT_TROUBLE_NONE, false },
        { "late vCPU", SEVK_REFUSED, VIRT_TROUBLE_NONE, false },
        { "unmeasured kernel", SEVK_REFUSED, VIRT_TROUBLE_NONE, false },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        struct bench b;

        set_up(&b);
        b.facts = good_facts();
        switch (i) {
        case 0:
            b.facts.security_type = NULL;
            break;
        case 1:
            b.facts.security_type = snp;
            break;
        case 2:
            b.facts.dh_cert = NULL;
            break;
        case 3:
            b.facts.session = NULL;
            break;
        case 4:
            b.facts.has_loader = false;
            break;
        case 5:
            b.facts.kernel_hashes = true;
            break;
        case 6:
            b.options.validate.expect.kernel = "/k";
            break;
        case 7:
            b.facts.nvram = true;
            break;
        case 8:
            b.facts.loader_writable = true;
            break;
        case 9:
            b.facts.has_foreign = true;
            break;
        case 10:
            b.facts.vcpus_current = 3;
            break;
        default:
            b.facts.kernel = kernel;
            break;
        }
        assert_trouble(&b, table[i].code, table[i].trouble);
        b.options.validate.insecure = true;
        assert_int_equal(check(&b), !table[i].also_insecure);
        b.options.ignore_config = true;
        assert_works(check(&b), &b.err);
    }
}

static void test_from_afar_no_file_of_the_host_is_read(void **state)
{
    struct bench b;

    (void)state;
    set_up(&b);
    b.facts = good_facts();
    b.view.facts = &b.facts;
    for (int secure = 0; secure <= 1; secure++) {
        b.with = (struct expectation_options){ 0 };
        assert_false(as_validator_fill(&b.view, secure, &b.with, &b.err));
        assert_int_equal(b.err.code, SEVK_USAGE);
        b.with.firmware = "mine";
        assert_works(as_validator_fill(&b.view, secure, &b.with, &b.err),
                     &b.err);
        assert_string_equal(b.with.firmware, "mine");
    }
}

static void test_on_the_hypervisor_insecure_takes_all_from_it(void **state)
{
    struct bench b;

    (void)state;
    set_up(&b);
    b.facts = good_facts();
    b.facts.kernel_hashes = true;
    b.facts.kernel = kernel;
    b.facts.initrd = initrd;
    b.facts.cmdline = cmdline;
    b.view.facts = &b.facts;
    b.view.remote = false;
    b.view.policy = DOMAIN_POLICY_ES | 1;
    b.view.host_cpu = "25/1/1";
    assert_works(as_validator_fill(&b.view, false, &b.with, &b.err), &b.err);
    assert_string_equal(b.with.firmware, "/fw.fd");
    assert_string_equal(b.with.kernel, "/k");
    assert_string_equal(b.with.initrd, "/i");
    assert_string_equal(b.with.cmdline, "quiet");
    assert_string_equal(b.with.cpu, "25/1/1");
    assert_int_equal(b.with.vcpus, 4);
    b.view.host_cpu = NULL;
    b.with = (struct expectation_options){ 0 };
    assert_false(as_validator_fill(&b.view, false, &b.with, &b.err));
    assert_int_equal(b.err.code, SEVK_USAGE);
}

static void test_what_is_not_measured_is_not_expected(void **state)
{
    struct bench b;

    (void)state;
    set_up(&b);
    b.facts = good_facts();
    b.facts.kernel = kernel;
    b.view.facts = &b.facts;
    b.view.remote = false;
    assert_works(as_validator_fill(&b.view, false, &b.with, &b.err), &b.err);
    assert_null(b.with.kernel);
    assert_false(b.with.has_vcpus);
}

static void test_securely_the_hosts_word_counts_for_nothing(void **state)
{
    struct bench b;

    (void)state;
    set_up(&b);
    b.facts = good_facts();
    b.facts.kernel_hashes = true;
    b.facts.kernel = kernel;
    b.facts.cmdline = cmdline;
    b.view.facts = &b.facts;
    b.view.policy = DOMAIN_POLICY_ES;
    b.with.firmware = "mine";
    assert_false(as_validator_fill(&b.view, true, &b.with, &b.err));
    assert_int_equal(b.err.code, SEVK_REFUSED);
    assert_non_null(strstr(b.err.message, "--num-cpus"));
    b.with.has_vcpus = true;
    b.with.kernel = "my kernel";
    assert_false(as_validator_fill(&b.view, true, &b.with, &b.err));
    assert_int_equal(b.err.code, SEVK_REFUSED);
    assert_non_null(strstr(b.err.message, "--cmdline"));
    b.with.cmdline = "";
    assert_false(as_validator_fill(&b.view, true, &b.with, &b.err));
    assert_int_equal(b.err.code, SEVK_REFUSED);
    assert_non_null(strstr(b.err.message, "--cpu-family"));
    b.with.cpu = "25/1/1";
    assert_works(as_validator_fill(&b.view, true, &b.with, &b.err), &b.err);
}

static void test_the_hosts_cpu_is_read_from_its_capabilities(void **state)
{
    static const struct {
        const char *cpu;
        const char *expected; /* NULL: refused */
    } table[] = {
        { "<cpu><signature family='25' model='1' stepping='1'/></cpu>",
          "25/1/1" },
        { "<cpu><arch>x86_64</arch></cpu>", "" },
        { "", "" },
        { "<cpu><signature family='x' model='1' stepping='1'/></cpu>", NULL },
        { "<cpu><signature family='-1' model='1' stepping='1'/></cpu>", NULL },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        char ret[AS_VALIDATOR_CPU_LEN] = "unset";
        struct sevk_error err;
        char xml[256];

        snprintf(xml, sizeof xml,
                 "<capabilities><host>%s</host></capabilities>", table[i].cpu);
        assert_int_equal(as_validator_host_cpu(bytes_of_string(xml), ret, &err),
                         table[i].expected != NULL);
        assert_string_equal(ret, table[i].expected == NULL ? "unset"
                                                           : table[i].expected);
    }
    assert_false(as_validator_host_cpu(bytes_of_string("<capabilities>"),
                                       (char[AS_VALIDATOR_CPU_LEN]){ 0 },
                                       NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_a_paused_vm_is_judged_unless_insecure),
        cmocka_unit_test(test_each_fault_of_the_configuration_has_its_category),
        cmocka_unit_test(test_from_afar_no_file_of_the_host_is_read),
        cmocka_unit_test(test_on_the_hypervisor_insecure_takes_all_from_it),
        cmocka_unit_test(test_what_is_not_measured_is_not_expected),
        cmocka_unit_test(test_securely_the_hosts_word_counts_for_nothing),
        cmocka_unit_test(test_the_hosts_cpu_is_read_from_its_capabilities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
