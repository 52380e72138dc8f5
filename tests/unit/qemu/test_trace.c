/* SPDX-License-Identifier: Apache-2.0 */
/* The log of firmware commands. */
#include "lib/unit.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "qemu/trace.h"

static void a_line_is_written_for_each_command(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "vm.sev.log");
    OWN(trace_close) struct trace trace = trace_open(dir.path, "vm");
    struct fw_trace fw = trace_for_fw(&trace);
    OWN(buf_free) struct buf text = { 0 };
    struct stat st;
    struct sevk_error err;

    (void)state;
    fw.command(fw.ctx, &(struct fw_trace_entry){ .name = "LAUNCH_START",
                                                 .ns = 5999,
                                                 .handle = 7,
                                                 .status = 11 });
    fw.command(fw.ctx, &(struct fw_trace_entry){ .name = "?", .time = 60 });
    assert_works(file_read(path, 1000, "log", &text, &err), &err);
    assert_string_equal(buf_string(&text),
                        "1970-01-01T00:00:00Z LAUNCH_START guest=7 "
                        "status=BAD_MEASUREMENT 5us\n"
                        "1970-01-01T00:01:00Z ? guest=0 status=SUCCESS 0us\n");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_name_can_not_leave_the_directory(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(trace_close) struct trace trace = trace_open(dir.path, "../../x");
    OWN(own_free) char *path = temp_dir_path(&dir, ".._.._x.sev.log");
    struct stat st;

    (void)state;
    assert_true(trace.fd >= 0);
    assert_int_equal(stat(path, &st), 0);
}

static void without_a_directory_nothing_is_traced(void **state)
{
    OWN(trace_close) struct trace none = trace_open(NULL, "vm");
    OWN(trace_close) struct trace missing = trace_open("/nowhere", NULL);

    (void)state;
    assert_null(trace_for_fw(&none).command);
    assert_null(trace_for_fw(&missing).command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_written_for_each_command),
        cmocka_unit_test(a_name_can_not_leave_the_directory),
        cmocka_unit_test(without_a_directory_nothing_is_traced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
