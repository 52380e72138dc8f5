/* SPDX-License-Identifier: Apache-2.0 */
/* What libvirt's domain capabilities say of SEV. */
#include "virt/capabilities.h"

#include <stdio.h>

#include "base/own.h"
#include "lib/unit.h"

static bool read_text(const char *text, struct host_libvirt *ret,
                      struct sevk_error *err)
{
    return capabilities_read(bytes_of_string(text), ret, err);
}

static void what_is_no_capabilities_is_refused(void **state)
{
    static const char *const table[] = { "", "<domain/>", "<domainCapabilities",
                                         "<!DOCTYPE a><domainCapabilities/>" };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        struct host_libvirt l = { .libvirt_version = 7 };
        struct sevk_error err;

        assert_false(read_text(table[i], &l, &err));
        assert_int_equal(err.code, SEVK_INPUT);
        assert_false(l.has_capabilities);
    }
}

static void sev_is_yes_no_or_not_there(void **state)
{
    static const struct {
        const char *sev;
        enum fact fact;
    } table[] = {
        { "<sev supported='yes'/>", FACT_YES },
        { "<sev supported='no'/>", FACT_NO },
        { "<sev/>", FACT_NO },
        { "", FACT_UNKNOWN },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        struct host_libvirt l = { .libvirt_version = 7 };
        struct sevk_error err;
        char text[160];

        snprintf(text, sizeof text,
                 "<domainCapabilities><features>%s</features>"
                 "</domainCapabilities>",
                 table[i].sev);
        assert_works(read_text(text, &l, &err), &err);
        assert_int_equal(l.sev, table[i].fact);
        assert_int_equal(l.libvirt_version, 7);
    }
}

static void numbers_are_read_and_what_is_none_is_not_there(void **state)
{
    struct host_libvirt l = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(
        read_text("<domainCapabilities><os><enum name='x'/><enum "
                  "name='firmware'><value>bios</value><value>efi</value></enum>"
                  "</os><features><sev supported='yes'><cbitpos> 51 </cbitpos>"
                  "<reducedPhysBits>x</reducedPhysBits><maxGuests>410"
                  "</maxGuests></sev></features></domainCapabilities>",
                  &l, &err),
        &err);
    assert_true(l.has_cbitpos && l.cbitpos == 51);
    assert_false(l.has_reduced_phys_bits);
    assert_true(l.has_max_guests && l.max_guests == 410);
    assert_false(l.has_max_es_guests);
    assert_int_equal(l.efi, FACT_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_capabilities_is_refused),
        cmocka_unit_test(sev_is_yes_no_or_not_there),
        cmocka_unit_test(numbers_are_read_and_what_is_none_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
