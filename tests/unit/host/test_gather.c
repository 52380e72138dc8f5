/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded of a machine, here one of a few files. */
#include "host/gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void put(const struct temp_dir *root, const char *name, const char *text)
{
    char path[200];

    snprintf(path, sizeof path, "%s", name);
    for (char *at = strchr(path, '/'); at != NULL; at = strchr(at + 1, '/')) {
        OWN(own_free) char *folder = NULL;

        *at = '\0';
        folder = temp_dir_path(root, path);
        (void)mkdir(folder, 0700);
        *at = '/';
    }
    free(temp_dir_write(root, name, bytes_of_string(text)));
}

static void an_empty_machine_gives_a_record_and_no_failure(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = temp_dir_make();
    OWN(host_record_clear) struct host_record r = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(host_gather(root.path, &r, &err), &err);
    assert_false(r.has[RECORD_CPUINFO] || r.has[RECORD_CPUID] ||
                 r.has[RECORD_LOG] || r.has[RECORD_MODULES]);
    assert_string_equal(host_record_text(&r, RECORD_DEVICES),
                        "/dev/sev absent\n/dev/kvm absent\n");
}

static void who_runs_guests_and_how_they_end_is_recorded(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = temp_dir_make();
    OWN(host_record_clear) struct host_record r = { 0 };
    OWN(host_record_clear) struct host_record other = { 0 };
    struct sevk_error err;

    (void)state;
    put(&root, "etc/passwd",
        "root:x:0:0::/:/bin/sh\nlibvirt-qemu:x:64055:103::/:/bin/false\n"
        "vm:x:7:8::/:\n");
    put(&root, "etc/group", "kvm:x:103:\ndisk:x:6:a,vm\nsev:x:9:vm,b\n");
    put(&root, "sys/fs/cgroup/machine.slice/memory.max", "max\n");
    put(&root, "sys/fs/cgroup/machine.slice/misc.max", "sev 3\nsev_es max\n");
    put(&root, "etc/systemd/system/x", "");
    put(&root, "sys/class/dmi/id/sys_vendor", "Maker\n");
    assert_works(host_gather(root.path, &r, &err), &err);
    assert_string_equal(host_record_text(&r, RECORD_DEVICES),
                        "/dev/sev absent\n/dev/kvm absent\n"
                        "libvirt-user libvirt-qemu 64055 103\n");
    assert_string_equal(
        host_record_text(&r, RECORD_LIMITS),
        "cgroup-memory max\ncgroup-sev 3\nlibvirt-guests off\n");
    assert_string_equal(host_record_text(&r, RECORD_DMI), "sys_vendor Maker\n");

    put(&root, "etc/libvirt/qemu.conf", "#user = \"root\"\nuser = \"+7\"\n");
    put(&root, "etc/default/libvirt-guests",
        "#ON_SHUTDOWN=a\nON_SHUTDOWN='shutdown'\n");
    put(&root,
        "etc/systemd/system/multi-user.target.wants/libvirt-guests.service",
        "");
    assert_works(host_gather(root.path, &other, &err), &err);
    assert_non_null(strstr(host_record_text(&other, RECORD_DEVICES),
                           "libvirt-user vm 7 8 6 9\n"));
    assert_non_null(strstr(host_record_text(&other, RECORD_LIMITS),
                           "libvirt-guests shutdown\n"));
}

static void what_is_there_is_recorded(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = temp_dir_make();
    OWN(host_record_clear) struct host_record r = { 0 };
    struct sevk_error err;

    (void)state;
    put(&root, "proc/cpuinfo", "processor : 0\nflags : a\n\nprocessor : 1\n");
    put(&root, "proc/sys/kernel/osrelease", "6.1.0\n");
    put(&root, "sys/module/kvm_amd/parameters/sev", "Y\n");
    put(&root, "sys/fs/cgroup/misc.capacity", "sev 410\nsev_es 99\n");
    put(&root, "dev/sev", "");
    assert_works(host_gather(root.path, &r, &err), &err);
    assert_string_equal(host_record_text(&r, RECORD_CPUINFO),
                        "processor : 0\nflags : a\n");
    assert_string_equal(host_record_text(&r, RECORD_OSRELEASE), "6.1.0\n");
    assert_string_equal(host_record_text(&r, RECORD_MODULES),
                        "kvm_amd yes\nccp no\nsev Y\n");
    assert_string_equal(host_record_text(&r, RECORD_LIMITS),
                        "asids-sev 410\nasids-sev_es 99\n");
    assert_non_null(
        strstr(host_record_text(&r, RECORD_DEVICES), "/dev/sev 0600 "));
}

static void this_machine_can_be_recorded(void **state)
{
    OWN(host_record_clear) struct host_record r = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(host_gather("", &r, &err), &err);
    assert_true(r.has[RECORD_CPUINFO] && r.has[RECORD_CPUID]);
    assert_non_null(strstr(host_record_text(&r, RECORD_CPUID), "0x80000000"));
}

static void why_there_is_no_firmware_is_recorded(void **state)
{
    OWN(host_record_clear) struct host_record r = { 0 };

    (void)state;
    assert_true(host_gather_firmware(NULL, "none here", &r, NULL));
    assert_string_equal(host_record_text(&r, RECORD_FIRMWARE),
                        "error none here\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_machine_gives_a_record_and_no_failure),
        cmocka_unit_test(who_runs_guests_and_how_they_end_is_recorded),
        cmocka_unit_test(what_is_there_is_recorded),
        cmocka_unit_test(this_machine_can_be_recorded),
        cmocka_unit_test(why_there_is_no_firmware_is_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
