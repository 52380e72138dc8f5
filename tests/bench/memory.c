/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the firmware's work on memory with libcrypto's bare functions. */

/*
 * memory: prints one JSON object a row. In each row both sides work on the same
 * memory in one process, in turn, after one round that is not counted; "ratio"
 * is the median of the pairs' ratios. Time is that of the processor, which a
 * busy machine does not stretch. The buffer is larger than any cache, and
 * small pieces go through the whole of it.
 *
 *   encryption        fw_memory_write() of 256 MiB beside EVP's AES-128-XTS in
 *                     units of 4 KiB; ratio of the throughputs
 *   LAUNCH_UPDATE     hash and encrypt, beside SHA-256 and AES-128-XTS one
 *                     after the other; ratio of the throughputs
 *   linear            time for a byte of 1 GiB in one command by that in
 *                     commands of 1 MiB
 *   4 KiB             "ratio" is how many microseconds longer one command takes
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/own.h"
#include "fw/driver.h"
#include "fw/platform.h"

#define MIB      ((size_t)1 << 20)
#define BUFFER   (1024 * MIB)
#define RUNS_MAX 31
#define BASE     ((uint64_t)1 << 32)
#define UNIT     4096

static void die(const char *what)
{
    fprintf(stderr, "memory: %s\n", what);
    exit(1);
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

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

/* ---- a platform with one guest under launch */

struct bench {
    uint8_t *memory;
    uint8_t *plain; /* as much as is encrypted in one go */
    struct driver *driver;
    uint32_t handle;
    uint32_t asid;
    EVP_CIPHER_CTX *xts;
};

static uint8_t *map(void *ctx, uint64_t paddr, size_t n, bool write)
{
    const struct bench *b = ctx;

    (void)write;
    return paddr < BASE || n > BUFFER || paddr - BASE > BUFFER - n
               ? NULL
               : b->memory + (paddr - BASE);
}

static void open_bench(struct bench *b, const char *dir)
{
    struct fw_profile profile = fw_profile_default();
    const struct fw_options options = { .dir = dir,
                                        .memory = { map, b },
                                        .encrypt = true,
                                        .rng = rng_system(),
                                        .clock = clock_system() };
    static const uint8_t key[32] = { 1, 2, 3 };
    struct sevk_error err = { 0 };

    profile.rsa_bits = 2048;
    b->memory = mmap(NULL, BUFFER, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    b->plain = malloc(256 * MIB);
    b->xts = EVP_CIPHER_CTX_new();
    if (b->memory == MAP_FAILED || b->plain == NULL || b->xts == NULL ||
        EVP_EncryptInit_ex(b->xts, EVP_aes_128_xts(), NULL, key, NULL) != 1) {
        die("out of memory");
    }
    memset(b->memory, 0x5a, BUFFER);
    memset(b->plain, 0xa5, 256 * MIB);
    if (!platform_create(dir, &profile, rng_system(), clock_system(), &err) ||
        !driver_open(&options, &b->driver, &err) ||
        !driver_launch_start(b->driver, 0, (struct bytes){ 0 },
                             (struct bytes){ 0 }, &b->handle, &b->asid, &err)) {
        die(err.message);
    }
}

/* ---- the two sides */

static void bare_xts(struct bench *b, const uint8_t *in, uint8_t *out, size_t n)
{
    for (size_t at = 0; at < n; at += UNIT) {
        uint8_t unit[16] = { 0 };
        uint64_t number = at / UNIT;
        int done = 0;

        memcpy(unit, &number, sizeof number);
        if (EVP_EncryptInit_ex(b->xts, NULL, NULL, NULL, unit) != 1 ||
            EVP_EncryptUpdate(b->xts, out + at, &done, in + at, UNIT) != 1) {
            die("EVP");
        }
    }
}

static double bare_hash_and_xts(struct bench *b, size_t piece, size_t total)
{
    double begin = now_ms();

    for (size_t at = 0; at < total; at += piece) {
        SHA256_CTX sha;
        uint8_t digest[32];

        SHA256_Init(&sha);
        SHA256_Update(&sha, b->memory + at, piece);
        SHA256_Final(digest, &sha);
        bare_xts(b, b->memory + at, b->memory + at, piece);
    }
    return now_ms() - begin;
}

static double launch_update(struct bench *b, size_t piece, size_t total)
{
    struct sevk_error err = { 0 };
    double begin = now_ms();

    for (size_t at = 0; at < total; at += piece) {
        if (!driver_launch_update_data(b->driver, b->handle, BASE + at,
                                       (uint32_t)piece, &err)) {
            die(err.message);
        }
    }
    return now_ms() - begin;
}

/* ---- rows */

static void print_row(const char *name, int runs, double ours, double other,
                      double ratio)
{
    printf("{\"name\": \"%s\", \"runs\": %d, \"ours_ms\": %.3f, "
           "\"other_ms\": %.3f, \"ratio\": %.4f}\n",
           name, runs, ours, other, ratio);
    fflush(stdout);
}

static void encryption(struct bench *b)
{
    double ours[RUNS_MAX], other[RUNS_MAX], ratio[RUNS_MAX];
    const size_t n = 256 * MIB;
    const int runs = 21;

    for (int i = -1; i < runs; i++) {
        int at = i < 0 ? 0 : i;
        double begin = now_ms();

        if (fw_memory_write(driver_fw(b->driver), b->asid, BASE,
                            bytes_make(b->plain, n)) != SEV_STATUS_SUCCESS) {
            die("fw_memory_write");
        }
        ours[at] = now_ms() - begin;
        begin = now_ms();
        bare_xts(b, b->plain, b->memory, n);
        other[at] = now_ms() - begin;
        ratio[at] = other[at] / ours[at];
    }
    print_row("memory encryption, 256 MiB vs bare EVP AES-128-XTS, throughput",
              runs, median(ours, runs), median(other, runs),
              median(ratio, runs));
}

static void updates(struct bench *b, const char *name, size_t piece,
                    size_t total, int runs)
{
    double ours[RUNS_MAX], other[RUNS_MAX], ratio[RUNS_MAX];

    for (int i = -1; i < runs; i++) {
        int at = i < 0 ? 0 : i;

        ours[at] = launch_update(b, piece, total);
        other[at] = bare_hash_and_xts(b, piece, total);
        ratio[at] = other[at] / ours[at];
    }
    print_row(name, runs, median(ours, runs), median(other, runs),
              median(ratio, runs));
}

static void linear(struct bench *b)
{
    double one[RUNS_MAX], many[RUNS_MAX], ratio[RUNS_MAX];
    const int runs = 5;

    for (int i = -1; i < runs; i++) {
        int at = i < 0 ? 0 : i;

        one[at] = launch_update(b, BUFFER, BUFFER);
        many[at] = launch_update(b, MIB, BUFFER);
        ratio[at] = one[at] / many[at];
    }
    print_row("LAUNCH_UPDATE_DATA, 1 GiB in one command vs in 1024", runs,
              median(one, runs), median(many, runs), median(ratio, runs));
}

static void smallest(struct bench *b)
{
    double ours[RUNS_MAX], other[RUNS_MAX], more[RUNS_MAX];
    const size_t n = 64 * MIB;
    const double commands = (double)(n / UNIT);
    const int runs = 21;

    for (int i = -1; i < runs; i++) {
        int at = i < 0 ? 0 : i;

        ours[at] = launch_update(b, UNIT, n) / commands;
        other[at] = bare_hash_and_xts(b, UNIT, n) / commands;
        more[at] = (ours[at] - other[at]) * 1e3;
    }
    print_row("LAUNCH_UPDATE_DATA of 4 KiB beyond hash and encryption, "
              "microseconds",
              runs, median(ours, runs), median(other, runs),
              median(more, runs));
}

int main(int argc, char **argv)
{
    static struct bench b;

    if (argc != 2) {
        fprintf(stderr, "usage: memory DIR   (a platform is made there)\n");
        return 2;
    }
    open_bench(&b, argv[1]);
    encryption(&b);
    updates(&b,
            "LAUNCH_UPDATE_DATA, pieces of 1 MiB vs hash, then encrypt, "
            "throughput",
            MIB, 256 * MIB, 11);
    updates(&b, "LAUNCH_UPDATE_DATA, 64 MiB vs the same, throughput", 64 * MIB,
            256 * MIB, 11);
    updates(&b, "LAUNCH_UPDATE_DATA, 1 GiB vs the same, throughput", BUFFER,
            BUFFER, 5);
    linear(&b);
    smallest(&b);
    driver_close(&b.driver);
    EVP_CIPHER_CTX_free(b.xts);
    munmap(b.memory, BUFFER);
    free(b.plain);
    return 0;
}
