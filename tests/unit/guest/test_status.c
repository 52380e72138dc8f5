/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what a guest says of its own protection. */
#include "guest/status.h"

#include "base/own.h"
#include "fake_root.h"
#include "lib/unit.h"

/* What the status says in text and in JSON has these parts. */
static void says(const struct guest_status *s, const char *text,
                 const char *json)
{
    OWN(buf_free) struct buf as_text = { 0 };
    OWN(buf_free) struct buf as_json = { 0 };
    struct sevk_error err = { 0 };

    assert_works(guest_status_text(s, &as_text, &err), &err);
    assert_works(guest_status_json(s, &as_json, &err), &err);
    if (strstr(buf_string(&as_text), text) == NULL) {
        fail_msg("'%s' is not in: %s", text, buf_string(&as_text));
    }
    if (strstr(buf_string(&as_json), json) == NULL) {
        fail_msg("'%s' is not in: %s", json, buf_string(&as_json));
    }
}

static void the_msr_decides_and_not_cpuid(void **state)
{
    static const struct {
        struct cpu cpu;
        enum guest_kind kind;
        const char *text;
        const char *json;
    } rows[] = {
        { { .claims_sev = false },
          GUEST_PLAIN,
          "sev:        none",
          "\"memory_encrypted\": false" },
        { { .claims_sev = true },
          GUEST_CLAIMED,
          "hypervisor's word",
          "\"memory_encrypted\": null" },
        { { .claims_sev = true, .has_status = true },
          GUEST_PLAIN,
          "not encrypted",
          "\"sev\": \"none\"" },
        { { .has_status = true, .status = 1 },
          GUEST_SEV,
          "sev:        SEV\n",
          "\"sev\": \"sev\", \"memory_encrypted\": true" },
        { { .has_status = true, .status = 3 },
          GUEST_SEV_ES,
          "sev:        SEV-ES\n",
          "\"sev\": \"sev-es\"" },
        { { .has_status = true, .status = 7 },
          GUEST_SEV_SNP,
          "sev:        SEV-SNP\n",
          "\"sev\": \"sev-snp\"" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct source none = { 0 };
        struct guest_status s = guest_status_make("", &rows[i].cpu, &none);

        assert_int_equal(s.kind, rows[i].kind);
        assert_false(s.is_virtual);
        says(&s, rows[i].text, rows[i].json);
    }
}

static void what_could_not_be_looked_at_is_unknown(void **state)
{
    const struct cpu cpu = { .hypervisor = "KVMKVMKVM" };
    struct guest_status s = guest_status_make("", &cpu, NULL);

    (void)state;
    says(&s, "secrets:    unknown", "\"source\": null, \"secrets\": null");
    says(&s, "kernel:     unknown", "\"kernel_measured\": null");
    says(&s, "hypervisor: KVMKVMKVM", "\"hypervisor\": \"KVMKVMKVM\"");
}

/* A guest whose page has a table of hashes, and this /proc/cmdline. */
static void with_page(const char *cmdline, const struct cpu *cpu,
                      const char *text, const char *json)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(source_close) struct source source = { 0 };
    struct guest_status s;
    struct sevk_error err = { 0 };
    static uint8_t page[4096];

    fake_page(page, true);
    fake_memory(&dir, BYTES_OF(page));
    if (cmdline != NULL) {
        fake_file(&dir, "proc/cmdline", bytes_of_string(cmdline));
    }
    assert_works(source_open(dir.path, &source, &err), &err);
    s = guest_status_make(dir.path, cpu, &source);
    says(&s, text, json);
}

static void secrets_without_encryption_make_a_virtual_platform(void **state)
{
    const struct cpu plain = { .hypervisor = "TCGTCGTCGTCG" };
    const struct cpu es = { .has_status = true, .status = 3 };

    (void)state;
    with_page("quiet\n", &plain, "platform:   VIRTUAL",
              "\"virtual_platform\": true");
    with_page("quiet\n", &plain, "secrets:    2, in the firmware's page at 0x8",
              "\"source\": \"memory\", \"secrets\": 2");
    with_page("quiet\n", &es, "sev:        SEV-ES",
              "\"virtual_platform\": false");
}

static void the_command_line_is_compared_with_the_table(void **state)
{
    const struct cpu cpu = { 0 };

    (void)state;
    with_page("quiet\n", &cpu, "is the one in the table",
              "\"kernel_measured\": true, \"cmdline_matches\": true");
    with_page("initrd=initrd quiet\n", &cpu, "is the one in the table",
              "\"cmdline_matches\": true");
    with_page("quiet splash\n", &cpu, "is NOT the one in the table",
              "\"cmdline_matches\": false");
    with_page(NULL, &cpu, "could not be read", "\"cmdline_matches\": null");
}

static void the_kernels_files_hide_the_hashes(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(source_close) struct source source = { 0 };
    const struct cpu cpu = { .has_status = true, .status = 1 };
    struct guest_status s;
    struct sevk_error err = { 0 };

    (void)state;
    fake_coco(&dir, &secret_luks_key_guid, bytes_of_string("x"));
    assert_works(source_open(dir.path, &source, &err), &err);
    s = guest_status_make(dir.path, &cpu, &source);
    says(&s, "secrets/coco", "\"source\": \"coco\", \"secrets\": 1");
    says(&s, "kernel:     unknown", "\"kernel_measured\": null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_msr_decides_and_not_cpuid),
        cmocka_unit_test(what_could_not_be_looked_at_is_unknown),
        cmocka_unit_test(secrets_without_encryption_make_a_virtual_platform),
        cmocka_unit_test(the_command_line_is_compared_with_the_table),
        cmocka_unit_test(the_kernels_files_hide_the_hashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
