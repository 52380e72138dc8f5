/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's memory as its host gets it through the monitor. */
#include "qemu/host_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/own.h"
#include "qemu/elf_core.h"
#include "qemu/sink.h"

/* How much is encrypted and written at a time. */
#define PIECE ((size_t)256 << 10)

#define MIB  UINT64_C(0x100000)
#define GIB4 UINT64_C(0x100000000)

/* No guest has more runs of RAM than this. */
#define RUNS_MAX 8
#define CPUS_MAX 4096

static bool no_memory(struct sevk_error *err)
{
    return sevk_fail(err, SEVK_HOST, "out of memory for a dump");
}

static void drop(struct host_memory *m, size_t i)
{
    free(m->held[i].name);
    own_close(&m->held[i].fd);
    m->n_held--;
    memmove(&m->held[i], &m->held[i + 1], (m->n_held - i) * sizeof m->held[i]);
}

void host_memory_close(struct host_memory *m)
{
    while (m->n_held > 0) {
        drop(m, m->n_held - 1);
    }
}

static bool find(const struct host_memory *m, const char *name, size_t *ret)
{
    for (size_t i = 0; i < m->n_held; i++) {
        if (strcmp(m->held[i].name, name) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

bool host_memory_holds(const struct host_memory *m, const char *name)
{
    size_t i;

    return find(m, name, &i);
}

void host_memory_let_go(struct host_memory *m, const char *name)
{
    size_t i;

    if (find(m, name, &i)) {
        drop(m, i);
    }
}

bool host_memory_hold(struct host_memory *m, const char *name, int fd,
                      struct sevk_error *err)
{
    OWN(own_free) char *copy = strdup(name);
    OWN(own_close) int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

    if (copy == NULL || own < 0) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "descriptor '%s'", name);
    }
    host_memory_let_go(m, name);
    if (m->n_held == HOST_MEMORY_FDS) {
        drop(m, 0);
    }
    m->held[m->n_held].name = TAKE(copy);
    m->held[m->n_held].fd = take_fd(&own);
    m->n_held++;
    return true;
}

bool host_memory_is_devices(const struct host_memory *m, uint64_t gpa,
                            uint64_t n)
{
    return gpa >= MIB && gpa < GIB4 && n <= GIB4 - gpa &&
           !vmm_host_view_touches(&m->view, gpa, n);
}

static bool write_range(const struct host_memory *m, uint64_t gpa, uint64_t n,
                        const struct sink *sink, struct sevk_error *err)
{
    OWN(own_free) uint8_t *piece = malloc(PIECE);

    if (piece == NULL) {
        return no_memory(err);
    }
    while (n > 0) {
        size_t now = n < PIECE ? (size_t)n : PIECE;

        if (!vmm_host_view_read(&m->view, gpa, piece, now, err) ||
            !sink_write(sink, bytes_make(piece, now), err)) {
            return false;
        }
        gpa += now;
        n -= now;
    }
    return true;
}

bool host_memory_save(const struct host_memory *m, uint64_t gpa, uint64_t n,
                      const char *path, struct sevk_error *err)
{
    OWN(sink_close) struct sink sink = SINK_NONE;

    return sink_open(path, m->qemu_end, &sink, err) &&
           write_range(m, gpa, n, &sink, err);
}

/* The runs of RAM; the flash is none. */
static size_t list_runs(const struct host_memory *m,
                        struct elf_core_run ret[static RUNS_MAX],
                        uint64_t *ret_total)
{
    const struct vmm_host_view ram = { m->view.guest, { 0 } };
    struct vmm_private run;
    size_t n = 0;

    *ret_total = 0;
    for (uint64_t at = 0; n < RUNS_MAX && vmm_host_view_next(&ram, at, &run);
         at = run.gpa + run.n) {
        ret[n++] = (struct elf_core_run){ run.gpa, run.n };
        *ret_total += run.n;
    }
    return n;
}

static bool append_head(const struct host_memory *m,
                        const struct elf_core_run *runs, size_t n_runs,
                        const char *text, struct buf *ret,
                        struct sevk_error *err)
{
    size_t n = registers_count(text);
    OWN(own_free) struct registers *cpus = NULL;

    if (n > CPUS_MAX) {
        return sevk_fail(err, SEVK_INPUT, "%zu vCPUs are too many", n);
    }
    cpus = calloc(n + 1, sizeof *cpus);
    if (cpus == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < n && !m->es; i++) {
        if (!registers_read(text, i, &cpus[i])) {
            return sevk_fail(err, SEVK_HOST, "vCPU %zu: no registers", i);
        }
    }
    return elf_core_append_head(ret, runs, n_runs, cpus, n, err);
}

static bool open_protocol(struct host_memory *m, const char *protocol,
                          struct sink *ret, struct sevk_error *err)
{
    size_t i;
    int fd;

    if (strncmp(protocol, "file:", 5) == 0) {
        return sink_open(protocol + 5, m->qemu_end, ret, err);
    }
    if (strncmp(protocol, "fd:", 3) != 0) {
        return sevk_fail(err, SEVK_INPUT, "Invalid parameter 'protocol'");
    }
    if (!find(m, protocol + 3, &i)) {
        return sevk_fail(err, SEVK_INPUT,
                         "File descriptor named '%s' has not been found",
                         protocol + 3);
    }
    fd = take_fd(&m->held[i].fd);
    drop(m, i);
    if (!sink_take(&fd, m->qemu_end, ret, err)) {
        own_close(&fd);
        return false;
    }
    return true;
}

bool host_memory_dump(struct host_memory *m, const char *protocol,
                      const char *registers, struct sevk_error *err)
{
    OWN(sink_close) struct sink sink = SINK_NONE;
    OWN(buf_free) struct buf head = { 0 };
    struct elf_core_run runs[RUNS_MAX];
    uint64_t total;
    size_t n = list_runs(m, runs, &total);

    if (!open_protocol(m, protocol, &sink, err) ||
        !append_head(m, runs, n, registers, &head, err) ||
        !sink_write(&sink, buf_bytes(&head), err)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!write_range(m, runs[i].paddr, runs[i].n, &sink, err)) {
            return false;
        }
    }
    m->dumped = total;
    return true;
}

static bool read_line(void *ctx, uint64_t address, uint8_t *ret, size_t n,
                      bool *ret_there, struct sevk_error *err)
{
    const struct host_memory *m = ctx;

    *ret_there = vmm_host_view_touches(&m->view, address, n);
    return vmm_host_view_read(&m->view, address, ret, n, err);
}

bool host_memory_show(const struct host_memory *m,
                      const struct memory_request *request, struct buf *ret,
                      struct sevk_error *err)
{
    const struct memory_reader reader = { read_line, (void *)(uintptr_t)m };

    return memory_text_append(ret, request, reader, err);
}
