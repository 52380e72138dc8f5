/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the processor and of what the BIOS made of it. */
#include <string.h>

#include "host/check_rows.h"

static const char fix_bios[] =
    "enable in the BIOS setup: 'SMEE' or 'Secure Memory Encryption' (AMD CBS, "
    "CPU Common Options) and 'SEV' or 'SEV Control' (AMD CBS, NBIO or CPU "
    "Common Options); then boot anew";

void check_vendor(const struct host_facts *f, enum check_want want,
                  struct check_result *ret)
{
    (void)want;
    if (!f->cpu.known) {
        check_say(ret, CHECK_NOTE, NULL, "the processor is not known");
    } else if (strcmp(f->cpu.vendor, "AuthenticAMD") != 0) {
        check_say(ret, CHECK_ERROR,
                  "use a machine with an AMD EPYC processor of the 7002 "
                  "series (Rome) or later",
                  "%s (%s) is not AMD's: SEV is a technique of AMD's EPYC "
                  "processors",
                  f->cpu.name, f->cpu.vendor);
    } else {
        check_say(ret, CHECK_OK, NULL, "%s (family %xh, model %xh)",
                  f->cpu.name, f->cpu.family, f->cpu.model);
    }
}

void check_bare_metal(const struct host_facts *f, enum check_want want,
                      struct check_result *ret)
{
    bool has_hypervisor = f->cpu.hypervisor[0] != '\0';
    bool has_maker = f->cpu.maker[0] != '\0';

    (void)want;
    if (f->cpu.guest == FACT_UNKNOWN) {
        check_say(ret, CHECK_NOTE, NULL,
                  "whether this machine is itself a guest is not known");
    } else if (f->cpu.guest == FACT_NO) {
        check_say(ret, CHECK_OK, NULL, "runs on the hardware itself");
    } else {
        check_say(ret, CHECK_ERROR,
                  "rent a bare-metal machine (EC2 calls them metal), or run "
                  "this on the host itself; to learn and test without, use "
                  "the lab (sevkit lab start)",
                  "this machine is itself a guest%s%s%s%s%s: guests can't "
                  "start SEV guests, for the firmware is the host's%s",
                  has_hypervisor ? " (of " : "", f->cpu.hypervisor,
                  has_hypervisor ? ")" : "", has_maker ? ", made by " : "",
                  f->cpu.maker,
                  f->kernel.log_guest ? "; its own memory is encrypted" : "");
    }
}

void check_generation(const struct host_facts *f, enum check_want want,
                      struct check_result *ret)
{
    const char *name = host_generation(&f->cpu);

    (void)want;
    if (!f->cpu.known) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (name == NULL) {
        check_say(ret, CHECK_NOTE, NULL,
                  "not a generation of EPYC that is known here");
    } else if (strcmp(name, "Naples") == 0) {
        check_say(ret, CHECK_WARNING,
                  "use at least the second generation (7002 series, Rome)",
                  "first-generation EPYC (Naples): the guide does not "
                  "recommend SEV on it");
    } else {
        check_say(ret, CHECK_OK, NULL, "EPYC, %s", name);
    }
}

/* Without the leaf the kernel's flag tells: it is there only when usable. */
void check_cpu_sev(const struct host_facts *f, enum check_want want,
                   struct check_result *ret)
{
    (void)want;
    if (f->cpu.has_leaf && f->cpu.sev) {
        check_say(ret, CHECK_OK, NULL,
                  "yes: C-bit %u, %u bits of physical addresses less",
                  f->cpu.cbitpos, f->cpu.reduced_phys_bits);
    } else if (f->cpu.has_leaf) {
        check_say(ret, CHECK_ERROR,
                  "use an EPYC processor of the 7002 series (Rome) or later",
                  "CPUID 8000_001Fh says that this processor has no SEV");
    } else if (f->cpu.flag_sev == FACT_YES) {
        check_say(ret, CHECK_OK, NULL, "yes, says the kernel");
    } else {
        check_say(ret, CHECK_NOTE,
                  "record CPUID leaf 8000_001Fh ('cpuid -1 -r >DIR/cpuid')",
                  "not known: there is no CPUID leaf 8000_001Fh");
    }
}

void check_cpu_es(const struct host_facts *f, enum check_want want,
                  struct check_result *ret)
{
    if (!f->cpu.has_leaf) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (f->cpu.es) {
        check_say(ret, CHECK_OK, NULL, "yes");
    } else {
        check_say(ret, check_es_weight(want),
                  "use policies without 'es' (0x03), or a processor of the "
                  "7002 series (Rome) or later",
                  "no: the registers of guests can't be encrypted here");
    }
}

void check_bios(const struct host_facts *f, enum check_want want,
                struct check_result *ret)
{
    const struct host_kernel *k = &f->kernel;

    (void)want;
    if (k->syscfg_encrypts == FACT_NO) {
        check_say(ret, CHECK_ERROR, fix_bios,
                  "memory encryption is off (MSR C001_0010h, bit 23)");
    } else if (k->log_bios_off) {
        check_say(ret, CHECK_ERROR, fix_bios,
                  "the kernel says: memory encryption not enabled by BIOS");
    } else if (k->syscfg_encrypts == FACT_YES || f->cpu.flag_sev == FACT_YES ||
               k->log_sev_enabled) {
        check_say(ret, CHECK_OK, NULL, "memory encryption is on");
    } else if (f->cpu.flag_sev == FACT_NO && f->cpu.has_leaf && f->cpu.sev) {
        check_say(ret, CHECK_ERROR, fix_bios,
                  "the processor has SEV, but the kernel found it switched "
                  "off (no 'sev' among the flags of /proc/cpuinfo)");
    } else {
        check_say(ret, CHECK_NOTE,
                  "run this as root, with the module msr loaded (modprobe msr)",
                  "not known: neither the MSR nor the kernel's log could be "
                  "read");
    }
}

/* formats.md 10: ES guests have 1 .. EDX - 1, others EDX .. ECX. */
void check_asids(const struct host_facts *f, enum check_want want,
                 struct check_result *ret)
{
    uint32_t n = f->cpu.asids >= f->cpu.min_sev_asid
                     ? f->cpu.asids - f->cpu.min_sev_asid + 1
                     : 0;

    (void)want;
    if (!f->cpu.has_leaf) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (n == 0 || f->cpu.asids == 0) {
        check_say(ret, CHECK_WARNING,
                  "lower 'SEV-ES ASID Space Limit' in the BIOS setup (AMD "
                  "CBS, CPU Common Options) if guests without SEV-ES are to "
                  "run",
                  "all %u ASIDs are kept for SEV-ES", f->cpu.asids);
    } else {
        check_say(ret, CHECK_OK, NULL, "%u guests at a time", n);
    }
}

void check_asids_es(const struct host_facts *f, enum check_want want,
                    struct check_result *ret)
{
    if (!f->cpu.has_leaf) {
        check_say(ret, CHECK_NOTE, NULL, "not known");
    } else if (f->cpu.min_sev_asid <= 1) {
        check_say(ret, check_es_weight(want),
                  "set 'SEV-ES ASID Space Limit Control' to manual and the "
                  "limit above 1 in the BIOS setup (AMD CBS, CPU Common "
                  "Options); then boot anew",
                  "the BIOS keeps no ASID for SEV-ES");
    } else {
        check_say(ret, CHECK_OK, NULL, "%u guests at a time",
                  f->cpu.min_sev_asid - 1);
    }
}
