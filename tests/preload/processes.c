/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a guest: descriptors, children, threads, many at once. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

static uint32_t guests(int sev)
{
    return status_of(sev).guest_count;
}

/* A guest lives as long as there is a descriptor of its VM, or of a vCPU. */
static void check_descriptors(int kvm, int sev)
{
    int vm = start_guest(kvm, sev, 4, NULL);
    int again = dup(vm);
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);

    CHECK(again >= 0 && vcpu >= 0);
    close(vm);
    CHECK(guests(sev) == 1);
    CHECK(guest_state(again, sev) == 1);
    close(again);
    CHECK(guests(sev) == 1);
    close(vcpu);
    CHECK(guests(sev) == 0);

    vm = start_guest(kvm, sev, 0, NULL);
    CHECK(dup2(sev, vm) == vm); /* that closes it, too */
    CHECK(guests(sev) == 0 && guests(vm) == 0);
    close(vm);
    vm = start_guest(kvm, sev, 0, NULL);
    CHECK(dup3(sev, vm, O_CLOEXEC) == vm && guests(sev) == 0);
    close(vm);
    CHECK(ioctl(vm, KVM_CHECK_EXTENSION, 0) == -1 && errno == EBADF);
}

static int count_open(void)
{
    int n = 0;

    for (int fd = 3; fd < 64; fd++) {
        n += fcntl(fd, F_GETFD) != -1;
    }
    return n;
}

/* A program that closes what it did not open does not lose the platform. */
static void check_closing_all(void)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);

    start_guest(kvm, sev, 0, NULL);
    for (int fd = 3; fd < 1024; fd++) {
        close(fd);
    }
    kvm = open_device("/dev/kvm", O_RDWR);
    sev = open_device("/dev/sev", O_RDWR);
    CHECK(guests(sev) == 0);
    /* The library's own, of which a process with a guest has several. */
    start_guest(kvm, sev, 0, NULL);
    CHECK(close_range(3, ~0u, 0) == 0);
    CHECK(count_open() >= 2);
    sev = open_device("/dev/sev", O_RDWR);
    CHECK(guests(sev) == 0);
    for (int fd = 3; fd < 64; fd++) {
        CHECK(fd == sev || fcntl(fd, F_GETFD) == -1 ||
              (dup2(0, fd) == -1 && errno == EBUSY &&
               dup3(0, fd, O_CLOEXEC) == -1 && errno == EBUSY));
    }
    CHECK(guests(sev) == 0);
    close(sev);
}

static int wait_for(pid_t pid)
{
    int status = 0;

    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* In a child the platform works, and the parent's VM does not (as in KVM). */
static int child_of(int kvm, int vm, int sev)
{
    struct kvm_sev_guest_status s;
    int before = faults_found();
    int own;

    EXPECT(encrypt_op(vm, KVM_SEV_GUEST_STATUS, &s, sev), EIO, NO_CALL);
    CHECK(guests(sev) == 1);
    own = start_guest(kvm, sev, 0, NULL);
    CHECK(guests(sev) == 2);
    close(vm);
    CHECK(guests(sev) == 2); /* the parent's is still there */
    close(own);
    return faults_found() - before;
}

static void check_fork(int kvm, int sev)
{
    int vm = start_guest(kvm, sev, 0, NULL);
    pid_t pid = fork();

    if (pid == 0) {
        _exit(child_of(kvm, vm, sev));
    }
    CHECK(wait_for(pid) == 0);
    CHECK(guests(sev) == 1 && guest_state(vm, sev) == 1);
    close(vm);
    CHECK(guests(sev) == 0);
}

/* A guest goes with its process, also when that is killed. */
static void check_death(int kvm, int sev)
{
    int ready[2];
    char byte;
    pid_t pid;

    CHECK(pipe(ready) == 0);
    pid = fork();
    if (pid == 0) {
        start_guest(kvm, sev, 0, NULL);
        CHECK(write(ready[1], "", 1) == 1);
        pause();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    CHECK(guests(sev) == 1);
    kill(pid, SIGKILL);
    wait_for(pid);
    CHECK(guests(sev) == 0);
    close(ready[0]);
    close(ready[1]);
}

/* What is inherited over exec is still the device. */
static void check_exec(void)
{
    int sev = open("/dev/sev", O_RDWR);
    char number[16];
    pid_t pid;

    snprintf(number, sizeof number, "%d", sev);
    pid = fork();
    if (pid == 0) {
        execl("/proc/self/exe", "client", "inherited", number, (char *)NULL);
        _exit(127);
    }
    CHECK(wait_for(pid) == 0);
    close(sev);
}

void part_inherited(char **words)
{
    int sev = atoi(words[0]);

    CHECK(status_of(sev).api_major == 1);
    EXPECT(issue(sev, SEV_PDH_GEN, NULL), 0, 0);
}

/* -- Threads and signals --------------------------------------------------- */

/* The helpers of client.h are for one thread; this is not. */
static void *work(void *arg)
{
    const int *fds = arg;
    uintptr_t wrong = 0;

    for (int i = 0; i < 50; i++) {
        struct sev_user_data_status s;
        struct sev_issue_cmd c = { .cmd = SEV_PLATFORM_STATUS, .data = at(&s) };
        struct kvm_sev_launch_start start = { 0 };
        struct kvm_sev_cmd init = { .id = KVM_SEV_INIT };
        struct kvm_sev_cmd launch = { .id = KVM_SEV_LAUNCH_START,
                                      .data = at(&start),
                                      .sev_fd = (uint32_t)fds[1] };
        int vm = ioctl(fds[0], KVM_CREATE_VM, 0);

        wrong += vm < 0;
        wrong += ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &init) != 0;
        wrong += ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &launch) != 0;
        wrong += ioctl(fds[1], SEV_ISSUE_CMD, &c) != 0 || s.guest_count == 0;
        close(vm);
    }
    return (void *)wrong;
}

static void on_alarm(int signal_)
{
    (void)signal_;
    close(-1); /* what a handler may do, and what the library stands before */
}

static void check_threads(int kvm, int sev)
{
    struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
    const struct itimerval never = { { 0, 0 }, { 0, 0 } };
    struct sigaction action = { .sa_handler = on_alarm };
    int fds[2] = { kvm, sev };
    pthread_t threads[4];

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (size_t i = 0; i < 4; i++) {
        CHECK(pthread_create(&threads[i], NULL, work, fds) == 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *wrong = &fds;

        CHECK(pthread_join(threads[i], &wrong) == 0 && wrong == NULL);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(guests(sev) == 0);
}

void part_processes(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);

    (void)words;
    check_descriptors(kvm, sev);
    check_fork(kvm, sev);
    check_death(kvm, sev);
    check_exec();
    check_threads(kvm, sev);
    close(sev);
    close(kvm);
    check_closing_all();
}

/* -- Many ------------------------------------------------------------------ */

/* The memory of this process that is its own, in KiB. */
static long memory_used(void)
{
    long size = 0, resident = 0, shared = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    CHECK(f != NULL &&
          fscanf(f, "%ld %ld %ld", &size, &resident, &shared) == 3);
    if (f != NULL) {
        fclose(f);
    }
    return (resident - shared) * (long)(PAGE / 1024);
}

static double now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

#define ES_GUESTS  99 /* milan: ASIDs 1 to 99 with SEV-ES, to 509 without */
#define SEV_GUESTS 410

/* One of many: SEV and SEV-ES in turn, as long as there are ASIDs. */
static int start_nth(int kvm, int sev, int n, uint8_t *page)
{
    bool es = n % 5 == 4 && n / 5 < ES_GUESTS;
    int vm = start_guest(kvm, sev, es ? 4 : 0, NULL);

    EXPECT(update_data(vm, sev, page, PAGE), 0, 0);
    finish_guest(vm, sev);
    return vm;
}

/* WORDS: how many. Prints how long the first and the last tenth took. */
void part_many(char **words)
{
    int n = atoi(words[0]);
    struct rlimit files = { 4096, 4096 };
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    uint8_t *ram = make_memory((size_t)n * PAGE);
    double took[10] = { 0 };
    long before = 0;
    int vm = -1;

    CHECK(setrlimit(RLIMIT_NOFILE, &files) == 0);
    memset(ram, 1, (size_t)n * PAGE);
    close(start_nth(kvm, sev, 0, ram)); /* what comes with the first */
    before = memory_used();
    for (int i = 0; i < n; i++) {
        double begin = now_us();

        vm = start_nth(kvm, sev, i, ram + (size_t)i * PAGE);
        took[i * 10 / n] += now_us() - begin;
    }
    CHECK(guests(sev) == (uint32_t)n);
    CHECK((memory_used() - before) / n < 64);
    printf("%ld KiB for each; us for each, by tenths:",
           (memory_used() - before) / n);
    for (int i = 0; i < 10; i++) {
        printf(" %.0f", took[i] / (n / 10));
    }
    printf("\n");
    if (n == SEV_GUESTS + ES_GUESTS) {
        struct kvm_sev_launch_start s = { .policy = 0 };

        vm = make_vm(kvm, 0);
        EXPECT(encrypt_op(vm, KVM_SEV_INIT, NULL, sev), 0, NO_CALL);
        EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_START, &s, sev), EBUSY, 0);
        vm = make_vm(kvm, 0);
        s.policy = 4;
        EXPECT(encrypt_op(vm, KVM_SEV_ES_INIT, NULL, sev), 0, NO_CALL);
        EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_START, &s, sev), EBUSY, 0);
    }
}

/* -- For others to kill, and to share with --------------------------------- */

/* Starts and ends guests until it is killed; says so after the first. */
void part_hold(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    uint8_t *page = make_memory(PAGE);
    int vms[8] = { 0 };

    (void)words;
    for (unsigned i = 0; faults_found() == 0; i++) {
        if (i >= 8) {
            close(vms[i % 8]);
        }
        vms[i % 8] = start_nth(kvm, sev, (int)(i % 10), page);
        if (i == 8) {
            puts("ready");
            fflush(stdout);
        }
        if (i % 16 == 3) {
            EXPECT(issue(sev, SEV_PDH_GEN, NULL), 0, 0);
        }
    }
}

/* Two processes see the same bytes at the same address, as VMs that share a key
 * do: the address is part of what memory is encrypted with. */
#define SHARED_AT ((void *)0x700000000000ull)
static const char shared_text[64] = "seen by whoever has the key";

static uint8_t *map_shared(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void *p;

    CHECK(fd >= 0 && ftruncate(fd, PAGE) == 0);
    p = mmap(SHARED_AT, PAGE, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
    CHECK(p == SHARED_AT);
    close(fd);
    return p;
}

/* WORDS: a policy, a file. Has a guest with the text in the file's page, prints
 * its handle, and lives until its standard input ends. */
void part_keep(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    uint8_t *page = map_shared(words[1]);
    uint32_t handle = 0;
    char byte;
    int vm = start_guest(kvm, sev, (uint32_t)atoi(words[0]), &handle);

    memcpy(page, shared_text, sizeof shared_text);
    EXPECT(update_data(vm, sev, page, PAGE), 0, 0);
    CHECK(memcmp(page, shared_text, sizeof shared_text) != 0);
    printf("%u\n", handle);
    fflush(stdout);
    CHECK(read(STDIN_FILENO, &byte, 1) == 0);
}

/* WORDS: a policy, the file, a handle or 0, the status that comes of it. */
void part_share(char **words)
{
    int kvm = open_device("/dev/kvm", O_RDWR);
    int sev = open_device("/dev/sev", O_RDWR);
    struct kvm_sev_launch_start s = { .policy = (uint32_t)atoi(words[0]),
                                      .handle = (uint32_t)atoi(words[2]) };
    uint32_t status = (uint32_t)atoi(words[3]);
    uint8_t *page = map_shared(words[1]);
    uint8_t plain[64];
    int vm = make_vm(kvm, 0);

    EXPECT(encrypt_op(vm, KVM_SEV_INIT, NULL, sev), 0, NO_CALL);
    EXPECT(encrypt_op(vm, KVM_SEV_LAUNCH_START, &s, sev), status == 0 ? 0 : EIO,
           status);
    if (status == 0) {
        bool same;

        EXPECT(dbg(vm, sev, false, page, plain, sizeof plain), 0, 0);
        same = memcmp(plain, shared_text, sizeof plain) == 0;
        CHECK(same == (atoi(words[2]) != 0));
    }
    close(vm);
    close(sev);
    close(kvm);
}
