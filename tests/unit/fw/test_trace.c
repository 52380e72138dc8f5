/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/trace.c. */
#include "fw/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static const struct fw_trace_entry entries[] = {
    { .cmd = 0x30,
      .name = "LAUNCH_START",
      .ns = 5999,
      .handle = 7,
      .status = 11 },
    { .cmd = 0x99, .name = "?", .time = 60 },
};

static void write_all(struct trace_file *trace)
{
    struct fw_trace fw = trace_file_for_fw(trace);

    for (size_t i = 0; i < N_OF(entries); i++) {
        fw.command(fw.ctx, &entries[i]);
    }
}

static struct buf content(const char *path)
{
    struct buf text = { 0 };
    struct sevk_error err = { 0 };

    assert_works(file_read(path, 4096, "trace", &text, &err), &err);
    return text;
}

static void who_what_status_and_time_are_a_line_of_text(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "t");
    OWN(trace_file_close)
    struct trace_file trace = trace_file_open(path, false);
    char want[512];
    struct stat st;

    (void)state;
    write_all(&trace);
    {
        OWN(buf_free) struct buf text = content(path);

        snprintf(want, sizeof want,
                 "1970-01-01T00:00:00Z test-fw-trace[%d] LAUNCH_START guest=7 "
                 "status=BAD_MEASUREMENT 5us\n"
                 "1970-01-01T00:01:00Z test-fw-trace[%d] ? guest=0 "
                 "status=SUCCESS 0us\n",
                 (int)getpid(), (int)getpid());
        assert_string_equal(buf_string(&text), want);
    }
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void the_same_as_json_is_an_object_a_line(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "t");
    OWN(trace_file_close) struct trace_file trace = trace_file_open(path, true);
    char want[1024];

    (void)state;
    write_all(&trace);
    OWN(buf_free) struct buf text = content(path);
    snprintf(want, sizeof want,
             "{\"time\":\"1970-01-01T00:00:00Z\",\"program\":\"test-fw-trace\","
             "\"pid\":%d,\"command\":\"LAUNCH_START\",\"command_id\":48,"
             "\"guest\":7,\"status\":\"BAD_MEASUREMENT\",\"status_code\":11,"
             "\"ns\":5999}\n"
             "{\"time\":\"1970-01-01T00:01:00Z\",\"program\":\"test-fw-trace\","
             "\"pid\":%d,\"command\":\"?\",\"command_id\":153,\"guest\":0,"
             "\"status\":\"SUCCESS\",\"status_code\":0,\"ns\":0}\n",
             (int)getpid(), (int)getpid());
    assert_string_equal(buf_string(&text), want);
}

static void the_environment_names_file_and_format(void **state)
{
    static const struct {
        const char *name;
        const char *format;
        bool json;
    } cases[] = {
        { "a", NULL, false },
        { "a.json", NULL, true },
        { "b", "json", true },
        { "b.json", "text", false },
    };
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();

    (void)state;
    unsetenv("SEVKIT_TRACE");
    unsetenv("SEVKIT_TRACE_FORMAT");
    assert_null(trace_file_for_fw(&TRACE_NONE).command);
    for (size_t i = 0; i < N_OF(cases); i++) {
        OWN(own_free) char *path = temp_dir_path(&dir, cases[i].name);
        OWN(trace_file_close) struct trace_file trace = TRACE_NONE;

        setenv("SEVKIT_TRACE", path, 1);
        if (cases[i].format != NULL) {
            setenv("SEVKIT_TRACE_FORMAT", cases[i].format, 1);
        }
        trace = trace_file_from_environment();
        assert_true(trace.fd >= 0);
        assert_int_equal(trace.json, cases[i].json);
    }
    unsetenv("SEVKIT_TRACE");
    assert_int_equal(trace_file_from_environment().fd, -1);
}

static void what_can_t_be_opened_is_not_written(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *link = temp_dir_path(&dir, "link");
    OWN(own_free) char *target = temp_dir_path(&dir, "target");
    OWN(trace_file_close)
    struct trace_file none = trace_file_open("/nowhere/t", false);
    OWN(trace_file_close) struct trace_file followed = TRACE_NONE;

    (void)state;
    assert_null(trace_file_for_fw(&none).command);
    assert_int_equal(symlink(target, link), 0);
    followed = trace_file_open(link, false);
    assert_int_equal(followed.fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_what_status_and_time_are_a_line_of_text),
        cmocka_unit_test(the_same_as_json_is_an_object_a_line),
        cmocka_unit_test(the_environment_names_file_and_format),
        cmocka_unit_test(what_can_t_be_opened_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
