/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of libc that the library stands before: nothing else shows. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/psp-sev.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/host.h"
#include "preload/kvm.h"
#include "preload/node.h"
#include "preload/sev.h"
#include "preload/vm.h"

/*
 * Without SEVKIT_PLATFORM each of them is the next library's function of that
 * name, and so it is for what the host itself does. Whoever calls the kernel
 * past libc (a program in Go, a static one) is not met here.
 */
#define EXPORT __attribute__((visibility("default")))

__attribute__((constructor)) static void begin(void)
{
    host_begin();
}

__attribute__((destructor)) static void end(void)
{
    host_end();
}

/* The function NAME of the libraries behind this one, looked up once. */
static void *find_next(_Atomic(void *) *place, const char *name)
{
    void *found = atomic_load_explicit(place, memory_order_relaxed);

    if (found == NULL) {
        found = dlsym(RTLD_NEXT, name);
        atomic_store_explicit(place, found, memory_order_relaxed);
    }
    return found;
}

/* Declares "next" as a pointer to it, of the type of the function itself. */
#define NEXT(function)                                                         \
    static _Atomic(void *) next_place;                                         \
    void *next_symbol = find_next(&next_place, #function);                     \
    __typeof__(&function) next;                                                \
    memcpy(&next, &next_symbol, sizeof next) /* ISO C knows no such cast */

static bool is_active(void)
{
    return host_is_there() && !host_is_inside();
}

static enum node device_at(const char *path)
{
    if (!is_active() || path == NULL) {
        return NODE_NONE;
    }
    if (strcmp(path, "/dev/sev") == 0) {
        return NODE_SEV;
    }
    return strcmp(path, "/dev/kvm") == 0 ? NODE_KVM : NODE_NONE;
}

/* 0 or more, or -1 with errno, of what stands in for the kernel. */
static int as_libc(int r)
{
    if (r >= 0) {
        return r;
    }
    errno = -r;
    return -1;
}

/* -- Opening --------------------------------------------------------------- */

static bool has_mode(int flags)
{
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

#define OPEN(function)                                                         \
    EXPORT int function(const char *path, int flags, ...);                     \
    EXPORT int function(const char *path, int flags, ...)                      \
    {                                                                          \
        NEXT(function);                                                        \
        enum node device = device_at(path);                                    \
        mode_t mode = 0;                                                       \
                                                                               \
        if (device != NODE_NONE) {                                             \
            return node_open(device, flags);                                   \
        }                                                                      \
        if (has_mode(flags)) {                                                 \
            va_list more;                                                      \
                                                                               \
            va_start(more, flags);                                             \
            mode = va_arg(more, mode_t);                                       \
            va_end(more);                                                      \
        }                                                                      \
        return next(path, flags, mode);                                        \
    }

OPEN(open)
OPEN(open64)

#define OPENAT(function)                                                       \
    EXPORT int function(int dir, const char *path, int flags, ...);            \
    EXPORT int function(int dir, const char *path, int flags, ...)             \
    {                                                                          \
        NEXT(function);                                                        \
        enum node device = device_at(path);                                    \
        mode_t mode = 0;                                                       \
                                                                               \
        if (device != NODE_NONE) {                                             \
            return node_open(device, flags);                                   \
        }                                                                      \
        if (has_mode(flags)) {                                                 \
            va_list more;                                                      \
                                                                               \
            va_start(more, flags);                                             \
            mode = va_arg(more, mode_t);                                       \
            va_end(more);                                                      \
        }                                                                      \
        return next(dir, path, flags, mode);                                   \
    }

OPENAT(openat)
OPENAT(openat64)

/* What open() becomes where it is fortified and has no mode. */
#define OPEN_2(function)                                                       \
    EXPORT int function(const char *path, int flags);                          \
    EXPORT int function(const char *path, int flags)                           \
    {                                                                          \
        NEXT(function);                                                        \
        enum node device = device_at(path);                                    \
                                                                               \
        return device != NODE_NONE ? node_open(device, flags)                  \
                                   : next(path, flags);                        \
    }

OPEN_2(__open_2)
OPEN_2(__open64_2)

#define OPENAT_2(function)                                                     \
    EXPORT int function(int dir, const char *path, int flags);                 \
    EXPORT int function(int dir, const char *path, int flags)                  \
    {                                                                          \
        NEXT(function);                                                        \
        enum node device = device_at(path);                                    \
                                                                               \
        return device != NODE_NONE ? node_open(device, flags)                  \
                                   : next(dir, path, flags);                   \
    }

OPENAT_2(__openat_2)
OPENAT_2(__openat64_2)

/* -- Looking --------------------------------------------------------------- */

EXPORT int access(const char *path, int mode)
{
    NEXT(access);

    return device_at(path) != NODE_NONE ? 0 : next(path, mode);
}

EXPORT int faccessat(int dir, const char *path, int mode, int flags)
{
    NEXT(faccessat);

    return device_at(path) != NODE_NONE ? 0 : next(dir, path, mode, flags);
}

static int stat_device(enum node device, void *ret)
{
    struct stat st;

    if (!node_stat(device, &st)) {
        return -1;
    }
    memcpy(ret, &st, sizeof st); /* struct stat64 is the same here */
    return 0;
}

#define STAT(function, type)                                                   \
    EXPORT int function(const char *path, type *ret)                           \
    {                                                                          \
        NEXT(function);                                                        \
        enum node device = device_at(path);                                    \
                                                                               \
        return device != NODE_NONE ? stat_device(device, ret)                  \
                                   : next(path, ret);                          \
    }

STAT(stat, struct stat)
STAT(stat64, struct stat64)
STAT(lstat, struct stat)
STAT(lstat64, struct stat64)

#define FSTATAT(function, type)                                                \
    EXPORT int function(int dir, const char *path, type *ret, int flags)       \
    {                                                                          \
        NEXT(function);                                                        \
        enum node device = device_at(path);                                    \
                                                                               \
        return device != NODE_NONE ? stat_device(device, ret)                  \
                                   : next(dir, path, ret, flags);              \
    }

FSTATAT(fstatat, struct stat)
FSTATAT(fstatat64, struct stat64)

static int statx_device(enum node device, struct statx *ret)
{
    struct stat st;

    if (!node_stat(device, &st)) {
        return -1;
    }
    *ret = (struct statx){
        .stx_mask =
            STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID,
        .stx_blksize = (uint32_t)st.st_blksize,
        .stx_nlink = (uint32_t)st.st_nlink,
        .stx_uid = st.st_uid,
        .stx_gid = st.st_gid,
        .stx_mode = (uint16_t)st.st_mode,
        .stx_ino = st.st_ino,
        .stx_rdev_major = 10,
        .stx_rdev_minor = (uint32_t)(st.st_rdev & 255),
    };
    return 0;
}

EXPORT int statx(int dir, const char *path, int flags, unsigned int mask,
                 struct statx *ret)
{
    NEXT(statx);
    enum node device = device_at(path);

    return device != NODE_NONE ? statx_device(device, ret)
                               : next(dir, path, flags, mask, ret);
}

/* -- ioctl() --------------------------------------------------------------- */

static bool is_ours(unsigned long request)
{
    return _IOC_TYPE(request) == KVMIO || _IOC_TYPE(request) == SEV_IOC_TYPE;
}

EXPORT int ioctl(int fd, unsigned long request, ...)
{
    NEXT(ioctl);
    unsigned long argument;
    va_list more;

    va_start(more, request);
    argument = va_arg(more, unsigned long);
    va_end(more);
    if (!is_active() || !is_ours(request)) {
        return next(fd, request, argument);
    }
    request &= 0xffffffffu; /* who passes an int may have made it negative */
    switch (node_of(fd)) {
    case NODE_SEV:
        return as_libc(sev_ioctl(fd, request, argument));
    case NODE_KVM:
        return as_libc(kvm_ioctl(request, argument));
    case NODE_OBJECT:
        return as_libc(kvm_object_ioctl(object_of(fd), request, argument));
    default:
        return next(fd, request, argument);
    }
}

/* -- Closing --------------------------------------------------------------- */

/* What is to be done when FD has been closed: 0, or the object that it was. */
static uint64_t object_behind(int fd)
{
    return node_of(fd) == NODE_OBJECT ? object_of(fd) : 0;
}

/* Ends the VM, if that was its last descriptor. Not in a child. */
static void after_close(uint64_t object)
{
    if (object != 0 && host_is_ours() && !object_is_open(object)) {
        struct host_call call = host_enter();

        vm_object_closed(object);
        host_leave(&call);
    }
}

/* A descriptor that is the library's: for the program it does not exist. */
static bool is_hidden(int fd)
{
    return node_of(fd) == NODE_INSIDE || host_hides(fd);
}

static bool minds_closing(void)
{
    return is_active() && host_is_used();
}

EXPORT int close(int fd)
{
    NEXT(close);
    uint64_t object;
    int r;

    if (!minds_closing()) {
        return next(fd);
    }
    if (is_hidden(fd)) {
        errno = EBADF;
        return -1;
    }
    object = object_behind(fd);
    r = next(fd);
    after_close(object);
    return r;
}

EXPORT int dup2(int from, int to)
{
    NEXT(dup2);
    bool minds = minds_closing() && from != to;
    uint64_t object;
    int r;

    if (minds && is_hidden(to)) {
        errno = EBUSY;
        return -1;
    }
    object = minds ? object_behind(to) : 0;
    r = next(from, to);
    after_close(r < 0 ? 0 : object);
    return r;
}

EXPORT int dup3(int from, int to, int flags)
{
    NEXT(dup3);
    bool minds = minds_closing();
    uint64_t object;
    int r;

    if (minds && is_hidden(to)) {
        errno = EBUSY;
        return -1;
    }
    object = minds ? object_behind(to) : 0;
    r = next(from, to, flags);
    after_close(r < 0 ? 0 : object);
    return r;
}

#define FD_MAX                                                                 \
    65536u /* as far as a descriptor of the library's is looked for */

/* The range without the library's own. */
static int close_around(unsigned first, unsigned last, int flags,
                        int (*next)(unsigned, unsigned, int))
{
    int r = 0;

    for (unsigned fd = first; fd <= last && fd < FD_MAX && r == 0; fd++) {
        if (is_hidden((int)fd)) {
            r = fd > first ? next(first, fd - 1, flags) : 0;
            first = fd + 1;
        }
    }
    return r != 0 || first > last ? r : next(first, last, flags);
}

EXPORT int close_range(unsigned first, unsigned last, int flags)
{
    NEXT(close_range);
    struct host_call call;
    int r;

    if (!minds_closing() || first > last) {
        return next(first, last, flags);
    }
    r = close_around(first, last, flags, next);
    if (host_is_ours()) {
        call = host_enter();
        vms_sweep();
        host_leave(&call);
    }
    return r;
}

EXPORT void closefrom(int first)
{
    NEXT(closefrom);

    if (minds_closing()) {
        (void)close_range(first < 0 ? 0 : (unsigned)first, ~0u, 0);
    } else {
        next(first);
    }
}

/* -- mmap() of a vCPU ------------------------------------------------------ */

/* KVM shares struct kvm_run there; it stays all zeros, for nothing runs. */
static bool is_vcpu(int fd, size_t n, off_t at)
{
    return fd >= 0 && minds_closing() && at == 0 && n <= KVM_VCPU_MMAP_SIZE &&
           node_of(fd) == NODE_OBJECT && kvm_object_is_vcpu(object_of(fd));
}

#define MMAP(function, offset)                                                 \
    EXPORT void *function(void *hint, size_t n, int prot, int flags, int fd,   \
                          offset at)                                           \
    {                                                                          \
        NEXT(function);                                                        \
                                                                               \
        return is_vcpu(fd, n, at)                                              \
                   ? next(hint, n, prot, flags | MAP_ANONYMOUS, -1, 0)         \
                   : next(hint, n, prot, flags, fd, at);                       \
    }

MMAP(mmap, off_t)
MMAP(mmap64, off64_t)
