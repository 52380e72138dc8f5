/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from the pieces of a record. */
#include "host/facts.h"

#include "base/own.h"
#include "lib/unit.h"

static void read_piece(enum record_piece piece, const char *text,
                       struct host_facts *ret)
{
    OWN(host_record_clear) struct host_record record = { 0 };

    record.has[piece] = true;
    assert_true(buf_append_string(&record.text[piece], text, NULL));
    host_facts_read(&record, ret);
}

static struct host_facts facts;

static void an_empty_record_knows_nothing(void **state)
{
    OWN(host_record_clear) struct host_record record = { 0 };
    static const struct host_facts nothing;

    (void)state;
    host_facts_read(&record, &facts);
    assert_memory_equal(&facts, &nothing, sizeof facts);
}

static void the_encryption_leaf_is_taken_apart(void **state)
{
    (void)state;
    read_piece(RECORD_CPUID,
               "CPU:\n   0x8000001f 0x00: eax=0x0101fd3f ebx=0x00000173 "
               "ecx=0x000001fd edx=0x00000064\n",
               &facts);
    assert_true(facts.cpu.has_leaf && facts.cpu.sev && facts.cpu.es &&
                facts.cpu.snp);
    assert_int_equal(facts.cpu.cbitpos, 51);
    assert_int_equal(facts.cpu.reduced_phys_bits, 5);
    assert_int_equal(facts.cpu.asids, 509);
    assert_int_equal(facts.cpu.min_sev_asid, 100);
}

static void a_leaf_that_is_cut_or_another_sub_leaf_is_none(void **state)
{
    static const char whole[] = "   0x8000001f 0x00: eax=0x0101fd3f "
                                "ebx=0x00000173 ecx=0x000001fd edx=0x";

    (void)state;
    for (size_t n = 0; n < sizeof whole; n++) {
        char text[sizeof whole];

        memcpy(text, whole, n);
        text[n] = '\0';
        read_piece(RECORD_CPUID, text, &facts);
        assert_false(facts.cpu.has_leaf);
    }
    read_piece(RECORD_CPUID,
               "0x8000001f 0x01: eax=0x2 ebx=0x0 ecx=0x0 edx=0x0\n", &facts);
    assert_false(facts.cpu.has_leaf);
}

static void generations_are_of_epyc_only(void **state)
{
    static const struct {
        const char *text;
        const char *name;
    } table[] = {
        { "vendor_id: AuthenticAMD\ncpu family: 23\nmodel: 1\nmodel name: AMD "
          "EPYC 7551\n",
          "Naples" },
        { "vendor_id: AuthenticAMD\ncpu family: 23\nmodel: 49\nmodel name: AMD "
          "EPYC 7702\n",
          "Rome" },
        { "vendor_id: AuthenticAMD\ncpu family: 25\nmodel: 17\nmodel name: AMD "
          "EPYC 9654\n",
          "Genoa" },
        { "vendor_id: AuthenticAMD\ncpu family: 23\nmodel: 1\nmodel name: AMD "
          "Ryzen 7 1700X\n",
          NULL },
        { "vendor_id: GenuineIntel\ncpu family: 23\nmodel: 1\nmodel name: EPYC "
          "\n",
          NULL },
        { "vendor_id: AuthenticAMD\ncpu family: 99\nmodel: 1\nmodel name: "
          "EPYC\n",
          NULL },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        read_piece(RECORD_CPUINFO, table[i].text, &facts);
        if (table[i].name == NULL) {
            assert_null(host_generation(&facts.cpu));
        } else {
            assert_string_equal(host_generation(&facts.cpu), table[i].name);
        }
    }
}

static void a_parameter_is_on_by_1_and_by_Y(void **state)
{
    static const struct {
        const char *text;
        enum fact sev;
    } table[] = {
        { "sev 1\n", FACT_YES },        { "sev Y\n", FACT_YES },
        { "sev 0\n", FACT_NO },         { "sev N\n", FACT_NO },
        { "sev_es 1\n", FACT_UNKNOWN }, { "sev\n", FACT_UNKNOWN },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        read_piece(RECORD_MODULES, table[i].text, &facts);
        assert_int_equal(facts.kernel.sev, table[i].sev);
    }
}

static void more_images_than_there_is_room_for_are_left_out(void **state)
{
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    for (size_t i = 0; i < HOST_IMAGES_MAX + 9; i++) {
        assert_true(buf_append_string(&text, "/x exists\n", NULL));
    }
    read_piece(RECORD_IMAGES, buf_string(&text), &facts);
    assert_int_equal(facts.n_images, HOST_IMAGES_MAX);
}

static void words_of_an_image_are_read_and_others_passed_over(void **state)
{
    (void)state;
    read_piece(RECORD_IMAGES,
               "no path\n/a.fd descriptor=1.json mode=split q35 amd-sev exists "
               "table reset-vector shiny\n",
               &facts);
    assert_int_equal(facts.n_images, 1);
    assert_string_equal(facts.images[0].path, "/a.fd");
    assert_string_equal(facts.images[0].descriptor, "1.json");
    assert_true(facts.images[0].says_sev && facts.images[0].has_reset_vector);
    assert_false(facts.images[0].says_es || facts.images[0].has_hash_area);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_record_knows_nothing),
        cmocka_unit_test(the_encryption_leaf_is_taken_apart),
        cmocka_unit_test(a_leaf_that_is_cut_or_another_sub_leaf_is_none),
        cmocka_unit_test(generations_are_of_epyc_only),
        cmocka_unit_test(a_parameter_is_on_by_1_and_by_Y),
        cmocka_unit_test(more_images_than_there_is_room_for_are_left_out),
        cmocka_unit_test(words_of_an_image_are_read_and_others_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
