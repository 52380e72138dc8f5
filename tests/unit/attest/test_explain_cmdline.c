/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines that were spoilt: what is hashed for each way. */
#include "attest/explain_cmdline.h"

#include "crypto/hash.h"
#include "lib/unit.h"

/* Is the hash of CONTENT one of those of TEXT? Its words, or NULL. */
static const char *words_for(const char *text, struct bytes content)
{
    uint8_t want[32], got[32];
    const char *words;

    sha256(content, want);
    for (size_t i = 0; explain_cmdline(text, i, &words, got); i++) {
        if (memcmp(want, got, sizeof want) == 0) {
            return words;
        }
    }
    return NULL;
}

#define BYTES(literal) bytes_make(literal, sizeof(literal) - 1)

static void what_programs_make_of_it_is_found(void **state)
{
    static const struct {
        const char *content;
        size_t n;
    } cases[] = {
#define CASE(literal) { literal, sizeof(literal) - 1 }
        CASE("\0"),
        CASE(""),
        CASE(" a b \n\0"),
        CASE(" a b "),
        CASE(" a b \n"),
        CASE(" a b \0\0"),
        CASE(" a b  \0"),
        CASE("  a b \0"),
        CASE(" a b \r\n\0"),
        CASE("a b\0"),
        CASE("a b"),
        CASE("initrd=initrd  a b \0"),
        CASE(" a b  initrd=initrd\0"),
    };

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        assert_non_null(
            words_for(" a b ", bytes_make(cases[i].content, cases[i].n)));
    }
    assert_null(words_for(" a b ", BYTES(" a b \0"))); /* as it should be */
    assert_null(words_for(" a b ", BYTES("a  b\0")));
}

static void of_an_unknown_text_only_its_absence_is_tried(void **state)
{
    uint8_t digest[32];
    const char *words;

    (void)state;
    assert_string_equal(words_for(NULL, BYTES("\0")), "empty");
    assert_true(explain_cmdline(NULL, 1, &words, digest));
    assert_false(explain_cmdline(NULL, 2, &words, digest));
}

static void the_list_ends(void **state)
{
    uint8_t digest[32];
    const char *words;
    size_t n = 0;

    (void)state;
    while (explain_cmdline("", n, &words, digest)) {
        n++;
    }
    assert_true(n > 5 && n < 50);
    assert_false(explain_cmdline("", (size_t)-1, &words, digest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_programs_make_of_it_is_found),
        cmocka_unit_test(of_an_unknown_text_only_its_absence_is_tried),
        cmocka_unit_test(the_list_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
