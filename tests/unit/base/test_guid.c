/* SPDX-License-Identifier: Apache-2.0 */
/* GUIDs: mixed byte order, malformed text. */
#include "base/guid.h"

#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"

#define OVMF_FOOTER "96b582de-1fb2-45f7-baea-a366c55a082d"

static void test_what_is_not_a_guid_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "96b582de1fb245f7baeaa366c55a082d",
        "96b582de-1fb2-45f7-baea-a366c55a082",
        "96b582de-1fb2-45f7-baea-a366c55a082d0",
        "{96b582de-1fb2-45f7-baea-a366c55a082d}",
        "96b582de-1fb2-45f7-baea-a366c55a082g",
        "96b582de-1fb2-45f7-baeaa-366c55a082d",
        "96b582de 1fb2 45f7 baea a366c55a082d",
        " 96b582de-1fb2-45f7-baea-a366c55a082",
        "-96b582d-e1fb-245f-7bae-aa366c55a082",
        "------------------------------------",
    };
    struct guid g = GUID_INIT(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    struct guid before = g;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        assert_fails(guid_parse(rows[i], &g, &err), &err, SEVK_INPUT,
                     "is not a GUID like");
        assert_true(guid_equal(&g, &before));
    }
}

static void test_the_first_three_groups_are_swapped(void **state)
{
    static const struct guid by_macro =
        GUID_INIT(0x96b582de, 0x1fb2, 0x45f7, 0xba, 0xea, 0xa3, 0x66, 0xc5,
                  0x5a, 0x08, 0x2d);
    struct guid g;

    (void)state;
    assert_true(guid_parse(OVMF_FOOTER, &g, NULL));
    assert_hex(BYTES_OF(g.b), "de82b596 b21f f745 baea a366c55a082d");
    assert_true(guid_equal(&g, &by_macro));
    assert_true(guid_parse("96B582DE-1fb2-45F7-BAEA-A366C55A082D", &g, NULL));
    assert_true(guid_equal(&g, &by_macro));
}

static void test_any_bytes_come_back_from_their_text(void **state)
{
    struct fake_rng rng = { 3 };

    (void)state;
    for (unsigned int i = 0; i < 100; i++) {
        char text[GUID_TEXT_LEN];
        struct guid g;
        struct guid back;

        fake_rng_bytes(&rng, g.b, sizeof g.b);
        guid_format(&g, text);
        assert_int_equal(strlen(text), GUID_TEXT_LEN - 1);
        assert_true(guid_parse(text, &back, NULL));
        assert_true(guid_equal(&g, &back));
    }
}

static void test_the_text_is_in_lower_case(void **state)
{
    char text[GUID_TEXT_LEN];
    struct guid g;

    (void)state;
    assert_true(guid_parse("96B582DE-1FB2-45F7-BAEA-A366C55A082D", &g, NULL));
    guid_format(&g, text);
    assert_string_equal(text, OVMF_FOOTER);
}

static void test_each_bit_makes_another_guid(void **state)
{
    struct guid g;

    (void)state;
    assert_true(guid_parse(OVMF_FOOTER, &g, NULL));
    for (size_t bit = 0; bit < 128; bit++) {
        struct guid other = g;

        other.b[bit / 8] = (uint8_t)(other.b[bit / 8] ^ 1u << bit % 8);
        assert_false(guid_equal(&g, &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_a_guid_is_refused),
        cmocka_unit_test(test_the_first_three_groups_are_swapped),
        cmocka_unit_test(test_any_bytes_come_back_from_their_text),
        cmocka_unit_test(test_the_text_is_in_lower_case),
        cmocka_unit_test(test_each_bit_makes_another_guid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
