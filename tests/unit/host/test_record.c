/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings of hosts: written, loaded, refused. */
#include "host/record.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static void what_was_saved_is_loaded(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "rec");
    OWN(host_record_clear) struct host_record record = { 0 };
    OWN(host_record_clear) struct host_record loaded = { 0 };
    struct sevk_error err;

    (void)state;
    record.has[RECORD_LOG] = true;
    record.has[RECORD_MODULES] = true;
    assert_true(
        buf_append_string(&record.text[RECORD_MODULES], "sev Y\n", NULL));
    assert_works(host_record_save(&record, path, &err), &err);
    assert_works(host_record_load(path, &loaded, &err), &err);
    assert_true(loaded.has[RECORD_LOG]);
    assert_string_equal(host_record_text(&loaded, RECORD_LOG), "");
    assert_string_equal(host_record_text(&loaded, RECORD_MODULES), "sev Y\n");
    assert_false(loaded.has[RECORD_CPUID]);
    assert_fails(host_record_save(&record, path, &err), &err, SEVK_INPUT,
                 "can't make the directory");
}

static void what_is_no_recording_is_refused(void **state)
{
    static const struct {
        const char *format;
        const char *part;
    } table[] = {
        { "", "no recording" },
        { "sevkit", "no recording" },
        { "sevkit-host 1", "another format" },
        { "sevkit-host 2\n", "another format" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
        OWN(host_record_clear) struct host_record loaded = { 0 };
        struct sevk_error err;

        free(temp_dir_write(&dir, "format", bytes_of_string(table[i].format)));
        assert_fails(host_record_load(dir.path, &loaded, &err), &err,
                     SEVK_INPUT, table[i].part);
    }
}

static void a_piece_that_is_too_long_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *big = calloc(1, RECORD_PIECE_MAX + 1);
    OWN(own_free) char *log = NULL;
    OWN(host_record_clear) struct host_record loaded = { 0 };
    struct sevk_error err;

    (void)state;
    free(temp_dir_write(&dir, "format", bytes_of_string("sevkit-host 1\n")));
    assert_non_null(big);
    memset(big, 'a', RECORD_PIECE_MAX + 1);
    log = temp_dir_write(&dir, "log", bytes_make(big, RECORD_PIECE_MAX + 1));
    assert_fails(host_record_load(dir.path, &loaded, &err), &err, SEVK_INPUT,
                 "log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_saved_is_loaded),
        cmocka_unit_test(what_is_no_recording_is_refused),
        cmocka_unit_test(a_piece_that_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
