/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of files.c: JSON, descriptors, and what a lab's directory holds. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lab/files.h"
#include "lab/layout.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void put_json(struct json_object **o)
{
    json_object_put(*o);
}

static void any_text_becomes_one_json_string(void **state)
{
    static const char *const texts[] = {
        "", "plain", "a\"b", "a\\b", "a\nb\tc\x01", "/usr/bin/q\xc3\xa9mu",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        OWN(buf_free) struct buf text = { 0 };
        struct sevk_error err;

        assert_works(files_json_string(&text, texts[i], &err), &err);
        OWN(put_json)
        struct json_object *o = json_tokener_parse(buf_string(&text));
        assert_non_null(o);
        assert_string_equal(json_object_get_string(o), texts[i]);
    }
}

static struct json_object *descriptor(const char *vars)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    assert_works(files_descriptor(&text, "/x/code.fd", vars, &err), &err);
    struct json_object *o = json_tokener_parse(buf_string(&text));
    assert_non_null(o);
    return o;
}

static const char *member(struct json_object *o, const char *a, const char *b)
{
    struct json_object *in = json_object_object_get(o, a);

    assert_non_null(in);
    return json_object_get_string(json_object_object_get(in, b));
}

static void a_descriptor_names_both_kinds_of_sev(void **state)
{
    OWN(put_json) struct json_object *o = descriptor("/x/vars.fd");
    const char *features =
        json_object_get_string(json_object_object_get(o, "features"));
    struct json_object *mapping = json_object_object_get(o, "mapping");

    (void)state;
    assert_non_null(strstr(features, "\"amd-sev\""));
    assert_non_null(strstr(features, "\"amd-sev-es\""));
    assert_string_equal(member(o, "mapping", "device"), "flash");
    assert_string_equal(member(mapping, "executable", "filename"),
                        "/x/code.fd");
}

static void only_a_split_descriptor_has_variables(void **state)
{
    OWN(put_json) struct json_object *split = descriptor("/x/vars.fd");
    OWN(put_json) struct json_object *stateless = descriptor(NULL);
    struct json_object *mapping = json_object_object_get(split, "mapping");

    (void)state;
    assert_string_equal(member(split, "mapping", "mode"), "split");
    assert_string_equal(member(mapping, "nvram-template", "filename"),
                        "/x/vars.fd");
    mapping = json_object_object_get(stateless, "mapping");
    assert_string_equal(member(stateless, "mapping", "mode"), "stateless");
    assert_null(json_object_object_get(mapping, "nvram-template"));
}

static struct plan plan_in(const struct temp_dir *dir, bool system)
{
    struct plan plan = {
        .system = system,
        .host = { 51, 1, 509, 100, 0x00a00f11 },
    };

    strcpy(plan.dir, dir->path);
    layout_path(dir->path, LAB_PLATFORM, plan.platform);
    strcpy(plan.programs.qemu, "/odd \"path\"/qemu");
    strcpy(plan.programs.wrapper, "/bin/sh");
    strcpy(plan.programs.preload, "/bin/sh");
    strcpy(plan.programs.drivers, "/some/drivers");
    return plan;
}

static char *content(const struct temp_dir *dir, const char *name)
{
    OWN(own_free) char *path = temp_dir_path(dir, name);
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    assert_works(file_read(path, 1 << 20, "file", &text, &err), &err);
    return strdup(buf_string(&text));
}

static void expect_mode(const struct temp_dir *dir, const char *name,
                        mode_t mode)
{
    OWN(own_free) char *path = temp_dir_path(dir, name);
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
}

static void a_system_instance_gets_its_files(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir, true);
    struct sevk_error err;

    (void)state;
    assert_works(files_write(&plan, &err), &err);
    OWN(own_free) char *conf = content(&dir, LAB_ETC "/qemu.conf");
    assert_non_null(strstr(conf, "stdio_handler = \"file\"\n"));
    assert_non_null(strstr(conf, "namespaces = []\n"));
    assert_non_null(strstr(conf, "cgroup_controllers = []\n"));
    assert_non_null(strstr(conf, "security_driver = \"none\"\n"));
    assert_non_null(strstr(conf, "dynamic_ownership = 0\n"));
    assert_non_null(strstr(conf, "user = \"root\"\n"));
    expect_mode(&dir, LAB_KVM, 0666);
    expect_mode(&dir, LAB_VAR_RUN, 0700);
    expect_mode(&dir, LAB_FIRMWARE, 0700);
}

static void a_session_gets_its_files(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir, false);
    struct sevk_error err;

    (void)state;
    assert_works(files_write(&plan, &err), &err);
    OWN(own_free) char *conf = content(&dir, LAB_CONFIG "/libvirt/qemu.conf");
    assert_null(strstr(conf, "user ="));
    expect_mode(&dir, LAB_RUNTIME, 0700);
    expect_mode(&dir, LAB_CONFIG "/qemu/firmware/.", 0700);
}

static void two_labs_are_two_hosts(void **state)
{
    OWN(temp_dir_drop) struct temp_dir a = temp_dir_make();
    OWN(temp_dir_drop) struct temp_dir b = temp_dir_make();
    struct plan plan_a = plan_in(&a, true);
    struct plan plan_b = plan_in(&b, true);
    struct sevk_error err;

    (void)state;
    assert_works(files_write(&plan_a, &err), &err);
    assert_works(files_write(&plan_b, &err), &err);
    OWN(own_free) char *conf_a = content(&a, LAB_CONF);
    OWN(own_free) char *conf_b = content(&b, LAB_CONF);
    assert_int_not_equal(strncmp(conf_a, conf_b, strcspn(conf_a, "\n")), 0);
}

static void the_wrapper_is_a_copy_with_its_configuration_beside(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir, true);
    struct sevk_error err;
    struct stat st;

    (void)state;
    assert_works(files_write(&plan, &err), &err);
    assert_works(files_install_programs(&plan, &err), &err);
    OWN(own_free) char *wrapper = temp_dir_path(&dir, LAB_WRAPPER);
    assert_int_equal(lstat(wrapper, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0700);

    OWN(own_free) char *text = content(&dir, LAB_WRAPPER_CONF);
    OWN(put_json) struct json_object *o = json_tokener_parse(text);
    assert_non_null(o);
    assert_string_equal(
        json_object_get_string(json_object_object_get(o, "qemu")),
        "/odd \"path\"/qemu");
    assert_string_equal(
        json_object_get_string(json_object_object_get(o, "platform")),
        plan.platform);
    assert_non_null(json_object_object_get(o, "run"));
    assert_non_null(json_object_object_get(o, "log"));
}

static void the_module_learns_what_the_host_is(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct plan plan = plan_in(&dir, true);
    struct sevk_error err;

    (void)state;
    plan.host = (struct lab_host){ 47, 5, 15, 6, 0x00800f12 };
    assert_works(files_write(&plan, &err), &err);
    assert_works(files_install_programs(&plan, &err), &err);
    OWN(own_free) char *text = content(&dir, LAB_MODULE_CONF);
    assert_non_null(strstr(text, "\ncbitpos 47\n"));
    assert_non_null(strstr(text, "\nreduced-phys-bits 5\n"));
    assert_non_null(strstr(text, "\nmax-asid 15\n"));
    assert_non_null(strstr(text, "\nmin-sev-asid 6\n"));
    assert_non_null(strstr(text, "\ncpu-signature 0x00800f12\n"));
    assert_non_null(strstr(text, "\nhostname sevkit-lab.internal\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_becomes_one_json_string),
        cmocka_unit_test(a_descriptor_names_both_kinds_of_sev),
        cmocka_unit_test(only_a_split_descriptor_has_variables),
        cmocka_unit_test(a_system_instance_gets_its_files),
        cmocka_unit_test(a_session_gets_its_files),
        cmocka_unit_test(two_labs_are_two_hosts),
        cmocka_unit_test(the_wrapper_is_a_copy_with_its_configuration_beside),
        cmocka_unit_test(the_module_learns_what_the_host_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
