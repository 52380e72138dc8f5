/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the launch digest of a 16 MiB image with libcrypto's bare SHA-256. */

/*
 * Both hash the same memory in one process, in turn, after one round that is
 * not counted. Prints one JSON object; "ratio" is the median of our throughput
 * divided by libcrypto's, pair by pair: 1 is as fast.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/sha.h>

#include "base/secret.h"
#include "owner/digest.h"
#include "owner/firmware.h"

#define IMAGE_LEN ((size_t)16 << 20)
#define RUNS      31

static double now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *values)
{
    qsort(values, RUNS, sizeof *values, by_value);
    return values[RUNS / 2];
}

static double time_ours(struct bytes image, uint8_t ret[static SHA256_LEN])
{
    static struct firmware firmware;
    struct sevk_error err = { 0 };
    double begin = now_ms();
    struct digest d;

    if (!firmware_from_bytes(image, "bench", &firmware, &err)) {
        fprintf(stderr, "throughput: %s\n", err.message);
        exit(1);
    }
    d = digest_begin(&firmware);
    digest_end(&d, ret);
    return now_ms() - begin;
}

static double time_libcrypto(struct bytes image, uint8_t ret[static SHA256_LEN])
{
    double begin = now_ms();

    SHA256(image.p, image.n, ret);
    return now_ms() - begin;
}

int main(void)
{
    static double ours[RUNS], theirs[RUNS], ratio[RUNS];
    uint8_t a[SHA256_LEN], b[SHA256_LEN];
    uint8_t *p = malloc(IMAGE_LEN);
    struct bytes image = { p, IMAGE_LEN };

    if (p == NULL) {
        return 1;
    }
    for (size_t i = 0; i < IMAGE_LEN; i++) {
        p[i] = (uint8_t)(i * 31 >> 3);
    }
    for (int i = -1; i < RUNS; i++) {
        int at = i < 0 ? 0 : i;

        ours[at] = time_ours(image, a);
        theirs[at] = time_libcrypto(image, b);
        ratio[at] = theirs[at] / ours[at];
        if (!secret_equal(a, b, sizeof a)) {
            fprintf(stderr, "throughput: the digests differ\n");
            return 1;
        }
    }
    free(p);
    printf("{\"name\": \"launch digest of 16 MiB vs libcrypto's SHA-256, "
           "throughput\", \"runs\": %d, \"ours_ms\": %.3f, \"other_ms\": %.3f, "
           "\"ratio\": %.4f}\n",
           RUNS, median(ours), median(theirs), median(ratio));
    return 0;
}
