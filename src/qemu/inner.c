/* SPDX-License-Identifier: Apache-2.0 */
/* The socket between the proxy and the real QEMU: it has no name. */
#include "qemu/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/error.h"
#include "base/own.h"

#define BACKLOG 8

void inner_close(struct inner *inner)
{
    own_close(&inner->listener);
    own_close(&inner->place);
}

static bool set_path(struct sockaddr_un *address, const char *path,
                     struct sevk_error *err)
{
    size_t n = strlen(path);

    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (n >= sizeof address->sun_path) {
        return sevk_fail(err, SEVK_INPUT, "the socket's path is too long: '%s'",
                         path);
    }
    memcpy(address->sun_path, path, n);
    return true;
}

static bool listen_at(const struct sockaddr_un *address, int *ret,
                      struct sevk_error *err)
{
    OWN(own_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 ||
        bind(fd, (const struct sockaddr *)address, sizeof *address) != 0 ||
        listen(fd, BACKLOG) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "monitor socket '%s'",
                               address->sun_path);
    }
    *ret = take_fd(&fd);
    return true;
}

/* Through /proc the directory's path can be of any length. */
bool inner_open(const char *dir, struct inner *ret, struct sevk_error *err)
{
    OWN(inner_close) struct inner inner = INNER_NONE;
    OWN(own_close) int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char name[32];

    if (at < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "run directory '%s'",
                               dir);
    }
    snprintf(name, sizeof name, "monitor-%d", (int)getpid());
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s",
             at, name);
    unlinkat(at, name, 0); /* of a process that died with the same number */
    if (!listen_at(&address, &inner.listener, err)) {
        return false;
    }
    inner.place = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    unlinkat(at, name, 0);
    if (inner.place < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "run directory '%s'",
                               dir);
    }
    *ret = inner;
    inner = (struct inner)INNER_NONE;
    return true;
}

bool inner_connect(const struct inner *inner, int *ret, struct sevk_error *err)
{
    OWN(own_close)
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d",
             inner->place);
    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "QEMU's monitor");
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        if (errno != EAGAIN) {
            return sevk_fail_errno(err, SEVK_HOST, errno, "QEMU's monitor");
        }
        *ret = -1;
        return true;
    }
    *ret = take_fd(&fd);
    return true;
}

bool inner_listen_at(const char *path, int *ret, struct sevk_error *err)
{
    struct sockaddr_un address;
    struct stat st;

    if (!set_path(&address, path, err)) {
        return false;
    }
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
        unlink(path);
    }
    return listen_at(&address, ret, err);
}
