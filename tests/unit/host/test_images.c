/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware images and their descriptors, as a machine has them. */
#include "host/images.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "wire/ovmf_table.h"

static void make_folder(const struct temp_dir *root, const char *name)
{
    OWN(own_free) char *path = temp_dir_path(root, name);

    assert_int_equal(mkdir(path, 0700), 0);
}

static struct temp_dir make_root(void)
{
    static const char *const folders[] = {
        "etc",       "etc/qemu",       "etc/qemu/firmware",       "usr",
        "usr/share", "usr/share/qemu", "usr/share/qemu/firmware", "fw"
    };
    struct temp_dir root = temp_dir_make();

    for (size_t i = 0; i < N_OF(folders); i++) {
        make_folder(&root, folders[i]);
    }
    return root;
}

static void put(const struct temp_dir *root, const char *name, const char *text)
{
    free(temp_dir_write(root, name, bytes_of_string(text)));
}

static void put_image(const struct temp_dir *root, const char *name,
                      const struct ovmf_table *table)
{
    OWN(buf_free) struct buf image = { 0 };
    static const uint8_t end[32];
    OWN(own_free) char *path = NULL;

    assert_true(ovmf_table_encode(table, &image, NULL));
    assert_true(buf_append(&image, BYTES_OF(end), NULL));
    path = temp_dir_write(root, name, buf_bytes(&image));
}

#define DESCRIPTOR(file, machines, features)                                   \
    "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\","       \
    "\"mode\":\"stateless\",\"executable\":{\"filename\":\"" file              \
    "\"}},\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[" machines   \
    "]}],\"features\":[" features "]}"

static const struct ovmf_table amdsev = {
    .present = true,
    .has_reset_vector = true,
    .reset_vector = 0x0080b004,
    .secret = { true, 0x810000, 0xc00 },
    .hashes = { true, 0x810c00, 0x400 },
};

static void a_descriptor_and_its_image_make_a_line(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = make_root();
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    put(&root, "usr/share/qemu/firmware/50.json",
        DESCRIPTOR("/fw/a.fd", "\"pc-q35-*\"", "\"amd-sev\",\"amd-sev-es\""));
    put_image(&root, "fw/a.fd", &amdsev);
    assert_true(host_images_gather(root.path, &text, NULL));
    assert_string_equal(
        buf_string(&text),
        "/fw/a.fd descriptor=50.json mode=stateless q35 amd-sev amd-sev-es "
        "exists table reset-vector secret-area hash-area\n");
}

static void an_area_at_0_and_a_reset_vector_of_0_are_none(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = make_root();
    OWN(buf_free) struct buf text = { 0 };
    struct ovmf_table table = amdsev;

    (void)state;
    table.reset_vector = 0;
    table.secret.base = 0;
    table.hashes.size = 0;
    put_image(&root, "fw/a.fd", &table);
    assert_true(host_image_describe(root.path, "/fw/a.fd", &text, NULL));
    assert_string_equal(buf_string(&text), " exists table");
}

static void a_file_in_etc_hides_the_other_of_its_name(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = make_root();
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    put(&root, "usr/share/qemu/firmware/50.json",
        DESCRIPTOR("/fw/a.fd", "\"pc-q35-*\"", "\"amd-sev\""));
    put(&root, "etc/qemu/firmware/50.json", "");
    assert_true(host_images_gather(root.path, &text, NULL));
    assert_int_equal(text.n, 0);
}

static void what_is_no_descriptor_is_passed_over(void **state)
{
    static const char *const table[] = {
        "",
        "[]",
        "null",
        "{",
        "{\"interface-types\":\"uefi\"}",
        "{\"interface-types\":[\"bios\"],\"mapping\":{\"filename\":\"/a\"}}",
        DESCRIPTOR("relative.fd", "\"pc-q35-*\"", ""),
        DESCRIPTOR("/with space", "\"pc-q35-*\"", ""),
        DESCRIPTOR("/a\\nb", "\"pc-q35-*\"", ""),
        "{\"interface-types\":[\"uefi\"],\"targets\":[1],\"mapping\":[]}",
        ("{\"interface-types\":[\"uefi\"],\"mapping\":{\"filename\":7},"
         "\"targets\":[{\"architecture\":\"x86_64\"}]}"),
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(temp_dir_drop) struct temp_dir root = make_root();
        OWN(buf_free) struct buf text = { 0 };

        put(&root, "usr/share/qemu/firmware/50.json", table[i]);
        assert_true(host_images_gather(root.path, &text, NULL));
        assert_int_equal(text.n, 0);
    }
}

static void an_image_that_is_missing_or_has_no_table_says_so(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = make_root();
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    assert_true(host_image_describe(root.path, "/fw/none", &text, NULL));
    assert_string_equal(buf_string(&text), "");
    put(&root, "fw/short", "x");
    assert_true(host_image_describe(root.path, "/fw/short", &text, NULL));
    assert_string_equal(buf_string(&text), " exists");
}

static void an_image_of_a_distribution_needs_no_descriptor(void **state)
{
    OWN(temp_dir_drop) struct temp_dir root = make_root();
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    put_image(&root, "usr/share/qemu/ovmf-x86_64-4m-code.bin", &amdsev);
    assert_true(host_images_gather(root.path, &text, NULL));
    assert_string_equal(buf_string(&text),
                        "/usr/share/qemu/ovmf-x86_64-4m-code.bin exists table "
                        "reset-vector secret-area hash-area\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_descriptor_and_its_image_make_a_line),
        cmocka_unit_test(an_area_at_0_and_a_reset_vector_of_0_are_none),
        cmocka_unit_test(a_file_in_etc_hides_the_other_of_its_name),
        cmocka_unit_test(what_is_no_descriptor_is_passed_over),
        cmocka_unit_test(an_image_that_is_missing_or_has_no_table_says_so),
        cmocka_unit_test(an_image_of_a_distribution_needs_no_descriptor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
