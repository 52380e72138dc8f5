/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed copies and the guest's memory. */
#include "lib/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "qemu/copies.h"

static const char image[] = "an image that is measured";

/* Arguments that name FIRMWARE and KERNEL, and two pieces of RAM. */
static struct args arguments(const char *const *argv, char *firmware)
{
    struct args a = {
        .argv = argv, .firmware = firmware, .ram_size = 3 * 4096, .n_ram = 2
    };

    a.ram[0].size = 4096;
    a.ram[1].size = 8192;
    a.kernel_at = argv[1] == NULL ? 0 : 1;
    return a;
}

static void a_copy_can_not_be_changed(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *file = temp_dir_write(&dir, "image", BYTES_OF(image));
    OWN(copies_close) struct copies c = copies_none();
    OWN(copies_drop_view) struct bytes view = { 0 };
    const char *const argv[] = { "qemu", NULL };
    struct args a = arguments(argv, file);
    struct sevk_error err;
    char path[64];
    int again;

    (void)state;
    assert_works(copies_make(&a, &c, &err), &err);
    assert_int_equal(write(c.firmware, "x", 1), -1);
    assert_int_equal(ftruncate(c.firmware, 0), -1);
    assert_ptr_equal(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, c.firmware, 0),
                     MAP_FAILED);
    /* Nor through another descriptor of it. */
    snprintf(path, sizeof path, "/proc/self/fd/%d", c.firmware);
    again = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(again < 0 ? -1 : write(again, "x", 1), -1);
    own_close(&again);

    free(temp_dir_write(&dir, "image", bytes_of_string("evil")));
    assert_works(copies_view(c.firmware, &view, &err), &err);
    assert_bytes_equal(view, BYTES_OF(image));
}

static void what_was_not_asked_for_is_not_made(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *file = temp_dir_write(&dir, "image", BYTES_OF(image));
    OWN(copies_close) struct copies c = copies_none();
    const char *const argv[] = { "qemu", NULL };
    struct args a = arguments(argv, file);
    struct bytes view = { (const uint8_t *)image, 1 };
    struct sevk_error err;

    (void)state;
    assert_works(copies_make(&a, &c, &err), &err);
    assert_int_equal(c.kernel, -1);
    assert_int_equal(c.initrd, -1);
    assert_int_equal(c.ram[2], -1);
    assert_works(copies_view(c.kernel, &view, &err), &err);
    assert_int_equal(view.n, 0);
}

static void an_empty_file_is_an_empty_view(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *file = temp_dir_write(&dir, "e", (struct bytes){ 0 });
    OWN(copies_close) struct copies c = copies_none();
    const char *const argv[] = { "qemu", NULL };
    struct args a = arguments(argv, file);
    struct bytes view;
    struct sevk_error err;

    (void)state;
    assert_works(copies_make(&a, &c, &err), &err);
    assert_works(copies_view(c.firmware, &view, &err), &err);
    assert_int_equal(view.n, 0);
}

static void missing_files_are_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *file = temp_dir_write(&dir, "image", BYTES_OF(image));
    const char *const argv[] = { "qemu", "/nowhere/kernel", NULL };
    char missing[] = "/nowhere/firmware";
    struct args a = arguments(argv, missing);
    struct copies c = copies_none();
    struct sevk_error err;

    (void)state;
    assert_fails(copies_make(&a, &c, &err), &err, SEVK_INPUT,
                 "firmware '/nowhere/firmware'");
    a.firmware = file;
    assert_fails(copies_make(&a, &c, &err), &err, SEVK_INPUT,
                 "kernel '/nowhere/kernel'");
    assert_int_equal(c.firmware, -1);
}

static void too_large_a_firmware_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *file = temp_dir_write(&dir, "f", (struct bytes){ 0 });
    const char *const argv[] = { "qemu", NULL };
    struct args a = arguments(argv, file);
    struct copies c = copies_none();
    struct sevk_error err;

    (void)state;
    assert_int_equal(truncate(file, (off_t)COPIES_FIRMWARE_MAX + 1), 0);
    assert_fails(copies_make(&a, &c, &err), &err, SEVK_INPUT, "more than");
}

static void pieces_of_memory_lie_in_a_row(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *file = temp_dir_write(&dir, "image", BYTES_OF(image));
    OWN(copies_close) struct copies c = copies_none();
    const char *const argv[] = { "qemu", NULL };
    struct args a = arguments(argv, file);
    struct sevk_error err;
    uint8_t *ram = NULL;
    uint8_t byte = 0;

    (void)state;
    assert_works(copies_make(&a, &c, &err), &err);
    assert_works(copies_map_ram(&c, &a, &ram, &err), &err);
    assert_true(bytes_all_zero(bytes_make(ram, 3 * 4096)));
    ram[4095] = 1;
    ram[4096] = 2;
    ram[3 * 4096 - 1] = 3;
    assert_int_equal(pread(c.ram[0], &byte, 1, 4095), 1);
    assert_int_equal(byte, 1);
    assert_int_equal(pread(c.ram[1], &byte, 1, 0), 1);
    assert_int_equal(byte, 2);
    assert_int_equal(pread(c.ram[1], &byte, 1, 8191), 1);
    assert_int_equal(byte, 3);
    munmap(ram, 3 * 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_can_not_be_changed),
        cmocka_unit_test(what_was_not_asked_for_is_not_made),
        cmocka_unit_test(an_empty_file_is_an_empty_view),
        cmocka_unit_test(missing_files_are_named),
        cmocka_unit_test(too_large_a_firmware_is_refused),
        cmocka_unit_test(pieces_of_memory_lie_in_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
