/* SPDX-License-Identifier: Apache-2.0 */
/* What /dev/sev and /dev/kvm cost through the preload library. */

/*
 * device GODH SESSION: under the library; the files are a session as bytes.
 * Prints one JSON object a row:
 *
 *   PLATFORM_STATUS   the whole ioctl
 *   launch            LAUNCH_START, LAUNCH_UPDATE_DATA of 4 MiB, MEASURE and
 *                     FINISH, beside one ECDH on P-384, SHA-256 and
 *                     AES-128-XTS (units of 4 KiB) of libcrypto's over as much
 *   500 guests        starting the last fifty beside starting the first
 *
 * Time is that of the processor, which a busy machine does not stretch.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/psp-sev.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#define GUEST   ((size_t)4 << 20)
#define UNIT    4096
#define RUNS    31
#define MANY    500
#define PART    50
#define CALLS   1000
#define CERT    2084
#define SESSION 128

struct bench {
    int kvm;
    int sev;
    uint8_t *ram;
    uint8_t *plain;
    uint8_t godh[CERT];
    uint8_t session[SESSION];
    EVP_PKEY *mine;
    EVP_PKEY *theirs;
    EVP_CIPHER_CTX *xts;
};

static void need(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "device: %s\n", what);
        exit(1);
    }
}

static uint64_t at(const void *p)
{
    return (uint64_t)(uintptr_t)p;
}

static double now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return values[n / 2];
}

static void print_row(const char *name, size_t runs, double ours, double other,
                      double ratio)
{
    printf("{\"name\": \"%s\", \"runs\": %zu, \"ours_ms\": %.4f, \"other_ms\": "
           "%.4f, \"ratio\": %.4f}\n",
           name, runs, ours, other, ratio);
}

static void read_file(const char *path, uint8_t *to, size_t n)
{
    FILE *f = fopen(path, "rb");

    need(f != NULL && fread(to, 1, n, f) == n, path);
    fclose(f);
}

static void open_bench(struct bench *b, char **files)
{
    b->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    b->sev = open("/dev/sev", O_RDWR | O_CLOEXEC);
    need(b->kvm >= 0 && b->sev >= 0, "no /dev/sev: is it under the library?");
    read_file(files[0], b->godh, sizeof b->godh);
    read_file(files[1], b->session, sizeof b->session);
    b->ram = mmap(NULL, GUEST, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    b->plain = malloc(GUEST);
    need(b->ram != MAP_FAILED && b->plain != NULL, "out of memory");
    memset(b->ram, 0x5a, GUEST);
    memset(b->plain, 0x5a, GUEST);
    b->mine = EVP_EC_gen("P-384");
    b->theirs = EVP_EC_gen("P-384");
    b->xts = EVP_CIPHER_CTX_new();
    need(b->mine != NULL && b->theirs != NULL && b->xts != NULL, "no key");
}

static void encrypt_op(const struct bench *b, int vm, uint32_t id, void *data)
{
    struct kvm_sev_cmd c = { .id = id,
                             .data = at(data),
                             .sev_fd = (uint32_t)b->sev };

    need(ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &c) == 0, "a command failed");
}

/* -- PLATFORM_STATUS ------------------------------------------------------- */

static void status(const struct bench *b)
{
    static double ms[CALLS];
    struct sev_user_data_status s;
    struct sev_issue_cmd c = { .cmd = SEV_PLATFORM_STATUS, .data = at(&s) };

    for (size_t i = 0; i < CALLS; i++) {
        double begin = now_ms();

        need(ioctl(b->sev, SEV_ISSUE_CMD, &c) == 0, "PLATFORM_STATUS");
        ms[i] = now_ms() - begin;
    }
    print_row("PLATFORM_STATUS through the preload library", CALLS,
              median(ms, CALLS), 0, median(ms, CALLS) * 1e3);
}

/* -- A launch -------------------------------------------------------------- */

/* From LAUNCH_START to LAUNCH_FINISH; making the VM is the kernel's. */
static double time_launch(const struct bench *b)
{
    uint8_t measure[48];
    struct kvm_sev_launch_start start = { .policy = 1,
                                          .dh_uaddr = at(b->godh),
                                          .dh_len = CERT,
                                          .session_uaddr = at(b->session),
                                          .session_len = SESSION };
    struct kvm_sev_launch_update_data data = { .uaddr = at(b->ram),
                                               .len = (uint32_t)GUEST };
    struct kvm_sev_launch_measure m = { .uaddr = at(measure), .len = 48 };
    int vm = ioctl(b->kvm, KVM_CREATE_VM, 0);
    double ms;

    need(vm >= 0, "KVM_CREATE_VM");
    encrypt_op(b, vm, KVM_SEV_INIT, NULL);
    ms = now_ms();
    encrypt_op(b, vm, KVM_SEV_LAUNCH_START, &start);
    encrypt_op(b, vm, KVM_SEV_LAUNCH_UPDATE_DATA, &data);
    encrypt_op(b, vm, KVM_SEV_LAUNCH_MEASURE, &m);
    encrypt_op(b, vm, KVM_SEV_LAUNCH_FINISH, NULL);
    ms = now_ms() - ms;
    close(vm);
    return ms;
}

static void exchange(const struct bench *b)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(b->mine, NULL);
    uint8_t z[48];
    size_t n = sizeof z;

    need(ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
             EVP_PKEY_derive_set_peer(ctx, b->theirs) == 1 &&
             EVP_PKEY_derive(ctx, z, &n) == 1,
         "ECDH");
    EVP_PKEY_CTX_free(ctx);
}

static double time_bare(const struct bench *b)
{
    uint8_t key[32] = { 1 };
    uint8_t iv[16] = { 0 };
    uint8_t digest[32];
    double ms = now_ms();
    int n;

    exchange(b);
    SHA256(b->plain, GUEST, digest);
    need(EVP_EncryptInit_ex(b->xts, EVP_aes_128_xts(), NULL, key, iv), "XTS");
    for (size_t i = 0; i < GUEST; i += UNIT) {
        iv[0] = (uint8_t)(i / UNIT);
        need(
            EVP_EncryptInit_ex(b->xts, NULL, NULL, NULL, iv) &&
                EVP_EncryptUpdate(b->xts, b->plain + i, &n, b->plain + i, UNIT),
            "XTS");
    }
    return now_ms() - ms;
}

static void launch(const struct bench *b)
{
    static double ours[RUNS], other[RUNS], ratio[RUNS];

    time_launch(b);
    time_bare(b);
    for (size_t i = 0; i < RUNS; i++) {
        ours[i] = time_launch(b);
        other[i] = time_bare(b);
        ratio[i] = ours[i] / other[i];
    }
    print_row("LAUNCH_START to FINISH, 4 MiB, vs ECDH, hash and encrypt", RUNS,
              median(ours, RUNS), median(other, RUNS), median(ratio, RUNS));
}

/* -- Many guests ----------------------------------------------------------- */

static void start_one(const struct bench *b, size_t i)
{
    bool es = i % 5 == 4 && i / 5 < 99;
    struct kvm_sev_launch_start start = { .policy = es ? 4 : 0 };
    struct kvm_sev_launch_update_data data = { .uaddr = at(b->ram + i * UNIT),
                                               .len = UNIT };
    uint8_t measure[48];
    struct kvm_sev_launch_measure m = { .uaddr = at(measure), .len = 48 };
    int vm = ioctl(b->kvm, KVM_CREATE_VM, 0);

    need(vm >= 0, "KVM_CREATE_VM");
    encrypt_op(b, vm, es ? KVM_SEV_ES_INIT : KVM_SEV_INIT, NULL);
    encrypt_op(b, vm, KVM_SEV_LAUNCH_START, &start);
    encrypt_op(b, vm, KVM_SEV_LAUNCH_UPDATE_DATA, &data);
    encrypt_op(b, vm, KVM_SEV_LAUNCH_MEASURE, &m);
    encrypt_op(b, vm, KVM_SEV_LAUNCH_FINISH, NULL);
}

static void many(const struct bench *b)
{
    static double ms[MANY];
    struct rlimit files = { 4096, 4096 };
    double first;
    double last;

    need(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
    for (size_t i = 0; i < MANY; i++) {
        double begin = now_ms();

        start_one(b, i);
        ms[i] = now_ms() - begin;
    }
    first = median(ms, PART);
    last = median(ms + MANY - PART, PART);
    print_row("500 guests, SEV and SEV-ES: one of the last vs of the first",
              MANY, last, first, last / first);
}

int main(int argc, char **argv)
{
    static struct bench b;

    if (argc != 3) {
        fprintf(stderr, "usage: device GODH SESSION\n");
        return 2;
    }
    open_bench(&b, argv + 1);
    status(&b);
    launch(&b);
    many(&b);
    return 0;
}
