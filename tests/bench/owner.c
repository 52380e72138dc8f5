/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions and verdicts in one process, beside what libcrypto needs for them. */

/*
 * owner FIRMWARE VECTORS
 *
 * Three rows, a JSON object a line:
 *  - 100 sessions for a platform whose chain was verified once, beside 100
 *    times a P-384 key pair made and one ECDH agreed, by libcrypto alone;
 *  - 500,000 verdicts about SEV guests, and 60,000 about SEV-ES guests with 4
 *    vCPUs, the firmware's bytes hashed once: each computes its launch digest
 *    from the state after the firmware and judges the MAC. Beside them, bare
 *    SHA-256 and HMAC of the same bytes.
 * Of this thread's time: what other programs take of the processor does not
 * count. In turn, after one round that is not counted; "ratio" is the median
 * of our throughput divided by the other's.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include "owner/digest.h"
#include "owner/measurement.h"
#include "owner/session.h"
#include "owner/vmsa_init.h"

#define RUNS        9
#define SESSIONS    100
#define VERDICTS    500000
#define VERDICTS_ES 60000
#define VCPUS       4

static _Noreturn void die(const char *why)
{
    fprintf(stderr, "owner: %s\n", why);
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

static double median(double *values)
{
    qsort(values, RUNS, sizeof *values, by_value);
    return values[RUNS / 2];
}

static void compare(const char *name, void (*ours)(void), void (*other)(void))
{
    double a[RUNS], b[RUNS], ratio[RUNS];

    for (int i = -1; i < RUNS; i++) {
        double t0 = now_ms();
        double t1, t2;

        ours();
        t1 = now_ms();
        other();
        t2 = now_ms();
        if (i >= 0) {
            a[i] = t1 - t0;
            b[i] = t2 - t1;
            ratio[i] = b[i] / a[i];
        }
    }
    printf("{\"name\": \"%s\", \"ours_ms\": %.3f, \"other_ms\": %.3f, "
           "\"ratio\": %.4f}\n",
           name, median(a), median(b), median(ratio));
}

/* -- Sessions. ---------------------------------------------------------------- */

static struct chain *chain;
static struct chain_verdict chain_judged;
static EC_POINT *peer;

static void load_chain(const char *vectors)
{
    static const char *const files[] = {
        "session/pdh.cert", "session/pek.cert", "session/oca.cert",
        "virtual/cek.cert", "virtual/ask.cert", "virtual/ark.cert"
    };
    OWN(trust_free) struct trust trust = { 0 };
    struct sevk_error err = { 0 };
    char path[4096];

    if (!chain_new(&chain, &err)) {
        die(err.message);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", vectors, files[i]);
        if (!chain_add_file(chain, path, &err)) {
            die(err.message);
        }
    }
    if (!trust_add_file(&trust, path, &err) ||
        !chain_verify(chain, &trust, &chain_judged, &err) ||
        !chain_judged.yes) {
        die("the chain does not hold");
    }
}

static void make_peer(void)
{
    EC_KEY *key = EC_KEY_new_by_curve_name(NID_secp384r1);

    if (key == NULL || EC_KEY_generate_key(key) != 1) {
        die("no peer");
    }
    peer = EC_POINT_dup(EC_KEY_get0_public_key(key), EC_KEY_get0_group(key));
    EC_KEY_free(key);
}

static void make_sessions(void)
{
    struct sevk_error err = { 0 };

    for (int i = 0; i < SESSIONS; i++) {
        SESSION(session);

        if (!session_create(&chain_judged, chain, 0x0f, rng_system(), &session,
                            &err)) {
            die(err.message);
        }
    }
}

static void agree_barely(void)
{
    for (int i = 0; i < SESSIONS; i++) {
        EC_KEY *key = EC_KEY_new_by_curve_name(NID_secp384r1);
        unsigned char secret[48];

        if (key == NULL || EC_KEY_generate_key(key) != 1 ||
            ECDH_compute_key(secret, sizeof secret, peer, key, NULL) != 48) {
            die("libcrypto's agreement failed");
        }
        EC_KEY_free(key);
    }
}

/* -- Verdicts. ----------------------------------------------------------------- */

static struct firmware firmware;
static struct sevk_secret tik;
static struct measure_buf evidence;
static uint8_t pages[2][VMSA_LEN];

static void digest(uint32_t vcpus, uint8_t ret[static SHA256_LEN])
{
    struct digest d = digest_begin(&firmware);

    for (uint32_t i = 0; i < vcpus; i++) {
        digest_add_vmsa(&d, pages[i != 0]);
    }
    digest_end(&d, ret);
}

static void prepare(const char *image)
{
    static const uint8_t key[MEASUREMENT_KEY_LEN] = { 1 };
    struct vmsa_init init = { .cpu_signature = 0xa00f11 };
    struct sevk_error err = { 0 };

    if (!firmware_read(image, &firmware, &err) ||
        !secret_copy(&tik, BYTES_OF(key), &err)) {
        die(err.message);
    }
    vmsa_init_bsp(&init, pages[0]);
    init.reset_vector = 0x80b004;
    vmsa_init_ap(&init, pages[1]);
}

static void judge(uint32_t policy, uint32_t vcpus, int n)
{
    struct measure_input in = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = policy
    };
    struct sevk_error err = { 0 };

    digest(vcpus, in.digest);
    if (!measurement_compute(&in, &tik, evidence.measure, &err)) {
        die(err.message);
    }
    for (int i = 0; i < n; i++) {
        struct measurement_expected expected = { .vcpus = vcpus };
        struct measurement_verdict v;

        digest(vcpus, expected.digest);
        if (!measurement_verify(&evidence, 1, 51, 3, policy, &expected, &tik,
                                &v, &err) ||
            !v.yes) {
            die("a verdict is not yes");
        }
    }
}

static void judge_barely(uint32_t vcpus, int n)
{
    static const unsigned char key[MEASUREMENT_KEY_LEN] = { 1 };
    SHA256_CTX after;
    unsigned char message[56] = { 4 };
    unsigned char mac[32];

    SHA256_Init(&after);
    SHA256_Update(&after, "firmware", 8);
    for (int i = 0; i < n; i++) {
        SHA256_CTX ctx = after;
        unsigned int len = 0;

        for (uint32_t k = 0; k < vcpus; k++) {
            SHA256_Update(&ctx, pages[k != 0], VMSA_LEN);
        }
        SHA256_Final(message + 8, &ctx);
        if (HMAC(EVP_sha256(), key, sizeof key, message, sizeof message, mac,
                 &len) == NULL) {
            die("libcrypto's HMAC failed");
        }
    }
}

static void judge_sev(void)
{
    judge(0x03, 0, VERDICTS);
}

static void judge_sev_barely(void)
{
    judge_barely(0, VERDICTS);
}

static void judge_es(void)
{
    judge(0x07, VCPUS, VERDICTS_ES);
}

static void judge_es_barely(void)
{
    judge_barely(VCPUS, VERDICTS_ES);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        die("usage: owner FIRMWARE VECTORS");
    }
    load_chain(argv[2]);
    make_peer();
    prepare(argv[1]);
    compare("100 sessions vs P-384 key and ECDH by libcrypto, throughput",
            make_sessions, agree_barely);
    compare("500,000 verdicts, SEV, vs bare SHA-256 and HMAC", judge_sev,
            judge_sev_barely);
    compare("60,000 verdicts, SEV-ES, 4 vCPUs, vs bare SHA-256 and HMAC",
            judge_es, judge_es_barely);
    secret_clear(&tik);
    chain_free(&chain);
    EC_POINT_free(peer);
    return 0;
}
