/* SPDX-License-Identifier: Apache-2.0 */
/* The programs and modules that a lab is made of: where they are. */
#include "lab/programs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/own.h"

static bool join(char ret[static PROGRAM_PATH_LEN], const char *dir,
                 size_t dir_n, const char *name)
{
    int n = snprintf(ret, PROGRAM_PATH_LEN, "%.*s/%s", (int)dir_n, dir, name);

    return n > 0 && n < PROGRAM_PATH_LEN;
}

/* The canonical path of what exists. */
static bool resolve(const char *path, char ret[static PROGRAM_PATH_LEN])
{
    OWN(own_free) char *whole = realpath(path, NULL);

    if (whole == NULL || strlen(whole) >= PROGRAM_PATH_LEN) {
        return false;
    }
    memcpy(ret, whole, strlen(whole) + 1);
    return true;
}

static bool is_program(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           access(path, X_OK) == 0;
}

bool programs_in_path(const char *name, const char *path,
                      char ret[static PROGRAM_PATH_LEN])
{
    char found[PROGRAM_PATH_LEN];

    while (path != NULL && *path != '\0') {
        size_t n = strcspn(path, ":");

        /* An empty or relative part means the current directory: never. */
        if (n > 0 && path[0] == '/' && join(found, path, n, name) &&
            is_program(found)) {
            memcpy(ret, found, strlen(found) + 1);
            return true;
        }
        path += n + (path[n] == ':');
    }
    return false;
}

bool programs_own_dir(char ret[static PROGRAM_PATH_LEN], struct sevk_error *err)
{
    char path[PROGRAM_PATH_LEN];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (n <= 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "/proc/self/exe can't be read");
    }
    path[n] = '\0';
    *strrchr(path, '/') = '\0';
    memcpy(ret, path, strlen(path) + 1);
    return true;
}

static bool find_libvirtd(char ret[static PROGRAM_PATH_LEN],
                          struct sevk_error *err)
{
    const char *usual = "/usr/sbin:/usr/local/sbin:/sbin:/usr/bin";

    return programs_in_path("libvirtd", usual, ret) ||
           programs_in_path("libvirtd", getenv("PATH"), ret) ||
           sevk_fail(err, SEVK_HOST,
                     "libvirtd is not installed: install the package "
                     "libvirt-daemon (tools/install-deps does)");
}

static bool find_qemu(const char *named, char ret[static PROGRAM_PATH_LEN],
                      struct sevk_error *err)
{
    const char *usual = "/usr/bin:/usr/local/bin:/usr/libexec";

    if (named != NULL) {
        return resolve(named, ret) ||
               sevk_fail(err, SEVK_USAGE, "QEMU '%s' can't be used", named);
    }
    return programs_in_path("qemu-system-x86_64", usual, ret) ||
           programs_in_path("qemu-system-x86_64", getenv("PATH"), ret) ||
           programs_in_path("qemu-kvm", usual, ret) ||
           sevk_fail(err, SEVK_HOST,
                     "QEMU is not installed: install the package "
                     "qemu-system-x86 (tools/install-deps does)");
}

/*
 * Ours are beside this program, or where they are installed to, or where a
 * build leaves them.
 */
static bool find_own(const char *named, const char *const *places, size_t n,
                     const char *what, char ret[static PROGRAM_PATH_LEN],
                     struct sevk_error *err)
{
    char dir[PROGRAM_PATH_LEN];
    char path[PROGRAM_PATH_LEN];

    if (named != NULL) {
        return resolve(named, ret) ||
               sevk_fail(err, SEVK_USAGE, "%s '%s' can't be used", what, named);
    }
    if (!programs_own_dir(dir, err)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (join(path, dir, strlen(dir), places[i]) && resolve(path, ret)) {
            return true;
        }
    }
    return sevk_fail(err, SEVK_HOST, "%s is not beside '%s': build it (make)",
                     what, dir);
}

static void find_drivers(char ret[static PROGRAM_PATH_LEN])
{
    static const char *const places[] = {
        "/usr/lib/x86_64-linux-gnu/libvirt/connection-driver",
        "/usr/lib64/libvirt/connection-driver",
        "/usr/lib/libvirt/connection-driver",
    };

    ret[0] = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (access(places[i], X_OK) == 0) {
            memcpy(ret, places[i], strlen(places[i]) + 1);
            return;
        }
    }
}

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

bool programs_find(const struct lab_options *options, struct programs *ret,
                   struct sevk_error *err)
{
    static const char *const wrappers[] = { "sevkit-qemu",
                                            "../libexec/sevkit/sevkit-qemu",
                                            "../qemu/sevkit-qemu" };
    static const char *const preloads[] = { "../lib/sevkit/libvirtd-preload.so",
                                            "../lab/libvirtd-preload.so" };

    find_drivers(ret->drivers);
    return find_libvirtd(ret->libvirtd, err) &&
           find_qemu(options->qemu, ret->qemu, err) &&
           find_own(options->wrapper, wrappers, N_OF(wrappers), "sevkit-qemu",
                    ret->wrapper, err) &&
           find_own(options->preload, preloads, N_OF(preloads),
                    "libvirtd-preload.so", ret->preload, err);
}
