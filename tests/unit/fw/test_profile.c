/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/profile.c. */
#include "fw/profile.h"

#include "lib/unit.h"

static void the_default_profile_is_the_guides_host(void **state)
{
    struct fw_profile p = fw_profile_default();

    (void)state;
    assert_string_equal(p.name, "milan-1.51");
    assert_string_equal(p.generation, "milan");
    assert_string_equal(p.cpu_name, "EPYC-Milan");
    assert_int_equal(p.api_major, 1);
    assert_int_equal(p.api_minor, 51);
    assert_int_equal(p.build, 3);
    assert_int_equal(p.rsa_bits, 4096);
    assert_int_equal(p.cbitpos, 51);
    assert_int_equal(p.reduced_phys_bits, 1);
    assert_int_equal(p.max_asid, 509);
    assert_int_equal(p.min_sev_asid, 100);
    assert_int_equal(p.cpu_family, 25);
    assert_int_equal(p.cpu_model, 1);
    assert_int_equal(p.cpu_stepping, 1);
}

static void the_default_profile_has_room_for_99_es_guests_and_410_others(
    void **state)
{
    struct fw_profile p = fw_profile_default();

    (void)state;
    assert_int_equal(fw_profile_es_guests(&p), 99);
    assert_int_equal(fw_profile_sev_guests(&p), 410);
    assert_true(fw_profile_has_es(&p));
}

/* formats.md 7: the signatures of QEMU's models. */
static void cpu_signatures_are_those_of_the_models(void **state)
{
    static const struct {
        uint32_t family, model, stepping, signature;
    } rows[] = {
        { 23, 1, 2, 0x800f12 },  { 23, 49, 0, 0x830f10 },
        { 25, 1, 1, 0xa00f11 },  { 25, 17, 0, 0xa10f10 },
        { 15, 107, 1, 0x60fb1 }, { 26, 0, 0, 0xb00f00 },
        { 6, 13, 3, 0x006d3 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct fw_profile p = { .cpu_family = rows[i].family,
                                .cpu_model = rows[i].model,
                                .cpu_stepping = rows[i].stepping };

        assert_int_equal(fw_profile_cpu_signature(&p), rows[i].signature);
    }
}

static void every_profile_is_found_by_its_name_and_makes_sense(void **state)
{
    struct sevk_error err = { 0 };
    size_t n = 0;
    const struct fw_profile *all = fw_profiles(&n);

    (void)state;
    assert_true(n >= 3);
    for (size_t i = 0; i < n; i++) {
        struct fw_profile p;

        assert_works(fw_profile_find(all[i].name, &p, &err), &err);
        assert_memory_equal(&p, &all[i], sizeof p);
        assert_works(fw_profile_check(&p, &err), &err);
    }
}

static void an_unknown_name_is_refused_with_the_known_ones(void **state)
{
    struct fw_profile p = { .cbitpos = 5 };
    struct sevk_error err;

    (void)state;
    assert_fails(fw_profile_find("milan", &p, &err), &err, SEVK_USAGE,
                 "milan-1.51, rome-0.24, naples-0.17, naples-0.16");
    assert_int_equal(p.cbitpos, 5);
}

static void an_old_profile_tells_that_its_api_is_old(void **state)
{
    struct fw_profile p;
    struct fw_profile newest = fw_profile_default();

    (void)state;
    assert_true(fw_profile_find("naples-0.16", &p, NULL));
    assert_false(fw_profile_api_at_least(&p, 0, 17));
    assert_true(fw_profile_api_at_least(&p, 0, 16));
    assert_false(fw_profile_has_es(&p));
    assert_true(fw_profile_api_at_least(&newest, 0, 255));
    assert_true(fw_profile_api_at_least(&newest, 1, 51));
    assert_false(fw_profile_api_at_least(&newest, 1, 52));
    assert_false(fw_profile_api_at_least(&newest, 2, 0));
}

struct nonsense {
    const char *part;
    void (*spoil)(struct fw_profile *p);
};

static void no_name(struct fw_profile *p)
{
    p->name[0] = '\0';
}

static void endless_name(struct fw_profile *p)
{
    memset(p->cpu_name, 'x', sizeof p->cpu_name);
}

static void odd_rsa(struct fw_profile *p)
{
    p->rsa_bits = 3072;
}

static void low_cbit(struct fw_profile *p)
{
    p->cbitpos = 31;
}

static void high_cbit(struct fw_profile *p)
{
    p->cbitpos = 64;
}

static void no_reduced_bits(struct fw_profile *p)
{
    p->reduced_phys_bits = 0;
}

static void too_many_asids(struct fw_profile *p)
{
    p->max_asid = FW_PROFILE_MAX_ASID + 1;
}

static void no_sev_asids(struct fw_profile *p)
{
    p->min_sev_asid = p->max_asid + 1;
}

static void asids_from_zero(struct fw_profile *p)
{
    p->min_sev_asid = 0;
}

static void odd_cpu(struct fw_profile *p)
{
    p->cpu_stepping = 16;
}

static void a_profile_that_makes_no_sense_is_refused(void **state)
{
    static const struct nonsense rows[] = {
        { "name", no_name },           { "name", endless_name },
        { "3072", odd_rsa },           { "C-bit 31", low_cbit },
        { "C-bit 64", high_cbit },     { "bits 0", no_reduced_bits },
        { "4096", too_many_asids },    { "from 510", no_sev_asids },
        { "from 0", asids_from_zero }, { "25/1/16", odd_cpu },
    };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct fw_profile p = fw_profile_default();

        rows[i].spoil(&p);
        assert_fails(fw_profile_check(&p, &err), &err, SEVK_INPUT,
                     rows[i].part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_profile_is_the_guides_host),
        cmocka_unit_test(
            the_default_profile_has_room_for_99_es_guests_and_410_others),
        cmocka_unit_test(cpu_signatures_are_those_of_the_models),
        cmocka_unit_test(every_profile_is_found_by_its_name_and_makes_sense),
        cmocka_unit_test(an_unknown_name_is_refused_with_the_known_ones),
        cmocka_unit_test(an_old_profile_tells_that_its_api_is_old),
        cmocka_unit_test(a_profile_that_makes_no_sense_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
