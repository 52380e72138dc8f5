/* SPDX-License-Identifier: Apache-2.0 */
/* Is this host ready for SEV and SEV-ES, and what is to be done if not? */
#include "host/check.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/check_rows.h"

static const struct check rows[] = {
    { "processor", "processor", "2", { 0 }, true, false, check_vendor },
    { "bare-metal",
      "not a guest itself",
      "2",
      { "processor" },
      true,
      false,
      check_bare_metal },
    { "generation",
      "generation",
      "8",
      { "bare-metal" },
      true,
      false,
      check_generation },
    { "cpu-sev",
      "processor has SEV",
      "2",
      { "bare-metal" },
      true,
      false,
      check_cpu_sev },
    { "cpu-sev-es",
      "processor has SEV-ES",
      "2",
      { "cpu-sev" },
      true,
      true,
      check_cpu_es },
    { "bios",
      "enabled in the BIOS",
      "2",
      { "cpu-sev" },
      true,
      false,
      check_bios },
    { "asids", "ASIDs for SEV", NULL, { "bios" }, true, false, check_asids },
    { "asids-es",
      "ASIDs for SEV-ES",
      NULL,
      { "bios", "cpu-sev-es" },
      true,
      true,
      check_asids_es },
    { "kernel", "kernel", "2", { 0 }, true, false, check_kernel_version },
    { "kvm-amd",
      "module kvm_amd",
      "2",
      { "bare-metal" },
      true,
      false,
      check_kvm_amd },
    { "kvm-amd-sev",
      "kvm_amd's sev",
      "2",
      { "kvm-amd", "bios", "kernel" },
      true,
      false,
      check_kvm_sev },
    { "kvm-amd-sev-es",
      "kvm_amd's sev_es",
      NULL,
      { "kvm-amd-sev", "cpu-sev-es", "asids-es" },
      true,
      true,
      check_kvm_sev_es },
    { "dev-kvm", "/dev/kvm", NULL, { "kvm-amd" }, true, false, check_dev_kvm },
    { "dev-sev", "/dev/sev", NULL, { "bios" }, true, false, check_dev_sev },
    { "dev-sev-access",
      "access to /dev/sev",
      NULL,
      { "dev-sev" },
      true,
      false,
      check_dev_sev_access },
    { "dev-sev-libvirt",
      "/dev/sev for libvirt",
      NULL,
      { "dev-sev" },
      true,
      false,
      check_dev_sev_libvirt },
    { "firmware",
      "SEV firmware",
      NULL,
      { "dev-sev" },
      false,
      false,
      check_firmware },
    { "firmware-es",
      "firmware for SEV-ES",
      NULL,
      { "firmware", "cpu-sev-es" },
      false,
      true,
      check_firmware_es },
    { "memlock", "lockable memory", "3", { 0 }, false, false, check_memlock },
    { "cgroup", "control group", "4", { 0 }, false, false, check_cgroup },
    { "libvirt", "libvirt", "2", { 0 }, false, false, check_libvirt },
    { "libvirt-guests",
      "shutdown of the host",
      "8",
      { 0 },
      false,
      false,
      check_libvirt_guests },
    { "qemu", "QEMU", NULL, { "libvirt" }, false, false, check_qemu },
    { "domcapabilities",
      "libvirt offers SEV",
      "2",
      { "libvirt", "bare-metal" },
      false,
      false,
      check_capabilities },
    { "cbitpos",
      "C-bit",
      "4",
      { "domcapabilities" },
      true,
      false,
      check_cbitpos },
    { "max-guests",
      "guests with SEV",
      NULL,
      { "domcapabilities" },
      false,
      false,
      check_max_guests },
    { "max-es-guests",
      "guests with SEV-ES",
      NULL,
      { "domcapabilities", "cpu-sev-es" },
      false,
      true,
      check_max_es_guests },
    { "images", "firmware images", "3", { 0 }, false, false, check_images },
    { "images-es",
      "images for SEV-ES",
      "3",
      { "images" },
      false,
      true,
      check_images_es },
    { "images-hashes",
      "images for kernelHashes",
      NULL,
      { "images" },
      false,
      false,
      check_images_hashes },
    { "running",
      "running guests",
      NULL,
      { "firmware" },
      false,
      false,
      check_guests },
};
#define N_ROWS (sizeof rows / sizeof rows[0])

_Static_assert(N_ROWS <= CHECKS_MAX, "every row has its result");

const struct check *check_rows(size_t *ret_n)
{
    *ret_n = N_ROWS;
    return rows;
}

void check_say(struct check_result *ret, enum check_verdict verdict,
               const char *fix, const char *fmt, ...)
{
    va_list args;

    ret->verdict = verdict;
    ret->fix = fix;
    va_start(args, fmt);
    (void)vsnprintf(ret->message, sizeof ret->message, fmt, args);
    va_end(args);
}

enum check_verdict check_es_weight(enum check_want want)
{
    return want == CHECK_ES ? CHECK_ERROR : CHECK_WARNING;
}

const char *check_verdict_name(enum check_verdict verdict)
{
    static const char *const names[] = { "ok", "note", "warning", "error",
                                         "skipped" };

    return names[verdict];
}

static size_t row_of(const char *id)
{
    size_t i = 0;

    while (i < N_ROWS && strcmp(rows[i].id, id) != 0) {
        i++;
    }
    assert(i < N_ROWS);
    return i;
}

/* A warning that SEV-ES lacks something ends what else is asked about it. */
static bool has_failed(const struct check_result *result, size_t row)
{
    return result->verdict == CHECK_ERROR || result->verdict == CHECK_SKIPPED ||
           (rows[row].es_only && result->verdict == CHECK_WARNING);
}

static bool check_needs(size_t at, struct check_result *results)
{
    for (size_t i = 0; i < 3 && rows[at].needs[i] != NULL; i++) {
        size_t need = row_of(rows[at].needs[i]);

        assert(need < at);
        if (has_failed(&results[need], need)) {
            check_say(&results[at], CHECK_SKIPPED, NULL,
                      "not looked at, because of '%s'", rows[need].title);
            return false;
        }
    }
    return true;
}

bool check_host(const struct host_facts *facts, enum check_want want,
                struct check_result ret[static CHECKS_MAX])
{
    bool ok = true;

    for (size_t i = 0; i < N_ROWS; i++) {
        ret[i] = (struct check_result){ 0 };
        if (rows[i].hardware && facts->firmware.is_virtual) {
            check_say(&ret[i], CHECK_OK, NULL,
                      "does not matter to a VIRTUAL platform");
        } else if (rows[i].es_only && want == CHECK_SEV) {
            check_say(&ret[i], CHECK_SKIPPED, NULL,
                      "not looked at, for only SEV was asked about");
        } else if (check_needs(i, ret)) {
            rows[i].probe(facts, want, &ret[i]);
        }
        ok = ok && ret[i].verdict != CHECK_ERROR;
    }
    return ok;
}
