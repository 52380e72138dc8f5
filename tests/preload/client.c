/* SPDX-License-Identifier: Apache-2.0 */
/* A client of SEV written from the kernel's headers: which part, and helpers. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

uint32_t last_status;
static int faults;
static int checks;

void check(bool is, const char *what, const char *file, int line)
{
    checks++;
    if (!is) {
        faults++;
        fprintf(stderr, "FAULT: %s:%d: %s\n", file, line, what);
    }
}

void expect(int got, int want_errno, uint32_t want_status, const char *what,
            const char *file, int line)
{
    checks++;
    if (got != want_errno || last_status != want_status) {
        faults++;
        fprintf(stderr, "FAULT: %s:%d: %s: %s, status %#x; not %s, %#x\n", file,
                line, what, strerror(got), last_status, strerror(want_errno),
                want_status);
    }
}

int faults_found(void)
{
    return faults;
}

static void give_up(const char *what)
{
    fprintf(stderr, "FAULT: %s: %s\n", what, strerror(errno));
    exit(1);
}

uint64_t at(const void *p)
{
    return (uint64_t)(uintptr_t)p;
}

int issue(int sev, uint32_t cmd, void *data)
{
    struct sev_issue_cmd input = { .cmd = cmd,
                                   .data = at(data),
                                   .error = NO_CALL };
    int r = ioctl(sev, SEV_ISSUE_CMD, &input) == 0 ? 0 : errno;

    last_status = input.error;
    return r;
}

int encrypt_op(int vm, uint32_t id, void *data, int sev)
{
    struct kvm_sev_cmd input = {
        .id = id, .data = at(data), .error = NO_CALL, .sev_fd = (uint32_t)sev
    };
    int r = ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &input) == 0 ? 0 : errno;

    last_status = input.error;
    return r;
}

int open_device(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0) {
        give_up(path);
    }
    return fd;
}

int make_vm(int kvm, unsigned long type)
{
    int vm = ioctl(kvm, KVM_CREATE_VM, type);

    if (vm < 0) {
        give_up("KVM_CREATE_VM");
    }
    return vm;
}

uint8_t *make_memory(size_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                   -1, 0);

    if (p == MAP_FAILED) {
        give_up("mmap");
    }
    return p;
}

void read_whole(const char *path, void *to, size_t n)
{
    FILE *f = fopen(path, "rb");

    if (f == NULL || fread(to, 1, n, f) != n) {
        give_up(path);
    }
    fclose(f);
}

void write_whole(const char *path, const void *from, size_t n)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL || fwrite(from, 1, n, f) != n || fclose(f) != 0) {
        give_up(path);
    }
}

struct sev_user_data_status status_of(int sev)
{
    struct sev_user_data_status s = { 0 };

    EXPECT(issue(sev, SEV_PLATFORM_STATUS, &s), 0, 0);
    return s;
}

int start_guest(int kvm, int sev, uint32_t policy, uint32_t *ret_handle)
{
    struct kvm_sev_launch_start start = { .policy = policy };
    bool es = (policy & 4) != 0;
    int vm = make_vm(kvm, 0);

    EXPECT(encrypt_op(vm, es ? KVM_SEV_ES_INIT : KVM_SEV_INIT, NULL, sev), 0,
           NO_CALL);
    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_START, &start, sev), 0, 0);
    if (ret_handle != NULL) {
        *ret_handle = start.handle;
    }
    return vm;
}

uint32_t guest_state(int vm, int sev)
{
    struct kvm_sev_guest_status s = { 0 };

    EXPECT(encrypt_op(vm, KVM_SEV_GUEST_STATUS, &s, sev), 0, 0);
    return s.state;
}

void finish_guest(int vm, int sev)
{
    uint8_t measure[48];
    struct kvm_sev_launch_measure m = { .uaddr = at(measure), .len = 48 };

    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_MEASURE, &m, sev), 0, 0);
    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_FINISH, NULL, sev), 0, 0);
}

int update_data(int vm, int sev, void *p, uint32_t n)
{
    struct kvm_sev_launch_update_data u = { .uaddr = at(p), .len = n };

    return encrypt_op(vm, KVM_SEV_LAUNCH_UPDATE_DATA, &u, sev);
}

int dbg(int vm, int sev, bool encrypt, const void *src, void *dst, uint32_t n)
{
    struct kvm_sev_dbg d = { .src_uaddr = at(src),
                             .dst_uaddr = at(dst),
                             .len = n };

    return encrypt_op(vm, encrypt ? KVM_SEV_DBG_ENCRYPT : KVM_SEV_DBG_DECRYPT,
                      &d, sev);
}

static const struct {
    const char *name;
    void (*run)(char **words);
    int words;
} parts[] = {
    { "sev", part_sev, 3 },
    { "readonly", part_readonly, 0 },
    { "kvm", part_kvm, 0 },
    { "vcpu", part_vcpu, 0 },
    { "launch", part_launch, 5 },
    { "launch-faults", part_launch_faults, 0 },
    { "dbg", part_dbg, 0 },
    { "send", part_send, 3 },
    { "receive", part_receive, 2 },
    { "migration-faults", part_migration_faults, 1 },
    { "steal", part_steal, 0 },
    { "processes", part_processes, 0 },
    { "many", part_many, 1 },
    { "hold", part_hold, 0 },
    { "hammer", part_hammer, 2 },
    { "keep", part_keep, 2 },
    { "share", part_share, 4 },
    { "inherited", part_inherited, 1 },
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(argv[1], parts[i].name) == 0 && argc == parts[i].words + 2) {
            parts[i].run(argv + 2);
            printf("%s: %d checks, %d faults\n", argv[1], checks, faults);
            return checks > 0 && faults == 0 ? 0 : 1;
        }
    }
    fprintf(stderr, "usage: client PART WORDS...\n");
    return 2;
}
