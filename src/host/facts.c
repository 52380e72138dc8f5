/* SPDX-License-Identifier: Apache-2.0 */
/* What a host can do for SEV, as plain values with "is it known" beside them. */
#include "host/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "host/lines.h"

#define AMD_VENDOR "AuthenticAMD"

static bool is_amd(const struct host_cpu *cpu)
{
    return strcmp(cpu->vendor, AMD_VENDOR) == 0;
}

/* Families and models are public: AMD's revision guides of each. */
const char *host_generation(const struct host_cpu *cpu)
{
    static const struct {
        uint32_t family;
        uint32_t first;
        uint32_t last;
        const char *name;
    } table[] = {
        { 0x17, 0x00, 0x0f, "Naples" },  { 0x17, 0x30, 0x3f, "Rome" },
        { 0x19, 0x00, 0x0f, "Milan" },   { 0x19, 0x10, 0x1f, "Genoa" },
        { 0x19, 0xa0, 0xaf, "Bergamo" }, { 0x1a, 0x00, 0x1f, "Turin" },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (is_amd(cpu) && strstr(cpu->name, "EPYC") != NULL &&
            cpu->family == table[i].family && cpu->model >= table[i].first &&
            cpu->model <= table[i].last) {
            return table[i].name;
        }
    }
    return NULL;
}

static uint32_t number_or_0(const char *text, const char *key)
{
    uint64_t value = 0;

    return lines_number(text, key, &value) && value <= UINT32_MAX
               ? (uint32_t)value
               : 0;
}

static enum fact fact_of(bool yes)
{
    return yes ? FACT_YES : FACT_NO;
}

/* -- Processor. ------------------------------------------------------------ */

struct leaf {
    uint32_t eax, ebx, ecx, edx;
};

/* A line of "cpuid -r": "   0x8000001f 0x00: eax=0x… ebx=0x… ecx=0x… edx=0x…" */
static bool find_leaf(const char *text, uint32_t number, struct leaf *ret)
{
    char line[160];

    while (lines_next(&text, line, sizeof line)) {
        unsigned int leaf = 0;
        unsigned int sub = 0;
        struct leaf l;

        if (sscanf(line, "0x%x 0x%x: eax=0x%x ebx=0x%x ecx=0x%x edx=0x%x",
                   &leaf, &sub, &l.eax, &l.ebx, &l.ecx, &l.edx) == 6 &&
            leaf == number && sub == 0) {
            *ret = l;
            return true;
        }
    }
    return false;
}

/* formats.md 10: CPUID Fn8000_001F. */
static void read_encryption_leaf(const char *text, struct host_cpu *cpu)
{
    struct leaf l;

    if (!find_leaf(text, 0x8000001f, &l)) {
        return;
    }
    cpu->has_leaf = true;
    cpu->sev = (l.eax >> 1 & 1) != 0;
    cpu->es = (l.eax >> 3 & 1) != 0;
    cpu->snp = (l.eax >> 4 & 1) != 0;
    cpu->cbitpos = l.ebx & 0x3f;
    cpu->reduced_phys_bits = l.ebx >> 6 & 0x3f;
    cpu->asids = l.ecx;
    cpu->min_sev_asid = l.edx;
}

/* Leaf 4000_0000 of a hypervisor: twelve characters in EBX, ECX, EDX. */
static void read_hypervisor_leaf(const char *text, struct host_cpu *cpu)
{
    struct leaf l;

    if (cpu->guest == FACT_YES && find_leaf(text, 0x40000000, &l)) {
        const uint32_t words[] = { l.ebx, l.ecx, l.edx };

        for (size_t i = 0; i < 12; i++) {
            char c = (char)(words[i / 4] >> (i % 4 * 8) & 0x7f);

            cpu->hypervisor[i] = c >= ' ' && c < 0x7f ? c : '\0';
        }
    }
}

static void read_cpu(const struct host_record *record, struct host_cpu *cpu)
{
    const char *info = host_record_text(record, RECORD_CPUINFO);
    const char *cpuid = host_record_text(record, RECORD_CPUID);
    char flags[4096];

    cpu->known =
        lines_value(info, "vendor_id", cpu->vendor, sizeof cpu->vendor);
    (void)lines_value(info, "model name", cpu->name, sizeof cpu->name);
    cpu->family = number_or_0(info, "cpu family");
    cpu->model = number_or_0(info, "model");
    cpu->stepping = number_or_0(info, "stepping");
    if (lines_value(info, "flags", flags, sizeof flags)) {
        cpu->guest = fact_of(lines_has_word(flags, "hypervisor"));
        cpu->flag_sev = fact_of(lines_has_word(flags, "sev"));
    }
    (void)lines_value(host_record_text(record, RECORD_DMI), "sys_vendor",
                      cpu->maker, sizeof cpu->maker);
    read_encryption_leaf(cpuid, cpu);
    read_hypervisor_leaf(cpuid, cpu);
}

/* -- Kernel. ----------------------------------------------------------------- */

static void read_release(const char *text, struct host_kernel *kernel)
{
    unsigned int major = 0;
    unsigned int minor = 0;

    if (sscanf(text, "%4u.%4u", &major, &minor) == 2) {
        kernel->known = true;
        kernel->major = major;
        kernel->minor = minor;
        (void)lines_next(&text, kernel->release, sizeof kernel->release);
    }
}

static enum fact switch_of(const char *text, const char *key)
{
    char value[16];

    if (!lines_value(text, key, value, sizeof value)) {
        return FACT_UNKNOWN;
    }
    return fact_of(strcmp(value, "1") == 0 || strcmp(value, "Y") == 0 ||
                   strcmp(value, "yes") == 0);
}

static void read_device(const char *text, const char *path,
                        struct host_device *ret)
{
    char value[80];
    char access[8] = "";

    if (!lines_value(text, path, value, sizeof value)) {
        return;
    }
    ret->known = true;
    if (sscanf(value, "%o %u %u %7s", &ret->mode, &ret->uid, &ret->gid,
               access) == 4) {
        ret->present = true;
        ret->readable = strchr(access, 'r') != NULL;
        ret->writable = strchr(access, 'w') != NULL;
    }
}

/* "libvirt-user qemu 107 107 36" */
static void read_user(const char *text, struct host_user *ret)
{
    char value[240];
    char word[40];
    const char *at = value;
    uint64_t number = 0;

    if (!lines_value(text, "libvirt-user", value, sizeof value) ||
        !lines_word(&at, ret->name, sizeof ret->name) ||
        !lines_word(&at, word, sizeof word) ||
        !number_parse(word, 0, UINT32_MAX, "uid", &number, NULL)) {
        return;
    }
    ret->known = true;
    ret->uid = (uint32_t)number;
    while (ret->n_gids < HOST_GROUPS_MAX &&
           lines_word(&at, word, sizeof word) &&
           number_parse(word, 0, UINT32_MAX, "gid", &number, NULL)) {
        ret->gids[ret->n_gids++] = (uint32_t)number;
    }
}

/* SYSCFG, bit 23: formats.md 10. */
static enum fact encrypts_of(const char *text)
{
    uint64_t syscfg = 0;

    return lines_number(text, "0xc0010010", &syscfg)
               ? fact_of((syscfg >> 23 & 1) != 0)
               : FACT_UNKNOWN;
}

static void read_kernel(const struct host_record *record,
                        struct host_kernel *kernel)
{
    const char *modules = host_record_text(record, RECORD_MODULES);
    const char *devices = host_record_text(record, RECORD_DEVICES);
    const char *log = host_record_text(record, RECORD_LOG);

    read_release(host_record_text(record, RECORD_OSRELEASE), kernel);
    kernel->kvm_amd = switch_of(modules, "kvm_amd");
    kernel->ccp = switch_of(modules, "ccp");
    kernel->sev = switch_of(modules, "sev");
    kernel->sev_es = switch_of(modules, "sev_es");
    kernel->syscfg_encrypts = encrypts_of(host_record_text(record, RECORD_MSR));
    kernel->log_bios_off =
        strstr(log, "memory encryption not enabled by BIOS") != NULL;
    kernel->log_sev_enabled = strstr(log, "SEV enabled") != NULL ||
                              strstr(log, "SEV supported") != NULL;
    kernel->log_guest =
        strstr(log, "Memory Encryption Features active: SEV") != NULL ||
        strstr(log, "Memory Encryption Features active: AMD SEV") != NULL;
    read_device(devices, "/dev/sev", &kernel->dev_sev);
    read_device(devices, "/dev/kvm", &kernel->dev_kvm);
    read_user(devices, &kernel->libvirt_user);
}

/* -- Firmware, limits. -------------------------------------------------------- */

static void read_firmware(const char *text, struct host_firmware *fw)
{
    char value[16];
    unsigned int major = 0;
    unsigned int minor = 0;

    (void)lines_value(text, "error", fw->error, sizeof fw->error);
    if (!lines_value(text, "api", value, sizeof value) ||
        sscanf(value, "%3u.%3u", &major, &minor) != 2) {
        return;
    }
    fw->known = true;
    fw->api_major = (uint8_t)major;
    fw->api_minor = (uint8_t)minor;
    fw->build = (uint8_t)number_or_0(text, "build");
    fw->guests = number_or_0(text, "guests");
    fw->es = switch_of(text, "es");
    fw->is_virtual = switch_of(text, "virtual") == FACT_YES;
}

/* "max", a number, or what was not recorded: then there is no limit. */
static uint64_t limit_of(const char *text, const char *key, bool *found)
{
    uint64_t value = UINT64_MAX;
    char word[32];

    if (lines_value(text, key, word, sizeof word)) {
        *found = true;
        (void)lines_number(text, key, &value);
    }
    return value;
}

static void read_limits(const char *text, struct host_limits *limits)
{
    char value[32];
    uint64_t memory = limit_of(text, "cgroup-memory", &limits->has_cgroup);
    uint64_t sev = limit_of(text, "cgroup-sev", &limits->has_cgroup);

    if (limits->has_cgroup) {
        limits->cgroup_memory = memory;
        limits->cgroup_sev = sev;
    }
    (void)lines_value(text, "libvirt-guests", limits->libvirt_guests,
                      sizeof limits->libvirt_guests);

    if (lines_value(text, "memlock", value, sizeof value)) {
        limits->memlock = UINT64_MAX;
        limits->has_memlock = strcmp(value, "unlimited") == 0 ||
                              lines_number(text, "memlock", &limits->memlock);
    }
    limits->has_asids = lines_number(text, "asids-sev", &limits->asids_sev);
    (void)lines_number(text, "asids-sev_es", &limits->asids_es);
}

/* -- Images: "/path mode=split exists sev es table reset …". -------------------- */

static void read_image_word(const char *word, struct host_image *image)
{
    const struct {
        const char *word;
        bool *at;
    } table[] = {
        { "exists", &image->exists },
        { "amd-sev", &image->says_sev },
        { "amd-sev-es", &image->says_es },
        { "amd-sev-snp", &image->says_snp },
        { "secure-boot", &image->secure_boot },
        { "q35", &image->q35 },
        { "table", &image->has_table },
        { "reset-vector", &image->has_reset_vector },
        { "secret-area", &image->has_secret_area },
        { "hash-area", &image->has_hash_area },
    };

    if (strncmp(word, "mode=", 5) == 0) {
        snprintf(image->mode, sizeof image->mode, "%.15s", word + 5);
    } else if (strncmp(word, "descriptor=", 11) == 0) {
        snprintf(image->descriptor, sizeof image->descriptor, "%.127s",
                 word + 11);
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(word, table[i].word) == 0) {
            *table[i].at = true;
        }
    }
}

size_t host_images_read(const char *text, struct host_image *ret, size_t max)
{
    char line[1024];
    size_t n = 0;

    while (n < max && lines_next(&text, line, sizeof line)) {
        struct host_image image = { 0 };
        const char *at = line;
        char word[160];

        if (line[0] != '/' || !lines_word(&at, image.path, sizeof image.path)) {
            continue;
        }
        while (lines_word(&at, word, sizeof word)) {
            read_image_word(word, &image);
        }
        ret[n++] = image;
    }
    return n;
}

bool host_image_offered(const struct host_image *image, bool es)
{
    return image->exists && image->q35 && !image->secure_boot &&
           (es ? image->says_es && image->has_reset_vector : image->says_sev);
}

/* "9.0.0" as 9000000. */
static uint32_t version_of(const char *text, const char *key)
{
    char value[32];
    unsigned int major = 0;
    unsigned int minor = 0;
    unsigned int micro = 0;

    if (!lines_value(text, key, value, sizeof value) ||
        sscanf(value, "%3u.%3u.%3u", &major, &minor, &micro) < 2) {
        return 0;
    }
    return major * 1000000 + minor * 1000 + micro;
}

void host_facts_read(const struct host_record *record, struct host_facts *ret)
{
    const char *libvirt = host_record_text(record, RECORD_LIBVIRT);

    memset(ret, 0, sizeof *ret);
    read_cpu(record, &ret->cpu);
    read_kernel(record, &ret->kernel);
    read_firmware(host_record_text(record, RECORD_FIRMWARE), &ret->firmware);
    read_limits(host_record_text(record, RECORD_LIMITS), &ret->limits);
    ret->has_images = record->has[RECORD_IMAGES];
    ret->n_images = host_images_read(host_record_text(record, RECORD_IMAGES),
                                     ret->images, HOST_IMAGES_MAX);
    (void)lines_value(libvirt, "error", ret->libvirt.error,
                      sizeof ret->libvirt.error);
    ret->libvirt.libvirt_version = version_of(libvirt, "libvirt");
    ret->libvirt.qemu_version = version_of(libvirt, "qemu");
}
