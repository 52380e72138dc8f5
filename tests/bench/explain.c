/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the search for an explanation with bare SHA-256 of the same bytes. */

/*
 * explain FIRMWARE: a measurement that nothing explains, SEV-ES with 4 vCPUs and
 * kernel hashes, is searched for. Then libcrypto hashes as many VMSAs and makes
 * as many HMACs (the key's two blocks hashed beforehand) in the same process.
 * Both in turn, after one round that is not counted. Prints one JSON object
 * with milliseconds for 100,000 candidates; "ratio" is the median of our
 * throughput divided by libcrypto's, pair by pair.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/sha.h>

#include "attest/explain.h"
#include "wire/policy.h"

#define RUNS 15

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

static bool prepare(const char *image, struct expectation **ret,
                    struct sevk_secret *tik, struct sevk_error *err)
{
    static const uint8_t key[16] = { 1 };
    struct expectation_options options = {
        .firmware = image,
        .kernel = image,
        .initrd = image,
        .cmdline = "root=/dev/vda",
        .cpu = "EPYC-Milan",
        .has_vcpus = true,
        .vcpus = 4,
    };

    return expectation_read(&options, NULL, ret, err) &&
           expectation_settle(*ret, POLICY_ES, err) &&
           secret_copy(tik, BYTES_OF(key), err);
}

/* Everything else is the state of SHA-256 that is copied, as the search does. */
static double time_libcrypto(const struct explanation *x)
{
    static uint8_t page[VMSA_LEN];
    static volatile uint8_t sink;
    uint8_t message[56] = { 0 };
    uint8_t digest[SHA256_DIGEST_LENGTH] = { 0 };
    SHA256_CTX inner, outer, h;
    double begin = now_ms();

    SHA256_Init(&inner);
    SHA256_Update(&inner, page, 64);
    outer = inner;
    h = inner;
    for (uint64_t i = 0; i < x->pages; i++) {
        SHA256_Update(&h, page, sizeof page);
    }
    for (uint64_t i = 0; i < x->candidates; i++) {
        h = inner;
        SHA256_Update(&h, message, sizeof message);
        SHA256_Final(digest, &h);
        h = outer;
        SHA256_Update(&h, digest, sizeof digest);
        SHA256_Final(digest, &h);
        memcpy(message, digest, sizeof digest);
    }
    sink = digest[0];
    (void)sink;
    return now_ms() - begin;
}

int main(int argc, char **argv)
{
    static double ours[RUNS], theirs[RUNS], ratio[RUNS];
    OWN(expectation_free) struct expectation *e = NULL;
    struct evidence evidence = { .api_major = 1, .policy = POLICY_ES };
    struct explanation x = { 0 };
    struct sevk_error err = { 0 };
    SECRET(tik);

    if (argc != 2 || !prepare(argv[1], &e, &tik, &err)) {
        fprintf(stderr, "explain: %s\n", err.message);
        return 1;
    }
    for (int i = -1; i < RUNS; i++) {
        int at = i < 0 ? 0 : i;
        double begin = now_ms();
        double each;

        if (!explain_search(&evidence, e, &tik, NULL, &x, &err) ||
            x.n_changes != 0) {
            fprintf(stderr, "explain: %s\n", err.message);
            return 1;
        }
        each = 1e5 / (double)x.candidates;
        ours[at] = (now_ms() - begin) * each;
        theirs[at] = time_libcrypto(&x) * each;
        ratio[at] = theirs[at] / ours[at];
    }
    printf("{\"name\": \"explain: 100,000 candidates (below 1000 ms) vs bare "
           "SHA-256 and HMAC of the same bytes, throughput\", \"runs\": %d, "
           "\"candidates\": %llu, \"ours_ms\": %.3f, \"other_ms\": %.3f, "
           "\"ratio\": %.4f}\n",
           RUNS, (unsigned long long)x.candidates, median(ours), median(theirs),
           median(ratio));
    return 0;
}
