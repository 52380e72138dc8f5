/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what is read out of ELF files. */
#include "image/elf.h"

#include "base/cursor.h"
#include "elf_file.h"
#include "lib/unit.h"

#define INFO "license=GPL\0depends=one,two\0softdep=pre: three\0depends=four"

static void what_is_no_elf_is_refused(void **state)
{
    uint8_t file[ELF_FILE_LEN];
    struct bytes section;
    const char *interpreter;
    struct sevk_error err;

    (void)state;
    elf_file(file, bytes_make(INFO, sizeof INFO), NULL);
    for (size_t n = 0; n < 64; n++) {
        assert_fails(
            elf_section(bytes_make(file, n), ".modinfo", "m", &section, &err),
            &err, SEVK_INPUT, "'m': no 64-bit ELF file");
    }
    file[4] = 1; /* 32 bits */
    assert_fails(elf_interpreter(BYTES_OF(file), "p", &interpreter, &err), &err,
                 SEVK_INPUT, "'p': no 64-bit ELF file");
}

static void tables_that_leave_the_file_are_refused(void **state)
{
    static const struct {
        size_t at;
        uint64_t value;
    } rows[] = {
        { 0x28, ELF_FILE_LEN - 63 }, /* the sections */
        { 0x28, UINT64_MAX },         { 0x28, UINT64_MAX - 70 },
        { 128 + 0x18, ELF_FILE_LEN }, /* the names */
        { 128 + 0x20, ELF_FILE_LEN }, { 192 + 0x18, ELF_FILE_LEN },
        { 192 + 0x20, UINT64_MAX },   { 192 + 0x18, UINT64_MAX },
    };
    uint8_t file[ELF_FILE_LEN];
    struct bytes section;
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        elf_file(file, bytes_make(INFO, sizeof INFO), NULL);
        store_le64(file + rows[i].at, rows[i].value);
        assert_fails(
            elf_section(BYTES_OF(file), ".modinfo", "m", &section, &err), &err,
            SEVK_INPUT, "the file");
    }
    elf_file(file, bytes_make(INFO, sizeof INFO), NULL);
    store_le16(file + 0x3a, 16); /* rows too short for their fields */
    assert_fails(elf_section(BYTES_OF(file), ".modinfo", "m", &section, &err),
                 &err, SEVK_INPUT, "the file");
}

static void a_section_is_found_by_its_name(void **state)
{
    uint8_t file[ELF_FILE_LEN];
    struct bytes section = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    elf_file(file, bytes_make(INFO, sizeof INFO), NULL);
    assert_works(elf_section(BYTES_OF(file), ".modinfo", "m", &section, &err),
                 &err);
    assert_bytes_equal(section, bytes_make(INFO, sizeof INFO));
    assert_works(elf_section(BYTES_OF(file), ".mod", "m", &section, &err),
                 &err);
    assert_int_equal(section.n, 0);
}

static void an_interpreter_is_a_string_in_the_file(void **state)
{
    uint8_t file[ELF_FILE_LEN];
    const char *interpreter = "";
    struct sevk_error err = { 0 };

    (void)state;
    elf_file(file, bytes_of_string("x"), NULL);
    assert_works(elf_interpreter(BYTES_OF(file), "p", &interpreter, &err),
                 &err);
    assert_null(interpreter);
    elf_file(file, bytes_of_string("x"), "/lib/ld.so");
    assert_works(elf_interpreter(BYTES_OF(file), "p", &interpreter, &err),
                 &err);
    assert_string_equal(interpreter, "/lib/ld.so");
    store_le64(file + 64 + 0x20, 4); /* without its NUL */
    assert_fails(elf_interpreter(BYTES_OF(file), "p", &interpreter, &err), &err,
                 SEVK_INPUT, "interpreter's name");
    store_le64(file + 64 + 0x08, UINT64_MAX);
    assert_fails(elf_interpreter(BYTES_OF(file), "p", &interpreter, &err), &err,
                 SEVK_INPUT, "interpreter's name");
}

static void modinfo_is_a_list_of_keys_with_values(void **state)
{
    const struct bytes info = bytes_make(INFO, sizeof INFO);
    size_t at = 0;

    (void)state;
    assert_string_equal(elf_modinfo(info, "depends", &at), "one,two");
    assert_string_equal(elf_modinfo(info, "depends", &at), "four");
    assert_null(elf_modinfo(info, "depends", &at));
    at = 0;
    assert_string_equal(elf_modinfo(info, "softdep", &at), "pre: three");
    at = 0;
    assert_null(elf_modinfo(info, "depend", &at));
    at = 0;
    assert_null(elf_modinfo(bytes_make("depends=cut", 11), "depends", &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_elf_is_refused),
        cmocka_unit_test(tables_that_leave_the_file_are_refused),
        cmocka_unit_test(a_section_is_found_by_its_name),
        cmocka_unit_test(an_interpreter_is_a_string_in_the_file),
        cmocka_unit_test(modinfo_is_a_list_of_keys_with_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
