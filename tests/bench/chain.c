/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the verification of a chain with libcrypto's bare signature checks. */

/*
 * chain FILE TRUST    a full chain with 4096-bit roots, and its ARK
 *
 * Ours is everything: the file's bytes parsed, every link checked, a verdict.
 * Beside it libcrypto checks the signatures that the links need, with
 * keys, digests and signatures that were prepared before: three of RSA-4096
 * (PSS, SHA-384) and four of P-384. In one process,
 * in turn, after one round that is not counted. Prints one JSON object.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/file.h"
#include "owner/chain.h"

#define RUNS       101
#define CHECKS_MAX 8

static _Noreturn void die(const char *why)
{
    fprintf(stderr, "chain: %s\n", why);
    exit(1);
}

/* Of this thread: what other programs take of the processor does not count. */
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

/* -- What the signature checks need -------------------------------------------- */

struct check {
    EVP_PKEY *key;
    const EVP_MD *md;
    bool pss;
    struct bytes data;
    unsigned char *signature;
    size_t signature_len;
};

static struct check checks[CHECKS_MAX];
static size_t n_checks;

static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY *key = NULL;

    if (EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        die("a key can't be made");
    }
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    return key;
}

static EVP_PKEY *rsa_key(const struct amd_cert *cert)
{
    int n = (int)cert->modulus_bits / 8;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = BN_lebin2bn(cert->modulus, n, NULL);
    BIGNUM *exponent = BN_lebin2bn(cert->exponent, n, NULL);
    EVP_PKEY *key;

    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent);
    key = make_key("RSA", build);
    BN_free(modulus);
    BN_free(exponent);
    return key;
}

static EVP_PKEY *ec_key(const struct sev_cert *cert)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    uint8_t point[1 + 48 + 48] = { 4 };
    struct sev_ec_field ec;

    sev_cert_get_ec(cert, &ec);
    for (size_t i = 0; i < 48; i++) {
        point[1 + i] = ec.x[47 - i];
        point[49 + i] = ec.y[47 - i];
    }
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-384",
                                    0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
                                     sizeof point);
    return make_key("EC", build);
}

static struct amd_cert amd(struct bytes bytes)
{
    struct amd_cert cert;
    size_t len;

    if (!amd_cert_decode(bytes, &cert, &len, NULL) ||
        cert.modulus_bits != 4096) {
        die("no AMD certificate with 4096 bits");
    }
    return cert;
}

static struct sev_cert sev(const struct chain *chain, enum chain_role role)
{
    struct sev_cert cert;

    if (!sev_cert_decode(chain_cert(chain, role), &cert, NULL)) {
        die("no SEV certificate");
    }
    return cert;
}

static void add_rsa(struct bytes data, const uint8_t *le,
                    const struct amd_cert *parent)
{
    struct check *c = &checks[n_checks++];

    *c = (struct check){ .key = rsa_key(parent),
                         .md = EVP_sha384(),
                         .pss = true,
                         .data = data,
                         .signature = malloc(512),
                         .signature_len = 512 };
    for (size_t i = 0; i < 512; i++) {
        c->signature[i] = le[511 - i];
    }
}

static const struct sev_cert_slot *slot_of(const struct sev_cert *cert,
                                           uint32_t usage)
{
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        if (cert->slots[i].usage == usage) {
            return &cert->slots[i];
        }
    }
    die("a signature is missing");
}

static void add_ec(const struct chain *chain, enum chain_role child,
                   enum chain_role parent)
{
    struct sev_cert cert = sev(chain, child);
    struct sev_cert above = sev(chain, parent);
    const struct sev_cert_slot *slot = slot_of(&cert, above.pubkey_usage);
    struct check *c = &checks[n_checks++];
    ECDSA_SIG *rs = ECDSA_SIG_new();
    int len;

    *c = (struct check){
        .key = ec_key(&above),
        .md = slot->algo == SEV_ALGO_ECDSA_SHA384 ? EVP_sha384() : EVP_sha256(),
        .data = bytes_make(chain_cert(chain, child).p, SEV_CERT_BODY_LEN),
    };
    ECDSA_SIG_set0(rs, BN_lebin2bn(slot->signature, 72, NULL),
                   BN_lebin2bn(slot->signature + 72, 72, NULL));
    len = i2d_ECDSA_SIG(rs, &c->signature);
    if (len <= 0) {
        die("a signature can't be encoded");
    }
    c->signature_len = (size_t)len;
    ECDSA_SIG_free(rs);
}

static void prepare(const struct chain *chain)
{
    struct bytes ark_bytes = chain_cert(chain, CHAIN_ARK);
    struct bytes ask_bytes = chain_cert(chain, CHAIN_ASK);
    struct amd_cert ark = amd(ark_bytes), ask = amd(ask_bytes);
    struct sev_cert cek = sev(chain, CHAIN_CEK);
    size_t covered = amd_cert_signed_len(4096);

    add_rsa(bytes_make(ark_bytes.p, covered), ark.signature, &ark);
    add_rsa(bytes_make(ask_bytes.p, covered), ask.signature, &ark);
    add_rsa(bytes_make(chain_cert(chain, CHAIN_CEK).p, SEV_CERT_BODY_LEN),
            slot_of(&cek, SEV_USAGE_ASK)->signature, &ask);
    add_ec(chain, CHAIN_OCA, CHAIN_OCA);
    add_ec(chain, CHAIN_PEK, CHAIN_CEK);
    add_ec(chain, CHAIN_PEK, CHAIN_OCA);
    add_ec(chain, CHAIN_PDH, CHAIN_PEK);
}

/* -- The two -------------------------------------------------------------------- */

static void check_one(const struct check *c)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key = NULL;

    if (EVP_DigestVerifyInit(ctx, &key, c->md, NULL, c->key) != 1 ||
        (c->pss &&
         (EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING) != 1 ||
          EVP_PKEY_CTX_set_rsa_pss_saltlen(key, RSA_PSS_SALTLEN_DIGEST) !=
              1)) ||
        EVP_DigestVerify(ctx, c->signature, c->signature_len, c->data.p,
                         c->data.n) != 1) {
        die("libcrypto does not accept a signature");
    }
    EVP_MD_CTX_free(ctx);
}

static double time_libcrypto(void)
{
    double begin = now_ms();

    for (size_t i = 0; i < n_checks; i++) {
        check_one(&checks[i]);
    }
    return now_ms() - begin;
}

static double time_ours(struct bytes file, const struct trust *trust)
{
    static struct chain_verdict verdict;
    struct sevk_error err = { 0 };
    struct chain *chain = NULL;
    double begin = now_ms();

    if (!chain_new(&chain, &err) || !chain_add(chain, file, "bench", &err) ||
        !chain_verify(chain, trust, &verdict, &err)) {
        die(err.message);
    }
    begin = now_ms() - begin;
    if (!verdict.yes || verdict.completed) {
        die("the chain does not hold, or not by itself");
    }
    chain_free(&chain);
    return begin;
}

int main(int argc, char **argv)
{
    static double ours[RUNS], theirs[RUNS], ratio[RUNS];
    struct sevk_error err = { 0 };
    struct trust trust = { 0 };
    struct chain *chain = NULL;
    struct buf file = { 0 };

    if (argc != 3) {
        die("usage: chain FILE TRUST");
    }
    if (!file_read(argv[1], CHAIN_FILE_MAX, "chain", &file, &err) ||
        !trust_add_file(&trust, argv[2], &err) || !chain_new(&chain, &err) ||
        !chain_add(chain, buf_bytes(&file), "chain", &err)) {
        die(err.message);
    }
    prepare(chain);
    for (int i = -1; i < RUNS; i++) {
        int at = i < 0 ? 0 : i;

        ours[at] = time_ours(buf_bytes(&file), &trust);
        theirs[at] = time_libcrypto();
        ratio[at] = ours[at] / theirs[at];
    }
    printf("{\"name\": \"chain verify, 4096-bit roots, vs libcrypto's bare "
           "checks of its %zu signatures\", \"runs\": %d, \"ours_ms\": %.3f, "
           "\"other_ms\": %.3f, \"ratio\": %.4f}\n",
           n_checks, RUNS, median(ours), median(theirs), median(ratio));
    chain_free(&chain);
    trust_free(&trust);
    buf_free(&file);
    return 0;
}
