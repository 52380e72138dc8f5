/* SPDX-License-Identifier: Apache-2.0 */
/* The program's memory, as a kernel reaches it: a bad pointer is an errno. */
#include "preload/user.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/own.h"

#define PAGE 4096u

static void *pointer_to(uint64_t address)
{
    return (void *)(uintptr_t)address; /* as the kernel does it */
}

/*
 * Where the kernel was built without process_vm_readv(), or forbids it: what a
 * pipe takes and gives is copied by the kernel, too, with EFAULT for what is
 * not there.
 */
static int copy_through_pipe(void *to, const void *from, size_t n)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    int ends[2];
    int r = 0;

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return -EFAULT;
    }
    while (n > 0 && r == 0) {
        size_t piece = n < PAGE ? n : PAGE;
        ssize_t w = write(ends[1], in, piece);

        if (w <= 0 || read(ends[0], out, (size_t)w) != w) {
            r = -EFAULT;
        } else {
            in += w;
            out += w;
            n -= (size_t)w;
        }
    }
    close(ends[0]);
    close(ends[1]);
    return r;
}

typedef ssize_t mover(pid_t pid, const struct iovec *local, unsigned long ln,
                      const struct iovec *remote, unsigned long rn,
                      unsigned long flags);

static int move_bytes(mover *move, void *mine, uint64_t theirs, size_t n)
{
    const struct iovec local = { mine, n };
    const struct iovec remote = { pointer_to(theirs), n };
    ssize_t r = move(getpid(), &local, 1, &remote, 1, 0);

    if (r < 0 && (errno == ENOSYS || errno == EPERM)) {
        return move == process_vm_readv
                   ? copy_through_pipe(mine, pointer_to(theirs), n)
                   : copy_through_pipe(pointer_to(theirs), mine, n);
    }
    return r >= 0 && (size_t)r == n ? 0 : -EFAULT;
}

int user_read(void *to, uint64_t from, size_t n)
{
    return n == 0 ? 0 : move_bytes(process_vm_readv, to, from, n);
}

int user_write(uint64_t to, const void *from, size_t n)
{
    struct iovec unconst = { .iov_len = n };

    /* The vector has one type for both ways. */
    memcpy(&unconst.iov_base, &from, sizeof from);
    return n == 0 ? 0 : move_bytes(process_vm_writev, unconst.iov_base, to, n);
}

int user_blob(uint64_t from, uint32_t n, struct buf *ret)
{
    uint8_t bytes[PAGE];
    size_t done = 0;

    if (from == 0 || n == 0 || n > USER_BLOB_MAX) {
        return -EINVAL;
    }
    while (done < n) {
        size_t piece = n - done < sizeof bytes ? n - done : sizeof bytes;
        int r = user_read(bytes, from + done, piece);

        if (r != 0) {
            return r;
        }
        if (!buf_append(ret, bytes_make(bytes, piece), NULL)) {
            return -ENOMEM;
        }
        done += piece;
    }
    return 0;
}

/* For kernels before 5.14: each page is read, and written as it was. Another
 * thread's write in between would be lost, so it is the second choice. */
static int touch(uint64_t from, uint64_t to, bool write)
{
    for (uint64_t at = from; at < to; at += PAGE) {
        uint8_t byte;

        if (user_read(&byte, at, 1) != 0 ||
            (write && user_write(at, &byte, 1) != 0)) {
            return -ENOMEM;
        }
    }
    return 0;
}

int user_pin(uint64_t at, uint64_t n, bool write)
{
    uint64_t from = at & ~(uint64_t)(PAGE - 1);
    uint64_t to;

    if (n == 0 || at + n < at || at + n + PAGE < at + n) {
        return -EINVAL;
    }
    to = (at + n + PAGE - 1) & ~(uint64_t)(PAGE - 1);
#ifdef MADV_POPULATE_WRITE
    if (madvise(pointer_to(from), to - from,
                write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ) == 0) {
        return 0;
    }
    if (errno != EINVAL) {
        return -ENOMEM;
    }
#endif
    return touch(from, to, write);
}
