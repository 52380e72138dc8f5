/* SPDX-License-Identifier: Apache-2.0 */
/* Memory without a name: sealed copies of files, and the guest's RAM. */
#include "qemu/copies.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"

struct copies copies_none(void)
{
    struct copies c = { .firmware = -1, .kernel = -1, .initrd = -1 };

    for (size_t i = 0; i < ARGS_RAM_MAX; i++) {
        c.ram[i] = -1;
    }
    return c;
}

void copies_close(struct copies *copies)
{
    own_close(&copies->firmware);
    own_close(&copies->kernel);
    own_close(&copies->initrd);
    for (size_t i = 0; i < ARGS_RAM_MAX; i++) {
        own_close(&copies->ram[i]);
    }
}

static bool append_piece(void *ctx, struct bytes piece, struct sevk_error *err)
{
    return fd_write_all(*(const int *)ctx, piece, "memory", err);
}

static bool copy_file(const char *path, size_t max, const char *what, int *ret,
                      struct sevk_error *err)
{
    OWN(own_close) int fd = memfd_create(what, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const struct file_sink sink = { append_piece, &fd };

    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "memory for '%s'", path);
    }
    if (!file_stream(path, max, what, sink, err)) {
        return false;
    }
    if (fcntl(fd, F_ADD_SEALS,
              F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "sealing '%s'", path);
    }
    *ret = take_fd(&fd);
    return true;
}

static bool make_ram(uint64_t size, int *ret, struct sevk_error *err)
{
    OWN(own_close) int fd = memfd_create("guest-ram", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "memory for the guest");
    }
    *ret = take_fd(&fd);
    return true;
}

static bool make_all(const struct args *a, struct copies *c,
                     struct sevk_error *err)
{
    if (!copy_file(a->firmware, COPIES_FIRMWARE_MAX, "firmware", &c->firmware,
                   err)) {
        return false;
    }
    if (a->kernel_at != 0 &&
        !copy_file(a->argv[a->kernel_at], COPIES_KERNEL_MAX, "kernel",
                   &c->kernel, err)) {
        return false;
    }
    if (a->initrd_at != 0 &&
        !copy_file(a->argv[a->initrd_at], COPIES_KERNEL_MAX, "initrd",
                   &c->initrd, err)) {
        return false;
    }
    for (size_t i = 0; i < a->n_ram; i++) {
        if (!make_ram(a->ram[i].size, &c->ram[i], err)) {
            return false;
        }
    }
    return true;
}

bool copies_make(const struct args *args, struct copies *ret,
                 struct sevk_error *err)
{
    OWN(copies_close) struct copies c = copies_none();

    if (!make_all(args, &c, err)) {
        return false;
    }
    *ret = c;
    c = copies_none();
    return true;
}

bool copies_view(int fd, struct bytes *ret, struct sevk_error *err)
{
    struct stat st;
    void *p;

    *ret = (struct bytes){ 0 };
    if (fd < 0) {
        return true;
    }
    if (fstat(fd, &st) != 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "a sealed copy");
    }
    if (st.st_size == 0) {
        return true;
    }
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "a sealed copy");
    }
    *ret = bytes_make(p, (size_t)st.st_size);
    return true;
}

void copies_drop_view(struct bytes *view)
{
    if (view->n > 0) {
        munmap((void *)(uintptr_t)view->p, view->n);
    }
    *view = (struct bytes){ 0 };
}

bool copies_map_ram(const struct copies *copies, const struct args *args,
                    uint8_t **ret, struct sevk_error *err)
{
    uint8_t *all = mmap(NULL, args->ram_size, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    uint64_t at = 0;

    for (size_t i = 0; all != MAP_FAILED && i < args->n_ram; i++) {
        void *p = mmap(all + at, args->ram[i].size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_FIXED, copies->ram[i], 0);

        if (p == MAP_FAILED) {
            munmap(all, args->ram_size);
            all = MAP_FAILED;
        }
        at += args->ram[i].size;
    }
    if (all == MAP_FAILED) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "memory for the guest");
    }
    *ret = all;
    return true;
}
