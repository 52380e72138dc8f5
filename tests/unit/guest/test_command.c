/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of sevkit-guest's command line. */
#include "guest/command.h"

#include "lib/unit.h"
#include "wire/secret_table.h"

#define WORDS(...) ((const char *[]){ __VA_ARGS__, NULL })

static void what_makes_no_sense_is_refused(void **state)
{
    static const char *const none[] = { NULL };
    const struct {
        const char *const *words;
        const char *says;
    } rows[] = {
        { none, "no command" },
        { WORDS("frob"), "no such command 'frob'" },
        { WORDS("get"), "which secret?" },
        { WORDS("get", "luks"), "neither a GUID nor a known name" },
        { WORDS("get", "luks-key", "luks-key"), "makes no sense" },
        { WORDS("get", "luks-key", "--out"), "--out needs a value" },
        { WORDS("get", "luks-key", "--json"), "'--json' makes no sense" },
        { WORDS("list", "--once"), "'--once' makes no sense" },
        { WORDS("list", "luks-key"), "'luks-key' makes no sense" },
        { WORDS("wipe", "--out", "x"), "'--out' makes no sense" },
        { WORDS("status", "--show"), "'--show' makes no sense" },
    };
    struct command c = { .name = "untouched" };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_fails(command_parse(rows[i].words, &c, &err), &err, SEVK_USAGE,
                     rows[i].says);
        assert_string_equal(c.name, "untouched");
    }
}

static void options_may_stand_anywhere_behind_the_verb(void **state)
{
    struct command c = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(command_parse(WORDS("get", "--once", "LUKS-key", "--out", "f",
                                     "--root", "r", "--show"),
                               &c, &err),
                 &err);
    assert_int_equal(c.verb, COMMAND_GET);
    assert_true(c.once && c.show && !c.json);
    assert_string_equal(c.out, "f");
    assert_string_equal(c.root, "r");
    assert_true(guid_equal(&c.guid, &secret_luks_key_guid));
    assert_works(
        command_parse(WORDS("get", "736869E5-84f0-4973-92ec-06879ce3da0b"), &c,
                      &err),
        &err);
    assert_true(guid_equal(&c.guid, &secret_luks_key_guid));
    assert_works(command_parse(WORDS("status", "--json"), &c, &err), &err);
    assert_true(c.json && c.out == NULL);
    assert_string_equal(c.root, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(options_may_stand_anywhere_behind_the_verb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
