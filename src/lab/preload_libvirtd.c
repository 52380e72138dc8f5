/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded into the lab's libvirtd: shows it the host of a virtual platform. */
#include <cpuid.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kvm.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Five things that libvirt asks the machine, and that the lab answers:
 *
 *   CPUID           leaf 8000001Fh (how many SEV guests), the signature in
 *                   leaf 1, and the vendor that goes with both
 *   /dev/kvm        a plain file of the lab, whether the machine has one or not
 *   RLIMIT_MEMLOCK  for QEMU: without CAP_SYS_RESOURCE the limit can't be
 *                   raised, and in the lab nothing is locked anyway
 *   QEMU's user     libvirt wants to know the user that it would run QEMU as
 *                   by default, although the lab says root: where the package
 *                   that makes that user is not installed, it is root
 *   gethostname     a name of its own: clients on this machine are "another
 *                   machine", as a guest owner's would be
 *
 * The answers stand in the file "host" beside this module, because libvirt
 * passes LD_PRELOAD on to QEMU's stand-in, but no variable of ours. Without
 * that file nothing is changed. Interposing needs variables that live as long
 * as the process; they are written once, before main().
 */
#define EXPORT __attribute__((visibility("default")))

#define SETTINGS_MAX 4096
#define TEXT_LEN     256
#define VCPUS_MAX    288

static struct settings {
    bool loaded;
    char kvm[TEXT_LEN];
    char hostname[TEXT_LEN];
    uint32_t cbitpos;
    uint32_t reduced_phys_bits;
    uint32_t max_asid;
    uint32_t min_sev_asid;
    uint32_t cpu_signature;
} settings;

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 0);
}

static void copy_text(char to[static TEXT_LEN], const char *from)
{
    size_t n = strlen(from);

    if (n < TEXT_LEN) {
        memcpy(to, from, n + 1);
    }
}

static void set(const char *key, const char *value)
{
    if (strcmp(key, "kvm") == 0) {
        copy_text(settings.kvm, value);
    } else if (strcmp(key, "hostname") == 0) {
        copy_text(settings.hostname, value);
    } else if (strcmp(key, "cbitpos") == 0) {
        settings.cbitpos = number(value);
    } else if (strcmp(key, "reduced-phys-bits") == 0) {
        settings.reduced_phys_bits = number(value);
    } else if (strcmp(key, "max-asid") == 0) {
        settings.max_asid = number(value);
    } else if (strcmp(key, "min-sev-asid") == 0) {
        settings.min_sev_asid = number(value);
    } else if (strcmp(key, "cpu-signature") == 0) {
        settings.cpu_signature = number(value);
    }
}

/* Lines of "key value", written by lab/files.c. */
static void parse(char *text)
{
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *space = strchr(line, ' ');

        if (space != NULL) {
            *space = '\0';
            set(line, space + 1);
        }
    }
}

/* The system call itself, because open() is one of the functions below. */
static int open_plainly(const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

__attribute__((constructor)) static void load(void)
{
    Dl_info self;
    char text[SETTINGS_MAX];

    if (dladdr(&settings, &self) == 0 || self.dli_fname == NULL) {
        return;
    }
    const char *slash = strrchr(self.dli_fname, '/');
    size_t dir = slash == NULL ? 0 : (size_t)(slash - self.dli_fname) + 1;
    if (dir + sizeof("host") > sizeof(text)) {
        return;
    }
    memcpy(text, self.dli_fname, dir);
    memcpy(text + dir, "host", sizeof("host"));

    int fd = open_plainly(text, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n > 0) {
        text[n] = '\0';
        parse(text);
        settings.loaded = true;
    }
}

/* -- /dev/kvm -------------------------------------------------------------- */

static const char *lead(const char *path)
{
    bool ours = path != NULL && settings.kvm[0] != '\0' &&
                strcmp(path, "/dev/kvm") == 0;

    return ours ? settings.kvm : path;
}

EXPORT int access(const char *path, int mode);
EXPORT int access(const char *path, int mode)
{
    return (int)syscall(SYS_faccessat, AT_FDCWD, lead(path), mode);
}

static int open_led(const char *path, int flags, va_list more)
{
    bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    mode_t mode = makes ? va_arg(more, mode_t) : 0;

    return open_plainly(lead(path), flags, mode);
}

EXPORT int open(const char *path, int flags, ...);
EXPORT int open(const char *path, int flags, ...)
{
    va_list more;

    va_start(more, flags);
    int fd = open_led(path, flags, more);
    va_end(more);
    return fd;
}

EXPORT int open64(const char *path, int flags, ...);
EXPORT int open64(const char *path, int flags, ...)
{
    va_list more;

    va_start(more, flags);
    int fd = open_led(path, flags, more);
    va_end(more);
    return fd;
}

/*
 * How many vCPUs KVM can do, asked of a file that is no KVM: as many as QEMU's
 * q35 machine can have. Everything else fails as it would.
 */
EXPORT int ioctl(int fd, unsigned long request, ...);
EXPORT int ioctl(int fd, unsigned long request, ...)
{
    va_list more;

    va_start(more, request);
    unsigned long argument = va_arg(more, unsigned long);
    va_end(more);
    int r = (int)syscall(SYS_ioctl, fd, request, argument);
    bool vcpus =
        request == KVM_CHECK_EXTENSION &&
        (argument == KVM_CAP_MAX_VCPUS || argument == KVM_CAP_NR_VCPUS);
    return r < 0 && errno == ENOTTY && vcpus && settings.loaded ? VCPUS_MAX : r;
}

/* -- Limits ---------------------------------------------------------------- */

static int set_limit(pid_t pid, unsigned resource, const void *new_limit,
                     void *old_limit)
{
    int r = (int)syscall(SYS_prlimit64, pid, resource, new_limit, old_limit);

    if (r < 0 && errno == EPERM && resource == RLIMIT_MEMLOCK &&
        settings.loaded) {
        return 0;
    }
    return r;
}

EXPORT int prlimit64(pid_t pid, enum __rlimit_resource resource,
                     const struct rlimit64 *new_limit,
                     struct rlimit64 *old_limit);
EXPORT int prlimit64(pid_t pid, enum __rlimit_resource resource,
                     const struct rlimit64 *new_limit,
                     struct rlimit64 *old_limit)
{
    return set_limit(pid, resource, new_limit, old_limit);
}

EXPORT int prlimit(pid_t pid, enum __rlimit_resource resource,
                   const struct rlimit *new_limit, struct rlimit *old_limit);
EXPORT int prlimit(pid_t pid, enum __rlimit_resource resource,
                   const struct rlimit *new_limit, struct rlimit *old_limit)
{
    return set_limit(pid, resource, new_limit, old_limit);
}

EXPORT int setrlimit64(__rlimit_resource_t resource,
                       const struct rlimit64 *limit);
EXPORT int setrlimit64(__rlimit_resource_t resource,
                       const struct rlimit64 *limit)
{
    return set_limit(0, resource, limit, NULL);
}

EXPORT int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit);
EXPORT int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
    return set_limit(0, resource, limit, NULL);
}

/* -- The user and group of QEMU -------------------------------------------- */

static bool is_qemus(const char *name)
{
    static const char *const names[] = { "libvirt-qemu", "qemu", "kvm" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (settings.loaded && strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

typedef int getpwnam_r_function(const char *, struct passwd *, char *, size_t,
                                struct passwd **);

EXPORT int getpwnam_r(const char *name, struct passwd *entry, char *text,
                      size_t n, struct passwd **result);
EXPORT int getpwnam_r(const char *name, struct passwd *entry, char *text,
                      size_t n, struct passwd **result)
{
    void *symbol = dlsym(RTLD_NEXT, "getpwnam_r");
    getpwnam_r_function *next;

    memcpy(&next, &symbol, sizeof(next)); /* ISO C knows no such cast */
    int r = next(name, entry, text, n, result);
    return r == 0 && *result == NULL && is_qemus(name)
               ? next("root", entry, text, n, result)
               : r;
}

typedef int getgrnam_r_function(const char *, struct group *, char *, size_t,
                                struct group **);

EXPORT int getgrnam_r(const char *name, struct group *entry, char *text,
                      size_t n, struct group **result);
EXPORT int getgrnam_r(const char *name, struct group *entry, char *text,
                      size_t n, struct group **result)
{
    void *symbol = dlsym(RTLD_NEXT, "getgrnam_r");
    getgrnam_r_function *next;

    memcpy(&next, &symbol, sizeof(next));
    int r = next(name, entry, text, n, result);
    return r == 0 && *result == NULL && is_qemus(name)
               ? next("root", entry, text, n, result)
               : r;
}

/* -- The host name --------------------------------------------------------- */

EXPORT int gethostname(char *name, size_t n);
EXPORT int gethostname(char *name, size_t n)
{
    if (settings.hostname[0] == '\0') {
        int (*next)(char *, size_t);
        void *symbol = dlsym(RTLD_NEXT, "gethostname");

        memcpy(&next, &symbol, sizeof(next));
        return next == NULL ? -1 : next(name, n);
    }
    if (strlen(settings.hostname) >= n) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name, settings.hostname, strlen(settings.hostname) + 1);
    return 0;
}

/* -- CPUID ----------------------------------------------------------------- */

static void store(uint32_t *place, uint32_t value)
{
    if (place != NULL) {
        *place = value;
    }
}

/*
 * libvirt reads all of CPUID through this function of its own. It passes NULL
 * for registers that it does not want.
 */
EXPORT int virHostCPUX86GetCPUID(uint32_t leaf, uint32_t sub, uint32_t *eax,
                                 uint32_t *ebx, uint32_t *ecx, uint32_t *edx);
EXPORT int virHostCPUX86GetCPUID(uint32_t leaf, uint32_t sub, uint32_t *eax,
                                 uint32_t *ebx, uint32_t *ecx, uint32_t *edx)
{
    uint32_t a;
    uint32_t b;
    uint32_t c;
    uint32_t d;

    __cpuid_count(leaf, sub, a, b, c, d);
    if (settings.loaded) {
        if (leaf == 0 || leaf == 0x80000000) {
            /* "AuthenticAMD"; and leaf 8000001Fh exists. */
            b = 0x68747541;
            d = 0x69746e65;
            c = 0x444d4163;
            a = leaf != 0 && a < 0x8000001f ? 0x8000001f : a;
        } else if (leaf == 1) {
            a = settings.cpu_signature;
        } else if (leaf == 0x8000001f) {
            /* APM volume 3, E.4.17: SEV and SEV-ES; no SME. */
            a = 1U << 1 | 1U << 3;
            b = settings.cbitpos | settings.reduced_phys_bits << 6;
            c = settings.max_asid;
            d = settings.min_sev_asid;
        }
    }
    store(eax, a);
    store(ebx, b);
    store(ecx, c);
    store(edx, d);
    return 0;
}
