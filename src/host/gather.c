/* SPDX-License-Identifier: Apache-2.0 */
/* Records the machine that this runs on. */
#include "host/gather.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/cursor.h"
#include "base/file.h"
#include "base/own.h"
#include "host/gather_guests.h"
#include "host/images.h"
#include "host/lines.h"

#define SYSCFG       0xc0010010u
#define LOG_LINES    4096 /* looked at, at most */
#define LOG_LINE_LEN 8192 /* what the kernel gives for one read, at most */

/* -- Processor. ------------------------------------------------------------ */

/* The first processor's lines: the others say the same. */
static bool gather_cpuinfo(const char *root, struct host_record *r,
                           struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    const char *end;

    if (!path_join(root, "proc/cpuinfo", &path, err)) {
        return false;
    }
    /* Its size grows with the number of processors. */
    if (!file_read(path, (size_t)16 << 20, "cpuinfo", &text, NULL)) {
        return true;
    }
    end = strstr(buf_string(&text), "\n\n");
    r->has[RECORD_CPUINFO] = true;
    return buf_append(
        &r->text[RECORD_CPUINFO],
        end == NULL ? buf_bytes(&text)
                    : bytes_make(text.p, (size_t)(end + 1 - buf_string(&text))),
        err);
}

static bool gather_leaf(unsigned int leaf, struct buf *to,
                        struct sevk_error *err)
{
    unsigned int a = 0;
    unsigned int b = 0;
    unsigned int c = 0;
    unsigned int d = 0;

    __cpuid_count(leaf, 0, a, b, c, d);
    return buf_printf(to, err,
                      "   0x%08x 0x00: eax=0x%08x ebx=0x%08x ecx=0x%08x "
                      "edx=0x%08x\n",
                      leaf, a, b, c, d);
}

static bool gather_cpuid(struct host_record *r, struct sevk_error *err)
{
    struct buf *to = &r->text[RECORD_CPUID];
    unsigned int max = (unsigned int)__get_cpuid_max(0x80000000, NULL);
    unsigned int a = 0;
    unsigned int b = 0;
    unsigned int c = 0;
    unsigned int d = 0;

    r->has[RECORD_CPUID] = true;
    __cpuid(1, a, b, c, d);
    return buf_append_string(to, "CPU:\n", err) && gather_leaf(1, to, err) &&
           /* Leaf 1, ECX bit 31: a hypervisor answers leaf 4000_0000. */
           ((c >> 31 & 1) == 0 || gather_leaf(0x40000000, to, err)) &&
           gather_leaf(0x80000000, to, err) &&
           (max < 0x80000008 || gather_leaf(0x80000008, to, err)) &&
           (max < 0x8000001f || gather_leaf(0x8000001f, to, err));
}

static bool gather_msr(const char *root, struct host_record *r,
                       struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(own_close) int fd = -1;
    uint8_t value[8];

    if (!path_join(root, "dev/cpu/0/msr", &path, err)) {
        return false;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, value, sizeof value, SYSCFG) != sizeof value) {
        return true;
    }
    r->has[RECORD_MSR] = true;
    return buf_printf(&r->text[RECORD_MSR], err, "0x%08x 0x%016" PRIx64 "\n",
                      SYSCFG, load_le64(value));
}

/* -- Kernel. ----------------------------------------------------------------- */

static bool gather_release(const char *root, struct host_record *r,
                           struct sevk_error *err)
{
    char release[128];

    if (!gather_line(root, "/proc/sys/kernel/osrelease", release,
                     sizeof release)) {
        return true;
    }
    r->has[RECORD_OSRELEASE] = true;
    return buf_printf(&r->text[RECORD_OSRELEASE], err, "%s\n", release);
}

static bool gather_parameter(const char *root, const char *name, struct buf *to,
                             struct sevk_error *err)
{
    char path[80];
    char value[16];

    snprintf(path, sizeof path, "/sys/module/kvm_amd/parameters/%s", name);
    return !gather_line(root, path, value, sizeof value) ||
           buf_printf(to, err, "%s %s\n", name, value);
}

static bool gather_modules(const char *root, struct host_record *r,
                           struct sevk_error *err)
{
    struct buf *to = &r->text[RECORD_MODULES];

    if (!gather_exists(root, "/sys/module")) {
        return true;
    }
    r->has[RECORD_MODULES] = true;
    return buf_printf(to, err, "kvm_amd %s\nccp %s\n",
                      gather_exists(root, "/sys/module/kvm_amd") ? "yes" : "no",
                      gather_exists(root, "/sys/module/ccp") ? "yes" : "no") &&
           gather_parameter(root, "sev", to, err) &&
           gather_parameter(root, "sev_es", to, err) &&
           gather_parameter(root, "sev_snp", to, err);
}

static bool is_about_encryption(const char *line)
{
    static const char *const words[] = { "Memory Encryption", "SEV", "SNP",
                                         "ccp ", "memory encryption" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(line, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Each read of /dev/kmsg gives one message: "priority,number,time,flags;text". */
static bool gather_log(struct host_record *r, struct sevk_error *err)
{
    OWN(own_close)
    int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    OWN(own_free) char *line = calloc(1, LOG_LINE_LEN);

    if (line == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (fd < 0) {
        return true;
    }
    for (size_t i = 0; i < LOG_LINES; i++) {
        ssize_t n = read(fd, line, LOG_LINE_LEN - 1);
        const char *text;

        if (n < 0 && (errno == EPIPE || errno == EINTR)) {
            continue; /* overwritten meanwhile: the next one */
        }
        if (n <= 0) {
            break;
        }
        line[n] = '\0';
        text = strchr(line, ';');
        if (text == NULL || !is_about_encryption(text)) {
            continue;
        }
        if (!buf_printf(&r->text[RECORD_LOG], err, "%.*s\n",
                        (int)strcspn(text + 1, "\n"), text + 1)) {
            return false;
        }
    }
    r->has[RECORD_LOG] = true;
    return true;
}

static bool gather_device(const char *root, const char *device, struct buf *to,
                          struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    struct stat st;

    if (!path_join(root, device + 1, &path, err)) {
        return false;
    }
    if (stat(path, &st) != 0) {
        return buf_printf(to, err, "%s absent\n", device);
    }
    return buf_printf(
        to, err, "%s %04o %u %u %s%s%s\n", device,
        (unsigned int)st.st_mode & 07777u, st.st_uid, st.st_gid,
        access(path, R_OK) == 0 ? "r" : "", access(path, W_OK) == 0 ? "w" : "",
        access(path, R_OK) != 0 && access(path, W_OK) != 0 ? "-" : "");
}

static bool gather_devices(const char *root, struct host_record *r,
                           struct sevk_error *err)
{
    struct buf *to = &r->text[RECORD_DEVICES];

    r->has[RECORD_DEVICES] = true;
    return gather_device(root, "/dev/sev", to, err) &&
           gather_device(root, "/dev/kvm", to, err) &&
           gather_libvirt_user(root, to, err);
}

/* -- Limits, images, firmware. -------------------------------------------------- */

static bool gather_memlock(struct buf *to, struct sevk_error *err)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
        return true;
    }
    if (limit.rlim_max == RLIM_INFINITY) {
        return buf_append_string(to, "memlock unlimited\n", err);
    }
    return buf_printf(to, err, "memlock %ju\n", (uintmax_t)limit.rlim_max);
}

static bool gather_limits(const char *root, struct host_record *r,
                          struct sevk_error *err)
{
    struct buf *to = &r->text[RECORD_LIMITS];
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    const char *at;
    char line[80];

    r->has[RECORD_LIMITS] = true;
    if (!path_join(root, "sys/fs/cgroup/misc.capacity", &path, err) ||
        (root[0] == '\0' && !gather_memlock(to, err)) ||
        !gather_guests(root, to, err)) {
        return false;
    }
    if (!file_read(path, 4096, "misc.capacity", &text, NULL)) {
        return true;
    }
    at = buf_string(&text);
    while (lines_next(&at, line, sizeof line)) {
        if (!buf_printf(to, err, "asids-%s\n", line)) {
            return false;
        }
    }
    return true;
}

static bool gather_dmi(const char *root, struct host_record *r,
                       struct sevk_error *err)
{
    static const char *const names[] = { "sys_vendor", "product_name" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[80];
        char line[80];

        snprintf(path, sizeof path, "/sys/class/dmi/id/%s", names[i]);
        if (!gather_line(root, path, line, sizeof line)) {
            continue;
        }
        r->has[RECORD_DMI] = true;
        if (!buf_printf(&r->text[RECORD_DMI], err, "%s %s\n", names[i], line)) {
            return false;
        }
    }
    return true;
}

bool host_gather(const char *root, struct host_record *ret,
                 struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record r = { 0 };
    bool live = root[0] == '\0';
    const char *from = live ? "/" : root;

    if (!gather_cpuinfo(from, &r, err) || (live && !gather_cpuid(&r, err)) ||
        !gather_msr(from, &r, err) || !gather_release(root, &r, err) ||
        !gather_modules(root, &r, err) || (live && !gather_log(&r, err)) ||
        !gather_devices(from, &r, err) || !gather_limits(root, &r, err) ||
        !gather_dmi(root, &r, err)) {
        return false;
    }
    r.has[RECORD_IMAGES] = true;
    if (!host_images_gather(root, &r.text[RECORD_IMAGES], err)) {
        return false;
    }
    *ret = r;
    r = (struct host_record){ 0 };
    return true;
}

bool host_gather_firmware(struct device *device, const char *why,
                          struct host_record *record, struct sevk_error *err)
{
    struct buf *to = &record->text[RECORD_FIRMWARE];
    struct cmd_platform_status status;
    struct sevk_error inner = { 0 };

    record->has[RECORD_FIRMWARE] = true;
    if (device == NULL) {
        return buf_printf(to, err, "error %s\n", why);
    }
    if (!device_platform_status(device, &status, &inner)) {
        return buf_printf(to, err, "error %s\n", inner.message);
    }
    if (!buf_printf(to, err, "api %u.%u\nbuild %u\nstate %u\nguests %u\n",
                    status.api_major, status.api_minor, status.build,
                    status.state, status.guest_count)) {
        return false;
    }
    /* State 0 is UNINIT: then the flag says nothing yet (SEV API 5.6). */
    if (status.state != 0 &&
        !buf_printf(to, err, "es %s\n",
                    (status.config & 1) != 0 ? "yes" : "no")) {
        return false;
    }
    return !device_is_virtual(device) ||
           buf_append_string(to, "virtual yes\n", err);
}
