/* SPDX-License-Identifier: Apache-2.0 */
/* The log of firmware commands. */
#include "lib/unit.h"

#include <sys/stat.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "qemu/trace.h"

static void the_format_chooses_the_name(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *text = temp_dir_path(&dir, "vm.sev.log");
    OWN(own_free) char *json = temp_dir_path(&dir, "vm.sev.json");
    OWN(trace_file_close)
    struct trace_file a = trace_open(dir.path, "vm", false);
    OWN(trace_file_close)
    struct trace_file b = trace_open(dir.path, "vm", true);
    struct stat st;

    (void)state;
    assert_true(a.fd >= 0 && !a.json);
    assert_true(b.fd >= 0 && b.json);
    assert_int_equal(stat(text, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(json, &st), 0);
}

static void a_name_can_not_leave_the_directory(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(trace_file_close)
    struct trace_file trace = trace_open(dir.path, "../../x", false);
    OWN(own_free) char *path = temp_dir_path(&dir, ".._.._x.sev.log");
    struct stat st;

    (void)state;
    assert_true(trace.fd >= 0);
    assert_int_equal(stat(path, &st), 0);
}

static void without_a_directory_nothing_is_traced(void **state)
{
    OWN(trace_file_close)
    struct trace_file none = trace_open(NULL, "vm", false);
    OWN(trace_file_close)
    struct trace_file missing = trace_open("/nowhere", NULL, false);

    (void)state;
    assert_null(trace_file_for_fw(&none).command);
    assert_null(trace_file_for_fw(&missing).command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_format_chooses_the_name),
        cmocka_unit_test(a_name_can_not_leave_the_directory),
        cmocka_unit_test(without_a_directory_nothing_is_traced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
