/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of modules and what they need. */
#include "image/modules.h"

#include <sys/stat.h>

#include "base/own.h"
#include "elf_file.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void put_module(const struct temp_dir *dir, const char *file,
                       struct bytes info)
{
    uint8_t content[ELF_FILE_LEN];

    elf_file(content, info, NULL);
    free(temp_dir_write(dir, file, BYTES_OF(content)));
}

#define INFO(text) bytes_make(text, sizeof text)

static void fill(const struct temp_dir *dir)
{
    OWN(own_free) char *folder = temp_dir_path(dir, "kernel");

    assert_int_equal(mkdir(folder, 0700), 0);
    put_module(dir, "kernel/virtio-blk.ko", INFO("depends=virtio,virtio_ring"));
    put_module(dir, "virtio.ko", INFO("depends=virtio_ring"));
    put_module(dir, "kernel/virtio_ring.ko", INFO("depends="));
    put_module(dir, "xts.ko",
               INFO("softdep=pre: ecb-block virtio post: other\0depends="));
    put_module(dir, "ecb_block.ko", INFO("depends=built_in"));
    put_module(dir, "loop_a.ko", INFO("depends=loop_b"));
    put_module(dir, "loop_b.ko", INFO("depends=loop_a"));
    free(temp_dir_write(dir, "broken.ko", bytes_of_string("no ELF")));
    free(temp_dir_write(
        dir, "modules.builtin",
        bytes_of_string("kernel/fs/ext4/ext4.ko\nkernel/crypto/a-b.ko\n")));
}

static void adds(const struct temp_dir *dir, const char *name,
                 const char *expected)
{
    OWN(module_tree_free) struct module_tree *tree = NULL;
    OWN(module_list_free) struct module_list list = { 0 };
    OWN(buf_free) struct buf names = { 0 };
    struct sevk_error err = { 0 };
    bool found = false;

    assert_works(module_tree_open(dir->path, &tree, &err), &err);
    assert_works(module_tree_add(tree, name, &list, &found, &err), &err);
    assert_int_equal(found, expected[0] != '\0');
    for (size_t i = 0; i < list.n; i++) {
        assert_works(buf_printf(&names, &err, "%s%s", i == 0 ? "" : " ",
                                list.items[i].name),
                     &err);
        assert_int_equal(list.items[i].content.n, ELF_FILE_LEN);
    }
    assert_string_equal(buf_string(&names), expected);
}

static void a_folder_without_modules_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(module_tree_free) struct module_tree *tree = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(module_tree_open(dir.path, &tree, &err), &err, SEVK_INPUT,
                 "holds no kernel modules");
    assert_fails(module_tree_open("/nonexistent", &tree, &err), &err,
                 SEVK_INPUT, "holds no kernel modules");
    assert_null(tree);
}

static void each_module_comes_behind_what_it_needs(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();

    (void)state;
    fill(&dir);
    adds(&dir, "virtio_blk", "virtio_ring virtio virtio_blk");
    adds(&dir, "virtio-blk", "virtio_ring virtio virtio_blk");
    adds(&dir, "xts", "ecb_block virtio_ring virtio xts");
    adds(&dir, "none", "");
}

static void what_can_not_be_read_is_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(module_tree_free) struct module_tree *tree = NULL;
    OWN(module_list_free) struct module_list list = { 0 };
    struct sevk_error err = { 0 };
    bool found;

    (void)state;
    fill(&dir);
    assert_works(module_tree_open(dir.path, &tree, &err), &err);
    assert_fails(module_tree_add(tree, "broken", &list, &found, &err), &err,
                 SEVK_INPUT, "broken.ko': no 64-bit ELF file");
    assert_fails(module_tree_add(tree, "loop_a", &list, &found, &err), &err,
                 SEVK_INPUT, "needs itself");
    assert_fails(module_tree_add(tree, "", &list, &found, &err), &err,
                 SEVK_USAGE, "is no name of a module");
    assert_int_equal(list.n, 0);
}

static void a_module_that_is_built_in_is_known(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(module_tree_free) struct module_tree *tree = NULL;
    struct sevk_error err = { 0 };

    (void)state;
    fill(&dir);
    assert_works(module_tree_open(dir.path, &tree, &err), &err);
    assert_true(module_tree_is_builtin(tree, "ext4"));
    assert_true(module_tree_is_builtin(tree, "a_b"));
    assert_false(module_tree_is_builtin(tree, "xt4"));
    assert_false(module_tree_is_builtin(tree, "kernel"));
}

static void a_compressed_module_is_unpacked(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *command = NULL;

    (void)state;
    fill(&dir);
    assert_true(asprintf(&command, "gzip '%s/virtio.ko' && xz '%s/xts.ko'",
                         dir.path, dir.path) > 0);
    assert_int_equal(system(command), 0);
    adds(&dir, "xts", "ecb_block virtio_ring virtio xts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_without_modules_is_refused),
        cmocka_unit_test(each_module_comes_behind_what_it_needs),
        cmocka_unit_test(what_can_not_be_read_is_named),
        cmocka_unit_test(a_module_that_is_built_in_is_known),
        cmocka_unit_test(a_compressed_module_is_unpacked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
