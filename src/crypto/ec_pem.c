/* SPDX-License-Identifier: Apache-2.0 */
/* A P-384 private key as a file: PEM, encrypted or not. */

/* See ec.c: the key itself is one of libcrypto's EC_KEY. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/ec_pem.h"

#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/own.h"
#include "crypto/ec_key.h"

#define ROUNDS 600000

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
    *bio = NULL;
}

static void free_pkey(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
    *pkey = NULL;
}

static void free_info(PKCS8_PRIV_KEY_INFO **info)
{
    PKCS8_PRIV_KEY_INFO_free(*info);
    *info = NULL;
}

static void free_algorithm(X509_ALGOR **algorithm)
{
    X509_ALGOR_free(*algorithm);
    *algorithm = NULL;
}

static void free_encrypted(X509_SIG **encrypted)
{
    X509_SIG_free(*encrypted);
    *encrypted = NULL;
}

static PKCS8_PRIV_KEY_INFO *info_of(const struct p384_key *key)
{
    OWN(free_pkey) EVP_PKEY *pkey = EVP_PKEY_new();

    if (pkey == NULL || EVP_PKEY_set1_EC_KEY(pkey, key->ec) != 1) {
        return NULL;
    }
    return EVP_PKEY2PKCS8(pkey);
}

static bool write_encrypted(BIO *to, PKCS8_PRIV_KEY_INFO *info,
                            struct bytes passphrase)
{
    /* Salt and IV are libcrypto's own random bytes. */
    OWN(free_algorithm)
    X509_ALGOR *algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), ROUNDS, NULL,
                                              0, NULL, NID_hmacWithSHA256);
    OWN(free_encrypted) X509_SIG *encrypted = NULL;

    if (algorithm == NULL) {
        return false;
    }
    encrypted = PKCS8_set0_pbe((const char *)passphrase.p, (int)passphrase.n,
                               info, algorithm);
    if (encrypted == NULL) {
        return false;
    }
    algorithm = NULL; /* it is the other's now */
    return PEM_write_bio_PKCS8(to, encrypted) == 1;
}

bool p384_key_write_pem(const struct p384_key *key,
                        const struct sevk_secret *passphrase,
                        struct sevk_secret *ret, struct sevk_error *err)
{
    OWN(free_info) PKCS8_PRIV_KEY_INFO *info = info_of(key);
    OWN(free_bio) BIO *to = BIO_new(BIO_s_secmem());
    char *text = NULL;
    long n;
    bool ok;

    if (passphrase != NULL &&
        (passphrase->n == 0 || passphrase->n > EC_PASSPHRASE_MAX)) {
        return sevk_fail(err, SEVK_INPUT,
                         "a passphrase has 1 to %d bytes, not %zu",
                         EC_PASSPHRASE_MAX, passphrase->n);
    }
    if (info == NULL || to == NULL) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: writing a key failed");
    }
    ok = passphrase == NULL
             ? PEM_write_bio_PKCS8_PRIV_KEY_INFO(to, info) == 1
             : write_encrypted(to, info, secret_expose(passphrase));
    n = BIO_get_mem_data(to, &text);
    if (!ok || n <= 0) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: writing a key failed");
    }
    return secret_copy(ret, bytes_make(text, (size_t)n), err);
}

bool p384_key_write_der(const struct p384_key *key, struct sevk_secret *ret,
                        struct sevk_error *err)
{
    uint8_t der[256]; /* 167 bytes, with the curve and the public point */
    uint8_t *end = der;
    int n = i2d_ECPrivateKey(key->ec, NULL);
    WIPED(der);

    if (n <= 0 || (size_t)n > sizeof der ||
        i2d_ECPrivateKey(key->ec, &end) != n) {
        return sevk_fail(err, SEVK_HOST, "libcrypto: writing a key failed");
    }
    return secret_copy(ret, bytes_make(der, (size_t)n), err);
}

bool p384_key_is_encrypted(struct bytes text)
{
    static const char *const marks[] = {
        "-----BEGIN ENCRYPTED PRIVATE KEY-----",
        "\nProc-Type: 4,ENCRYPTED", /* the form of before PKCS #8 */
    };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (text.n > 0 && memmem(text.p, text.n, marks[i], strlen(marks[i]))) {
            return true;
        }
    }
    return false;
}

/* Called by libcrypto for the passphrase. */
static int give(char *to, int cap, int writing, void *passphrase)
{
    struct bytes from = secret_expose(passphrase);

    (void)writing;
    if (cap < 0 || from.n > (size_t)cap) {
        return -1;
    }
    memcpy(to, from.p, from.n);
    return (int)from.n;
}

bool p384_key_read_pem(struct bytes text, const struct sevk_secret *passphrase,
                       const char *what, struct p384_key **ret,
                       struct sevk_error *err)
{
    OWN(free_bio) BIO *bio = NULL;
    OWN(free_pkey) EVP_PKEY *pkey = NULL;

    if (text.n > EC_PEM_MAX || !p384_key_is_encrypted(text)) {
        return p384_key_parse(text, what, ret, err);
    }
    if (passphrase == NULL) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: it is encrypted; give its passphrase", what);
    }
    bio = BIO_new_mem_buf(text.p, (int)text.n);
    pkey = bio == NULL ? NULL
                       : PEM_read_bio_PrivateKey(bio, NULL, give,
                                                 (void *)(uintptr_t)passphrase);
    if (pkey == NULL) {
        ERR_clear_error();
        return sevk_fail(err, SEVK_INPUT,
                         "%s: the passphrase is wrong, or the key is malformed",
                         what);
    }
    return p384_key_from_pkey(pkey, what, ret, err);
}
