/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded arguments, rewritten, against what a QEMU without SEV must get. */
#include "lib/unit.h"
#include "unit/qemu/argv_file.h"

#include "base/own.h"
#include "qemu/rewrite.h"

static struct rewrite with(bool keep_kvm)
{
    struct rewrite w = { .program = "/usr/bin/qemu-system-x86_64",
                         .host_cpu = "EPYC-Milan",
                         .keep_kvm = keep_kvm,
                         .firmware = 101,
                         .kernel = 102,
                         .initrd = 103,
                         .monitor = 107 };

    w.ram[0] = 104;
    w.ram[1] = 105;
    return w;
}

static void assert_same_argv(char *const *got, size_t n,
                             const char *const *wanted)
{
    for (size_t i = 0; i < n && wanted[i] != NULL; i++) {
        assert_string_equal(got[i], wanted[i]);
    }
    assert_null(wanted[n]);
    assert_null(got[n]);
}

static void assert_rewritten(const char *name, const char *host_cpu)
{
    OWN(argv_file_free) struct argv_file before;
    OWN(argv_file_free) struct argv_file after;
    OWN(args_free) struct args a = { 0 };
    OWN(argv_free) struct argv got = { 0 };
    struct rewrite w = with(false);
    struct sevk_error err;
    char file[64];

    snprintf(file, sizeof file, "%s.argv", name);
    argv_file_load(file, &before);
    snprintf(file, sizeof file, "%s.expected", name);
    argv_file_load(file, &after);
    w.host_cpu = host_cpu;
    assert_works(args_read(before.argv, &a, &err), &err);
    assert_works(args_rewrite(&a, &w, &got, &err), &err);
    assert_same_argv(got.v, got.n, after.argv);
}

static void libvirts_domain_loses_its_sev(void **state)
{
    (void)state;
    assert_rewritten("domain", "EPYC-Milan");
}

static void a_measured_kernel_is_served_twice(void **state)
{
    (void)state;
    assert_rewritten("es-kernel", "EPYC-Milan");
}

static void hand_written_arguments_get_memory_and_monitor(void **state)
{
    (void)state;
    assert_rewritten("hand", "EPYC-Milan");
}

static void each_numa_node_keeps_its_own_memory(void **state)
{
    (void)state;
    assert_rewritten("numa", "EPYC-Milan");
}

static void a_probe_is_no_daemon(void **state)
{
    (void)state;
    assert_rewritten("probe", "max");
}

static void another_start_loses_only_kvm(void **state)
{
    (void)state;
    assert_rewritten("plain", "max");
}

static void with_kvm_nothing_changes(void **state)
{
    OWN(argv_file_free) struct argv_file before;
    OWN(args_free) struct args a = { 0 };
    OWN(argv_free) struct argv got = { 0 };
    struct rewrite w = with(true);
    struct sevk_error err;

    (void)state;
    argv_file_load("plain.argv", &before);
    assert_works(args_read(before.argv, &a, &err), &err);
    w.program = before.argv[0];
    assert_works(args_rewrite(&a, &w, &got, &err), &err);
    assert_same_argv(got.v, got.n, before.argv);
}

/* The same words once more, as what "kernel-hashes" makes of them. */
static void an_unmeasured_kernel_is_served_once(void **state)
{
    const char *const argv[] = { "qemu",
                                 "-machine",
                                 "q35,confidential-guest-support=s",
                                 "-object",
                                 "sev-guest,id=s,cbitpos=51",
                                 "-bios",
                                 "/f",
                                 "-kernel",
                                 "/k",
                                 NULL };
    OWN(args_free) struct args a = { 0 };
    OWN(argv_free) struct argv got = { 0 };
    struct rewrite w = with(false);
    struct sevk_error err;

    (void)state;
    assert_works(args_read(argv, &a, &err), &err);
    assert_works(args_rewrite(&a, &w, &got, &err), &err);
    for (size_t i = 0; i < got.n; i++) {
        assert_string_not_equal(got.v[i], "-fw_cfg");
        assert_string_not_equal(got.v[i], "/k");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libvirts_domain_loses_its_sev),
        cmocka_unit_test(a_measured_kernel_is_served_twice),
        cmocka_unit_test(hand_written_arguments_get_memory_and_monitor),
        cmocka_unit_test(each_numa_node_keeps_its_own_memory),
        cmocka_unit_test(a_probe_is_no_daemon),
        cmocka_unit_test(another_start_loses_only_kvm),
        cmocka_unit_test(with_kvm_nothing_changes),
        cmocka_unit_test(an_unmeasured_kernel_is_served_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
