/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's page, in physical memory. */
#include "guest/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "base/file.h"
#include "guest/iomem.h"

#define IOMEM_TEXT_MAX ((size_t)1 << 20)

_Static_assert(PAGE_LEN == IOMEM_PAGE, "one size of pages");

/* One look at the memory. */
struct search {
    int fd;
    size_t readable; /* pages */
    int last_errno;
    bool found;
    uint64_t address;
    struct sevk_secret bytes;
    struct page page;
};

static void drop_search(struct search *s)
{
    own_close(&s->fd);
    secret_clear(&s->bytes);
}

bool memory_path(const char *root, char **ret, struct sevk_error *err)
{
    char *path;

    if (asprintf(&path, "%s/dev/mem", root) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a path");
    }
    *ret = path;
    return true;
}

static bool read_iomem(const char *root, struct buf *ret,
                       struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    if (!path_join(root, "proc/iomem", &path, err) ||
        !file_read(path, IOMEM_TEXT_MAX, "memory map", ret, err)) {
        return false;
    }
    if (iomem_is_hidden(buf_string(ret))) {
        return sevk_fail(err, SEVK_HOST,
                         "'%s' hides its addresses: this needs root", path);
    }
    return true;
}

/* Keeps what it finds; a second page of the kind is one too many. */
static bool look_at(struct search *s, uint64_t address, struct sevk_error *err)
{
    SECRET(bytes);
    struct page page = { 0 };
    struct sevk_error why = { 0 };
    ssize_t got;

    if (!secret_alloc(&bytes, PAGE_LEN, err)) {
        return false;
    }
    got = pread(s->fd, secret_expose_mutable(&bytes), PAGE_LEN, (off_t)address);
    if (got != PAGE_LEN) {
        s->last_errno = got < 0 ? errno : 0;
        return true;
    }
    s->readable++;
    if (!page_read(secret_expose(&bytes), &page, &why)) {
        return why.code == SEVK_OK ||
               sevk_fail(err, why.code,
                         "the firmware's page at 0x%" PRIx64 ": %s", address,
                         why.message);
    }
    if (s->found) {
        return sevk_fail(err, SEVK_INPUT,
                         "two pages look like the firmware's, at 0x%" PRIx64
                         " and 0x%" PRIx64 ": neither is believed",
                         s->address, address);
    }
    s->found = true;
    s->address = address;
    s->page = page;
    secret_move(&s->bytes, &bytes);
    return true;
}

static bool look_at_all(struct search *s, const struct iomem_range *ranges,
                        size_t n, struct sevk_error *err)
{
    for (size_t i = 0; i < n; i++) {
        for (uint64_t at = ranges[i].start; at < ranges[i].end;
             at += PAGE_LEN) {
            if (!look_at(s, at, err)) {
                return false;
            }
        }
    }
    return true;
}

bool memory_find(const char *root, uint64_t *ret_address,
                 struct sevk_secret *ret_bytes, struct page *ret_page,
                 bool *ret_found, struct sevk_error *err)
{
    OWN(drop_search) struct search s = { .fd = -1 };
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };
    struct iomem_range ranges[IOMEM_RANGES_MAX];
    size_t n;

    if (!read_iomem(root, &text, err) || !memory_path(root, &path, err)) {
        return false;
    }
    n = iomem_reserved(buf_string(&text), ranges, IOMEM_RANGES_MAX);
    s.fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s.fd < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "opening '%s'", path);
    }
    if (!look_at_all(&s, ranges, n, err)) {
        return false;
    }
    if (n > 0 && s.readable == 0) {
        return sevk_fail_errno(err, SEVK_HOST, s.last_errno,
                               "'%s' shows no reserved page", path);
    }
    *ret_found = s.found;
    if (s.found) {
        *ret_address = s.address;
        *ret_page = s.page;
        secret_move(ret_bytes, &s.bytes);
    }
    return true;
}

bool memory_zero(const char *path, uint64_t address, size_t n,
                 struct sevk_error *err)
{
    static const uint8_t zeros[PAGE_LEN];
    uint8_t seen[PAGE_LEN];
    OWN(own_close) int fd = open(path, O_RDWR | O_CLOEXEC);
    WIPED(seen);

    if (n > PAGE_LEN) {
        return sevk_fail(err, SEVK_INPUT, "more than a page is to be wiped");
    }
    if (fd < 0 || pwrite(fd, zeros, n, (off_t)address) != (ssize_t)n ||
        pread(fd, seen, n, (off_t)address) != (ssize_t)n) {
        return sevk_fail_errno(err, SEVK_HOST, errno,
                               "wiping the secret through '%s'", path);
    }
    if (!bytes_all_zero(bytes_make(seen, n))) {
        return sevk_fail(err, SEVK_HOST,
                         "the secret was overwritten through '%s', but is "
                         "still there",
                         path);
    }
    return true;
}
