/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration beside the program. */
#include "lib/unit.h"

#include "base/own.h"
#include "lib/temp_dir.h"
#include "qemu/config.h"

/* Writes the file and reads it as a program beside it would. */
static bool read_text(const char *text, struct config *ret,
                      struct sevk_error *err)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *program = temp_dir_path(&dir, "qemu-system-x86_64");

    free(temp_dir_write(&dir, CONFIG_NAME, bytes_of_string(text)));
    return config_read(program, ret, err);
}

static void all_keys_are_read(void **state)
{
    OWN(config_free) struct config c = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(
        read_text("{\"platform\":\"/p\",\"run\":\"/r\",\"qemu\":\"/q\","
                  "\"log\":\"/l\",\"log-format\":\"json\",\"other\":1}",
                  &c, &err),
        &err);
    assert_string_equal(c.platform, "/p");
    assert_string_equal(c.run, "/r");
    assert_string_equal(c.qemu, "/q");
    assert_string_equal(c.log, "/l");
    assert_true(c.log_json);
}

static void qemu_and_log_may_be_missing(void **state)
{
    OWN(config_free) struct config c = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(read_text("{\"platform\":\"/p\",\"run\":\"/r\"}", &c, &err),
                 &err);
    assert_string_equal(c.qemu, "/usr/bin/qemu-system-x86_64");
    assert_null(c.log);
    assert_false(c.log_json);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text;
        const char *part;
    } rows[] = {
        { "", "no JSON object" },
        { "[]", "no JSON object" },
        { "{", "no JSON object" },
        { "{}", "'platform' is missing" },
        { "{\"platform\":1,\"run\":\"/r\"}", "'platform'" },
        { "{\"platform\":\"\",\"run\":\"/r\"}", "'platform'" },
        { "{\"platform\":\"/p\"}", "'run' is missing" },
        { "{\"platform\":\"/p\",\"run\":\"/r\",\"log\":[]}", "'log'" },
        { "{\"platform\":\"/p\",\"run\":\"/r\",\"log-format\":\"xml\"}",
          "neither text nor json" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct config c = { 0 };
        struct sevk_error err;

        assert_fails(read_text(rows[i].text, &c, &err), &err, SEVK_INPUT,
                     rows[i].part);
        assert_non_null(strstr(err.message, CONFIG_NAME));
        assert_null(c.platform);
    }
}

static void without_a_file_the_lab_is_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *program = temp_dir_path(&dir, "qemu-system-x86_64");
    struct config c = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(config_read(program, &c, &err), &err, SEVK_INPUT,
                 "sevkit lab start");
    assert_fails(config_read("just-a-name", &c, &err), &err, SEVK_INPUT,
                 "./" CONFIG_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_keys_are_read),
        cmocka_unit_test(qemu_and_log_may_be_missing),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(without_a_file_the_lab_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
