/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of record.c: damaged records, other boots, round trips. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "lab/record.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

#define BOOT "0f8fad5b-d9cb-469f-a165-70867728950e"

static const char good[] = "sevkit-lab 1\nboot " BOOT "\nmode system\n"
                           "platform /l/platform\nsupervisor 12 3456\n"
                           "libvirtd 13 3457\n";

static void damaged_records_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "\n\n",
        "sevkit-lab 2\n",
        "sevkit-lab 10\n",
        "xsevkit-lab 1\n",
        "sevkit-lab 1\nsupervisor 12\n",
        "sevkit-lab 1\nsupervisor -1 5\n",
        "sevkit-lab 1\nsupervisor 12 x\n",
        "sevkit-lab 1\nsupervisor 99999999999 5\n",
        "sevkit-lab 1\nsupervisor 12 5 6\n",
        "sevkit-lab 1\nlibvirtd\n",
        "sevkit-lab 1\nunheard of\n",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(bad); i++) {
        struct record r = { .system = true };
        struct sevk_error err;

        assert_fails(record_parse(bad[i], BOOT, &r, &err), &err, SEVK_INPUT,
                     "");
        assert_true(r.system);
    }
}

static void every_truncation_is_refused_or_says_less(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(good) - 1; n++) {
        OWN(own_free) char *cut = strndup(good, n);
        struct record r = { 0 };

        if (record_parse(cut, BOOT, &r, NULL)) {
            assert_true(r.libvirtd.pid == 0 || r.libvirtd.pid == 13);
            assert_true(r.supervisor.pid == 0 || r.supervisor.pid == 12);
        }
    }
}

static void a_platform_with_too_long_a_path_is_refused(void **state)
{
    char text[400] = "sevkit-lab 1\nplatform /";
    struct record r;
    struct sevk_error err;

    (void)state;
    memset(text + strlen(text), 'x', 200);
    assert_fails(record_parse(text, BOOT, &r, &err), &err, SEVK_INPUT,
                 "too long");
}

static void a_record_too_long_to_be_one_is_refused(void **state)
{
    OWN(own_free) char *text = calloc(1, 10000);
    struct record r;
    struct sevk_error err;

    (void)state;
    memset(text, '\n', 9999);
    assert_fails(record_parse(text, BOOT, &r, &err), &err, SEVK_INPUT,
                 "too long");
}

static void a_good_record_is_understood(void **state)
{
    struct record r;
    struct sevk_error err;

    (void)state;
    assert_works(record_parse(good, BOOT, &r, &err), &err);
    assert_true(r.system);
    assert_true(r.this_boot);
    assert_string_equal(r.platform, "/l/platform");
    assert_int_equal(r.supervisor.pid, 12);
    assert_int_equal(r.supervisor.start, 3456);
    assert_int_equal(r.libvirtd.pid, 13);
    assert_int_equal(r.libvirtd.start, 3457);
}

static void processes_of_another_boot_are_nobody(void **state)
{
    struct record r;
    struct sevk_error err;

    (void)state;
    assert_works(record_parse(good, "another", &r, &err), &err);
    assert_false(r.this_boot);
    assert_int_equal(r.supervisor.pid, 0);
    assert_int_equal(r.libvirtd.pid, 0);
    assert_string_equal(r.platform, "/l/platform");
}

static void what_is_written_is_read_back(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct record out = { .platform = "/p", .supervisor = { 7, 8 } };
    struct record in;
    struct sevk_error err;
    bool there = false;

    (void)state;
    assert_works(record_write(dir.path, &out, &err), &err);
    assert_works(record_read(dir.path, &there, &in, &err), &err);
    assert_true(there);
    assert_true(in.this_boot);
    assert_false(in.system);
    assert_string_equal(in.platform, "/p");
    assert_int_equal(in.supervisor.pid, 7);
    assert_int_equal(in.supervisor.start, 8);
    assert_int_equal(in.libvirtd.pid, 0);
    assert_int_equal(temp_dir_count(&dir), 1);
}

static void where_there_is_no_record_there_is_no_lab(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *file = temp_dir_write(&dir, "f", bytes_make("x", 1));
    struct record in;
    struct sevk_error err;
    bool there = true;

    (void)state;
    assert_works(record_read(dir.path, &there, &in, &err), &err);
    assert_false(there);
    there = true;
    assert_works(record_read("/no/such/place", &there, &in, &err), &err);
    assert_false(there);
    there = true;
    assert_works(record_read(file, &there, &in, &err), &err);
    assert_false(there);
}

static void a_file_that_is_no_record_is_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *file = temp_dir_write(&dir, "lab", bytes_make("x", 1));
    struct record in;
    struct sevk_error err;
    bool there;

    (void)state;
    assert_fails(record_read(dir.path, &there, &in, &err), &err, SEVK_INPUT,
                 file);
}

static void assert_not_believed(const struct temp_dir *dir)
{
    struct record in = { .system = true };
    struct sevk_error err;
    bool there;

    assert_fails(record_read(dir->path, &there, &in, &err), &err, SEVK_REFUSED,
                 "is not yours");
    assert_true(in.system);
}

static void a_record_that_others_could_write_is_not_believed(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *file = temp_dir_write(&dir, "lab", bytes_of_string(good));

    (void)state;
    assert_int_equal(chmod(file, 0602), 0);
    assert_not_believed(&dir);
    assert_int_equal(chmod(file, 0620), 0);
    assert_not_believed(&dir);
}

/* A link, a directory, a pipe that nobody writes to: never followed or read. */
static void what_is_no_plain_file_is_not_believed(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *real = temp_dir_write(&dir, "real", bytes_of_string(good));
    OWN(own_free) char *file = temp_dir_path(&dir, "lab");
    struct record in;
    struct sevk_error err;
    bool there;

    (void)state;
    assert_int_equal(symlink(real, file), 0);
    assert_fails(record_read(dir.path, &there, &in, &err), &err, SEVK_INPUT,
                 "record of a lab");
    assert_int_equal(unlink(file), 0);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_not_believed(&dir);
    assert_int_equal(rmdir(file), 0);
    assert_int_equal(mkfifo(file, 0600), 0);
    assert_not_believed(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_records_are_refused),
        cmocka_unit_test(every_truncation_is_refused_or_says_less),
        cmocka_unit_test(a_platform_with_too_long_a_path_is_refused),
        cmocka_unit_test(a_record_too_long_to_be_one_is_refused),
        cmocka_unit_test(a_good_record_is_understood),
        cmocka_unit_test(processes_of_another_boot_are_nobody),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(where_there_is_no_record_there_is_no_lab),
        cmocka_unit_test(a_file_that_is_no_record_is_named),
        cmocka_unit_test(a_record_that_others_could_write_is_not_believed),
        cmocka_unit_test(what_is_no_plain_file_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
